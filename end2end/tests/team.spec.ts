// The team's house: stores, people, reading along, reports, the audit; and one inbox for a person who serves several stores.
import { expect, test } from '../fixtures';
import { log, MIRA, row, TOM } from '../support/marketplace';
import { DEMO_PASSWORD } from '../support/shopper';
import { ANNA, LUCIA } from '../support/vendor';

test('a new store gets its owner by mail; a person of two stores has one inbox and turns from one to the other', async ({ people, freshDemo }) => {
  const [mira, anna] = [await people.vendor({ who: MIRA, at: freshDemo }), await people.vendor({ who: ANNA, at: freshDemo })];
  await mira.page.goto(freshDemo.vitrine('/team/stores'));
  await mira.page.getByRole('textbox', { name: 'Store', exact: true }).fill('Papierwinkel Anna');
  await mira.page.getByRole('textbox', { name: 'Name in addresses' }).fill('papier');
  await mira.page.getByRole('textbox', { name: 'Email' }).fill(ANNA.email);
  await mira.page.getByRole('button', { name: 'Create store' }).click();
  await expect(mira.page.getByText('Invited. The link is on its way by email', { exact: false })).toBeVisible();
  const text = await mira.page.getByRole('main').innerText();
  const link = /\S+\/invite\/\S+/.exec(text)?.[0] ?? '';
  await expect(row(mira.page, 'Papierwinkel Anna')).toContainText('papier');

  await expect(anna.page.getByRole('link', { name: 'All my stores' })).toHaveCount(0);
  await anna.page.goto(link);
  await anna.page.getByLabel('Password').fill(DEMO_PASSWORD);
  await anna.page.getByRole('button', { name: 'Join' }).click();
  await anna.isReady();
  await anna.page.getByRole('banner').getByText(ANNA.name).click();
  await anna.page.getByRole('link', { name: 'All my stores' }).click();
  const main = anna.page.getByRole('main');
  await expect(main.getByRole('heading', { name: 'All my stores' })).toBeVisible();
  const here = main.getByRole('listitem').filter({ hasText: 'You are here' });
  await expect(here).toContainText('Papierwinkel Anna');
  await expect(row(main, 'Atelier Delft').first()).toBeVisible();
  await main.getByRole('button', { name: 'Go to Atelier Delft' }).click();
  await anna.isReady();
  await anna.menu('Customers').click();
  await expect(anna.page.getByRole('list', { name: 'Customers' }).getByText('Jane Doe').first()).toBeVisible();
});

test('a store is suspended with a reason: its chat closes and its people are out, at once; and open again', async ({ people, freshDemo }) => {
  const [mira, lucia] = [await people.vendor({ who: MIRA, at: freshDemo }), await people.vendor({ who: LUCIA, at: freshDemo })];
  lucia.noise.expect(/status of 40[13]/, /WebSocket/);
  await mira.page.goto(freshDemo.vitrine('/team/stores'));
  await mira.page.getByRole('link', { name: 'Casa Oliva' }).click();
  mira.noise.expect(/status of 422/);
  const suspend = mira.page.getByRole('region', { name: 'Suspend store' });
  await suspend.getByRole('button', { name: 'Suspend store' }).click();
  await expect(suspend.getByRole('textbox', { name: 'Reason' })).toHaveAttribute('aria-invalid', 'true');
  await suspend.getByRole('textbox', { name: 'Reason' }).fill('Papers of the company are missing.');
  await suspend.getByRole('button', { name: 'Suspend store' }).click();
  await expect(mira.page.getByText('Suspended since', { exact: false })).toBeVisible();

  const status = await mira.context.request.get(freshDemo.vitrine('/status/oliva'));
  expect(status.status() === 404 || !(await status.text()).includes('"online"')).toBe(true);
  await lucia.page.goto(freshDemo.vitrine('/desk'));
  await expect(lucia.page).toHaveURL(/\/sign-in/);
  const delft = await mira.context.request.get(freshDemo.vitrine('/status/delft'));
  expect(delft.ok()).toBe(true);

  const resume = mira.page.getByRole('region', { name: 'Open store again' });
  await resume.getByRole('button', { name: 'Open store again' }).click();
  await expect(mira.page.getByText('Suspended since', { exact: false })).toHaveCount(0);
  await lucia.signIn();
  await mira.page.getByRole('link', { name: 'Audit' }).click();
  await expect(row(mira.page, 'Papers of the company are missing.')).toContainText(MIRA.name);
});

test('A-i5 reading along: never without a reason, which both sides read; and only for administrators', async ({ people, demo }) => {
  const [mira, anna] = [await people.vendor({ who: MIRA }), await people.vendor()];
  const { page } = mira;
  await page.goto(demo.vitrine('/team/oversight'));
  await page.getByRole('searchbox', { name: 'Conversation, order or case number' }).fill('M-20421');
  await page.getByRole('button', { name: 'Find' }).click();
  await page.getByRole('table', { name: 'Found conversations' }).getByRole('link').first().click();
  await expect(page.getByText('Vendor and buyer see in the conversation', { exact: false })).toBeVisible();
  await expect(log(page)).toHaveCount(0);
  mira.noise.expect(/status of 422/);
  await page.getByRole('button', { name: 'Read along' }).click();
  await expect(page.getByRole('textbox', { name: 'Reason' })).toHaveAttribute('aria-invalid', 'true');
  await page.getByRole('textbox', { name: 'Reason' }).fill('The carrier asks what was agreed.');
  await page.getByRole('button', { name: 'Read along' }).click();
  await expect(log(page).getByText('Mekelweg', { exact: false })).toBeVisible();
  await expect(page.getByRole('textbox', { name: 'Message', exact: true })).toHaveCount(0);
  await expect(page.getByText('You read along until', { exact: false })).toBeVisible();

  const id = new URL(page.url()).pathname.split('/').at(-1) ?? '';
  await anna.visit(`/desk/messages/${id}`);
  await expect(anna.page.getByRole('main').getByText('Mekelweg', { exact: false }).first()).toBeVisible();
  await page.getByRole('link', { name: 'Audit' }).click();
  await expect(row(page, 'The carrier asks what was agreed.')).toBeVisible();

  const tom = await people.vendor({ who: TOM });
  tom.noise.expect(/status of 403/);
  await tom.page.goto(demo.vitrine('/team/oversight'));
  await expect(tom.page.getByRole('searchbox')).toHaveCount(0);
});

test('people and their roles, and how fast each vendor answers', async ({ people, demo }) => {
  const mira = await people.vendor({ who: MIRA });
  const { page } = mira;
  await page.goto(demo.vitrine('/team/people'));
  const anna = row(page.getByRole('table', { name: 'People' }), ANNA.email);
  await expect(anna).toContainText('Atelier Delft');
  await expect(anna).toContainText('owner');
  await expect(row(page, MIRA.email).getByRole('button')).toHaveCount(0);
  await page.getByRole('textbox', { name: 'Email' }).fill('noor@market.example');
  await page.getByRole('button', { name: 'Invite', exact: true }).click();
  await expect(page.getByText('Invited. The link is on its way by email', { exact: false })).toBeVisible();

  await page.getByRole('link', { name: 'Reports' }).click();
  const table = page.getByRole('table', { name: 'Reports' });
  for (const column of ['Median', '90th percentile', 'Unanswered now']) await expect(table.getByRole('columnheader', { name: column })).toBeVisible();
  for (const store of ['Atelier Delft', 'Casa Oliva']) await expect(row(table, store)).toBeVisible();
});

test('nobody of the stores is in the house, and support finds no door that stays closed', async ({ people, demo }) => {
  const [anna, tom] = [await people.vendor(), await people.vendor({ who: TOM })];
  anna.noise.expect(/status of 404/);
  for (const path of ['/team', '/team/tickets', '/team/stores', '/team/audit']) {
    await anna.page.goto(demo.vitrine(path));
    await expect(anna.page.getByRole('heading', { name: 'There is nothing here' })).toBeVisible();
  }
  await tom.page.goto(demo.vitrine('/team'));
  const house = tom.page.getByRole('navigation').first();
  await expect(house.getByRole('link', { name: 'Tickets' })).toHaveAttribute('aria-current', 'page');
  await expect(house.getByRole('link', { name: 'Stores' })).toHaveCount(0);
  const { page } = await people.shopper();
  await page.goto(demo.vitrine('/team'));
  await expect(page).toHaveURL(/\/sign-in/);
});
