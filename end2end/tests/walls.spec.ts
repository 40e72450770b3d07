// Walls, as people meet them: an address that is somebody else's is an address of nothing. The matrix in server/tests tries all of them.
import { expect, test } from '../fixtures';
import { CARMEN, enter, log, row, TOM } from '../support/marketplace';
import { JANE, STORE_PAGE } from '../support/shopper';
import { LUCIA } from '../support/vendor';

test('HB-10 a buyer sees their own threads, and the vendor next door sees none of this store’s', async ({ people, demo }) => {
  const [anna, lucia] = [await people.vendor(), await people.vendor({ who: LUCIA })];
  const [jane, carmen] = [await people.shopper({ who: JANE }), await people.shopper({ who: CARMEN })];
  await enter(jane, STORE_PAGE, 'My messages');
  await jane.page.getByRole('link', { name: 'My Communication History' }).click();
  await row(jane.page, 'A larger Polder bowl?').getByRole('link', { name: /^View/ }).click();
  await expect(log(jane.page)).toBeVisible();
  const mine = new URL(jane.page.url()).pathname;
  const id = mine.split('/').at(-1) ?? '';
  expect(id).toMatch(/^[0-9a-f-]{36}$/);

  await enter(carmen, STORE_PAGE, 'My messages');
  carmen.noise.expect(/status of 404/);
  await carmen.page.goto(demo.vitrine(mine));
  await expect(carmen.page.getByText('the mould exists', { exact: false })).toHaveCount(0);
  await expect(carmen.page.getByRole('heading', { name: 'There is nothing here' })).toBeVisible();
  // The same thread under the name of the other store.
  jane.noise.expect(/status of 404/);
  await jane.page.goto(demo.vitrine(mine.replace('/delft/', '/oliva/')));
  await expect(jane.page.getByText('the mould exists', { exact: false })).toHaveCount(0);

  const asked = async (vendor: typeof anna, address: string) => (await vendor.context.request.get(demo.vitrine(address))).status();
  expect(await asked(anna, `/desk/pages/communication/${id}`)).toBe(200);
  const unknown = id.replace(/^.{4}/, '0000');
  expect(await asked(lucia, `/desk/pages/communication/${id}`)).toBe(await asked(lucia, `/desk/pages/communication/${unknown}`));
  // B4: naming the other store moves nothing.
  expect(await asked(lucia, `/desk/pages/communication/${id}?store=delft&store_id=delft`)).not.toBe(200);
  await lucia.visit('/desk/communication');
  await expect(lucia.page.getByRole('main').getByText('A larger Polder bowl?')).toHaveCount(0);
});

test('HB-10 HB-11 the team sees tickets, and nothing of what buyers and vendors say to each other', async ({ people, demo }) => {
  const [tom, jane] = [await people.vendor({ who: TOM }), await people.shopper({ who: JANE })];
  await enter(jane, STORE_PAGE, 'My messages');
  await jane.page.getByRole('link', { name: 'My Communication History' }).click();
  await row(jane.page, 'A larger Polder bowl?').getByRole('link', { name: /^View/ }).click();
  const id = new URL(jane.page.url()).pathname.split('/').at(-1) ?? '';
  for (const address of [`/desk/pages/communication/${id}`, `/team/tickets/${id}`, `/team/disputes/${id}`]) {
    const answer = await tom.context.request.get(demo.vitrine(address));
    expect(answer.status(), address).not.toBe(200);
    expect(await answer.text()).not.toContain('Polder');
  }
});
