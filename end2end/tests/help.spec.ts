// Help: a checklist that knows what is done, answers found in any language, whom to ask.
import { expect, test } from '../fixtures';
import { BRAM, type Vendor } from '../support/vendor';

async function helpPage(vendor: Vendor, tab?: string) {
  await vendor.menu('Help').click();
  const main = vendor.page.getByRole('main');
  await expect(main.getByRole('heading', { name: 'Help', level: 1 })).toBeVisible();
  if (tab) await main.getByRole('tab', { name: tab }).click();
  return main;
}

test('P-02 Getting started knows by itself what is done, and leads to what is not', async ({ people, freshDemo }) => {
  const vendor = await people.vendor({ at: freshDemo });
  const step = (name: string) => vendor.page.getByRole('list', { name: 'Getting started' }).getByRole('listitem').filter({ hasText: name });
  await helpPage(vendor);
  await expect(step('List your website')).toContainText('Done');
  await expect(step('Put the chat on your pages')).toContainText('To do');
  await expect(step('Choose your texts and colours')).toContainText('To do');

  // A page of the shop is opened: its snippet was seen.
  const shopper = await people.shopper({ at: freshDemo });
  await shopper.visit();
  await expect(shopper.launcher).toBeVisible();
  await vendor.page.reload();
  await expect(step('Put the chat on your pages')).toContainText('Done');

  await step('Put the chat on your pages').getByRole('link', { name: /^Go there/ }).click();
  await expect(vendor.page.getByRole('main').getByRole('heading', { name: 'Your site' })).toBeVisible();
});

test('P-65 D-31 D-32 an answer is found by the words of another language, and a thumb under it counts', async ({ people }) => {
  const vendor = await people.vendor();
  const main = await helpPage(vendor, 'FAQ');
  const search = main.getByRole('searchbox', { name: 'Search the help' });
  await search.fill('charlar');
  await expect(main.getByText('1 article', { exact: true })).toBeVisible();
  await expect(main.getByText('How do I go online?')).toBeVisible();
  await expect(main.getByText('Which colours can I change?')).toBeHidden();
  await search.fill('desconectado');
  await expect(main.getByText('What do shoppers see when nobody is online?')).toBeVisible();
  await expect(main.getByText('How do I go online?')).toBeHidden();
  await search.fill('xylophone');
  await expect(main.getByText('Nothing found', { exact: false })).toBeVisible();

  await search.fill('chatten');
  await main.getByText('How do I go online?').click();
  const thumbs = main.getByRole('group', { name: 'Was this helpful?' }).filter({ visible: true });
  await thumbs.getByRole('button', { name: 'Yes (0)' }).click();
  await expect(thumbs.getByRole('button', { name: 'Yes (1)' })).toHaveAttribute('aria-pressed', 'true');
  await thumbs.getByRole('button', { name: 'No (0)' }).click();
  await expect(thumbs.getByRole('button', { name: 'No (1)' })).toHaveAttribute('aria-pressed', 'true');
  await expect(thumbs.getByRole('button', { name: 'Yes (0)' })).toHaveAttribute('aria-pressed', 'false');

  await vendor.page.reload();
  await vendor.isReady();
  await main.getByRole('tab', { name: 'FAQ' }).click();
  await main.getByText('How do I go online?').click();
  await expect(thumbs.getByRole('button', { name: 'No (1)' })).toBeVisible();
});

test('P-66 P-67 P-68 whom to ask, the documentation, and the version', async ({ people, demo }) => {
  const bram = await people.vendor({ who: BRAM });
  await bram.speak('English');
  const main = await helpPage(bram, 'Contact');
  await expect(main.getByRole('link', { name: 'anna@delft.example' })).toBeVisible();
  await expect(main.getByText(/^Vitrine \d+\.\d+\.\d+/)).toBeVisible();
  // Settings are the owner's: nobody else is sent there.
  await main.getByRole('tab', { name: 'Getting started' }).click();
  await expect(main.getByRole('list', { name: 'Getting started' }).getByRole('listitem')).toHaveCount(6);
  await expect(main.getByRole('link', { name: /^Go there/ })).toHaveCount(0);
  const guide = main.getByRole('link', { name: 'User guide (English)' });
  await expect(guide).toHaveAttribute('href', '/docs/guide');
  const answer = await bram.context.request.get(demo.vitrine('/docs/guide'));
  expect(await answer.text()).toContain('# Using Vitrine');
});
