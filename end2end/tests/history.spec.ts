// Conversation history: the table, a conversation opened over it, deleting, saved chats, the search, and taking it along.
import { readFile } from 'node:fs/promises';
import type { Locator } from '@playwright/test';
import { expect, type People, test } from '../fixtures';
import { JANE, type Shopper } from '../support/shopper';
import { ANNA, BRAM, type Vendor } from '../support/vendor';

/** A guest says something, is answered, and the chat ends. */
async function talk(people: People, vendor: Vendor, words: string): Promise<Shopper> {
  const shopper = await people.shopper();
  await shopper.begin();
  await shopper.say(words);
  const window = await vendor.window(shopper.who.name);
  await window.sees(words);
  await window.say('Gladly.');
  await vendor.end(shopper.who.name);
  return shopper;
}

/** Signs off, so that what has finished is in the history, and opens it. */
async function openHistory(vendor: Vendor): Promise<Locator> {
  await vendor.goOffline();
  await vendor.menu('Conversation history').click();
  const table = vendor.page.getByRole('table', { name: 'Conversation history' });
  await expect(table).toBeVisible();
  return table;
}

const line = (table: Locator, words: string) => table.getByRole('row').filter({ hasText: words });

test('P-56 P-57 P-58 P-59 P-61 P-64 a chat that ended has its line, and is read in a dialog', async ({ people }) => {
  const vendor = await people.vendor();
  await vendor.goOnline();
  const shopper = await talk(people, vendor, 'Is the large jug dishwasher proof?');
  const table = await openHistory(vendor);
  for (const name of ['Customer', 'Date', 'Last message', 'Email', 'Phone', 'Rating']) {
    await expect(table.getByRole('columnheader', { name, exact: true })).toBeVisible();
  }
  const row = line(table, 'Is the large jug dishwasher proof?');
  await expect(row).toHaveCount(1);
  await expect(row.getByRole('rowheader')).toContainText(/Guest \d+/);
  await expect(row.getByRole('rowheader')).toContainText(shopper.who.name);
  await expect(row.getByRole('time')).toHaveText(/\d{1,2}:\d{2}/);
  // Typed by a guest: it is in the conversation, not in the table (P-60).
  await expect(row).not.toContainText(shopper.who.email);

  await row.getByRole('button', { name: 'See the conversation' }).click();
  const dialog = vendor.page.getByRole('dialog', { name: 'Conversation' });
  await expect(dialog.getByRole('log')).toContainText('Gladly.');
  await expect(dialog).toContainText(shopper.who.email);
  await vendor.page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await expect(row.getByRole('button', { name: 'See the conversation' })).toBeFocused();
});

test('P-60 P-63 a signed-in customer has one line, with the latest conversation below the earlier one', async ({ people }) => {
  const vendor = await people.vendor();
  for (const words of ['My first question about the glaze', 'My second question about the glaze']) {
    await vendor.visit();
    await vendor.goOnline();
    // Another browser each time: the shop knows her, we do not.
    const jane = await people.shopper({ who: JANE });
    await jane.signIn();
    await jane.visit();
    await jane.openChat();
    await jane.panel.getByRole('button', { name: 'Start Chat' }).click();
    await expect(jane.thread.box).toBeVisible();
    await jane.say(words);
    await (await vendor.window(JANE.name)).sees(words);
    await vendor.end(JANE.name);
    await vendor.goOffline();
  }
  const table = await openHistory(vendor);
  const row = line(table, `${JANE.name} (${JANE.number})`);
  await expect(row).toHaveCount(1);
  await expect(row).toContainText('My second question about the glaze');
  await expect(row).toContainText(JANE.email);
  await row.getByRole('button', { name: 'See the conversation' }).click();
  const dialog = vendor.page.getByRole('dialog', { name: 'Conversation' });
  await expect(dialog.getByText('My first question about the glaze').first()).toBeAttached();
  await expect(dialog.getByText('My second question about the glaze').first()).toBeAttached();
  const said = await dialog.innerText();
  expect(said.indexOf('My first question')).toBeLessThan(said.indexOf('My second question'));
});

test('P-62 P-i8 several conversations are deleted after a question, and stay when it is answered with no', async ({ people }) => {
  const vendor = await people.vendor();
  await vendor.goOnline();
  const gone = ['Please forget the blue saucer', 'Please forget the green saucer'];
  for (const words of gone) await talk(people, vendor, words);
  await talk(people, vendor, 'Please keep the white saucer');
  const table = await openHistory(vendor);
  const remove = vendor.page.getByRole('main').getByRole('button', { name: 'Delete', exact: true });
  await expect(remove).toBeDisabled();
  for (const words of gone) await line(table, words).getByRole('checkbox').check();
  await expect(vendor.page.getByRole('main').getByText('2 lines selected')).toBeVisible();
  await remove.click();
  const dialog = vendor.page.getByRole('dialog', { name: 'Delete conversations?' });
  await dialog.getByRole('button', { name: 'Cancel', exact: true }).click();
  await expect(line(table, 'forget the')).toHaveCount(2);

  await remove.click();
  await dialog.getByRole('button', { name: 'Delete', exact: true }).click();
  await expect(dialog).toBeHidden();
  await expect(line(table, 'forget the')).toHaveCount(0);
  await expect(line(table, 'Please keep the white saucer')).toHaveCount(1);
  await vendor.page.reload();
  await expect(line(table, 'Please keep the white saucer')).toHaveCount(1);
  await expect(line(table, 'forget the')).toHaveCount(0);
});

test('P-62 HJ-3 what is kept for a dispute is deleted only after the owner let it go', async ({ people }) => {
  const vendor = await people.vendor();
  await vendor.goOnline();
  await talk(people, vendor, 'The vase came in two pieces');
  const table = await openHistory(vendor);
  const { page } = vendor;
  const row = line(table, 'The vase came in two pieces');
  const hold = async (on: boolean) => {
    await row.getByRole('button', { name: 'See the conversation' }).click();
    const dialog = page.getByRole('dialog', { name: 'Conversation' });
    const button = dialog.getByRole('button', { name: 'Keep for a dispute (legal hold)' });
    await expect(button).toHaveAttribute('aria-pressed', String(!on));
    await button.click();
    await expect(button).toHaveAttribute('aria-pressed', String(on));
    await dialog.getByRole('button', { name: 'Close' }).click();
    await expect(dialog).toBeHidden();
  };
  const remove = async () => {
    await row.getByRole('checkbox').check();
    await page.getByRole('main').getByRole('button', { name: 'Delete', exact: true }).click();
    const question = page.getByRole('dialog', { name: 'Delete conversations?' });
    await question.getByRole('button', { name: 'Delete', exact: true }).click();
    await expect(question).toBeHidden();
  };
  await hold(true);
  vendor.noise.expect(/status of 422/);
  await remove();
  await expect(page.getByText(/This is kept for a dispute/)).toBeVisible();
  await expect(row).toHaveCount(1);
  await hold(false);
  await remove();
  await expect(row).toHaveCount(0);
});

test('P-56 D-22 D-28 the table is searched, sorted, and shows saved chats first', async ({ people }) => {
  const vendor = await people.vendor();
  await vendor.goOnline();
  const zebra = await talk(people, vendor, 'Do you have a façade with zebras?');
  await talk(people, vendor, 'Do you have a plate with herons?');
  const table = await openHistory(vendor);
  const main = vendor.page.getByRole('main');

  await main.getByRole('searchbox', { name: 'Search' }).fill('facade zeb');
  await expect(table.getByRole('rowheader')).toHaveCount(1);
  await expect(table).toContainText(zebra.who.name);
  await main.getByRole('searchbox', { name: 'Search' }).fill('nothing like this');
  await expect(main.getByText('Nothing found')).toBeVisible();
  await main.getByRole('searchbox', { name: 'Search' }).fill('');

  await line(table, 'zebras').getByRole('button', { name: 'See the conversation' }).click();
  const dialog = vendor.page.getByRole('dialog', { name: 'Conversation' });
  await dialog.getByRole('button', { name: 'Save Chat' }).click();
  await expect(dialog.getByRole('button', { name: 'Save Chat' })).toHaveAttribute('aria-pressed', 'true');
  await dialog.getByRole('button', { name: 'Close' }).click();
  await expect(table.getByRole('rowheader').first()).toContainText(zebra.who.name);

  const date = table.getByRole('columnheader', { name: 'Date', exact: true });
  await expect(date).toHaveAttribute('aria-sort', 'descending');
  await date.getByRole('button').click();
  await expect(date).toHaveAttribute('aria-sort', 'ascending');
  await expect(table.getByRole('rowheader').first()).toContainText(zebra.who.name);
  await table.getByRole('columnheader', { name: 'Customer', exact: true }).getByRole('button').click();
  await expect(date).toHaveAttribute('aria-sort', 'none');

  await main.getByRole('button', { name: 'Saved', exact: true }).click();
  await expect(line(table, 'herons')).toHaveCount(0);
  await expect(line(table, 'zebras')).toHaveCount(1);
  await main.getByRole('button', { name: 'All', exact: true }).click();
  await expect(line(table, 'herons')).toHaveCount(1);
});

test('P-56 the owner takes the table along as CSV and JSON; others are not offered it', async ({ people }) => {
  const [vendor, colleague] = [await people.vendor({ who: ANNA }), await people.vendor({ who: BRAM })];
  await vendor.goOnline();
  await talk(people, vendor, '=HYPERLINK("cheap teapots")');
  const table = await openHistory(vendor);
  await expect(line(table, '=HYPERLINK')).toHaveCount(1);
  for (const [name, words] of [
    ['Export as CSV', `"'=HYPERLINK(""cheap teapots"")"`],
    ['Export as JSON', String.raw`=HYPERLINK(\"cheap teapots\")`],
  ] as const) {
    const coming = vendor.page.waitForEvent('download');
    await vendor.page.getByRole('link', { name }).click();
    const file = await (await coming).path();
    expect(await readFile(file, 'utf8')).toContain(words);
  }
  await colleague.speak('English');
  await colleague.menu('Conversation history').click();
  await expect(colleague.page.getByRole('heading', { name: 'Conversation history' })).toBeVisible();
  await expect(colleague.page.getByRole('link', { name: 'Export as CSV' })).toHaveCount(0);
});

test('D-05 D-i6 an offline message shows who, about which product, and can be answered', async ({ people }) => {
  const [vendor, shopper] = [await people.vendor(), await people.shopper()];
  await shopper.visit('/stores/delft/products/DB-TEAPOT');
  await shopper.openChat();
  const field = (name: string) => shopper.panel.getByRole('textbox', { name, exact: true });
  await field('First name').fill(shopper.who.name);
  await field('Email').fill(shopper.who.email);
  await field('Message').fill('Does it whistle?');
  await shopper.panel.getByRole('button', { name: 'Send message' }).click();
  await expect(shopper.panel.getByRole('status').filter({ hasText: /thank/i })).toBeVisible();

  await vendor.menu('Offline messages').click();
  const main = vendor.page.getByRole('main');
  const row = main.getByRole('button').filter({ hasText: shopper.who.name });
  // All that the shop's page says of the product.
  await expect(row).toContainText('About DB-TEAPOT');
  await expect(row).toContainText('1 new message');
  await row.click();
  const mail = main.getByRole('link', { name: 'Answer by email' });
  await expect(mail).toHaveAttribute('href', `mailto:${shopper.who.email}`);
  await main.getByRole('textbox', { name: 'Message', exact: true }).fill('Only when you pour too slowly.');
  await main.getByRole('button', { name: 'Send', exact: true }).click();
  await expect(main.getByRole('log')).toContainText('Only when you pour too slowly.');
  await expect(row).not.toContainText('new message');
});
