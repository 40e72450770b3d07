// Tickets: from a store, from a person as a buyer, from a shopper; and the team's side with its clock.
import { expect, test } from '../fixtures';
import { enter, fact, log, MIRA, PAPER, row, say, TOM } from '../support/marketplace';
import { JANE, STORE_PAGE } from '../support/shopper';
import { BRAM, type Vendor } from '../support/vendor';

async function queue(vendor: Vendor) {
  const { page } = vendor;
  await page.goto(vendor.server.vitrine('/team/tickets'));
  const table = page.getByRole('table', { name: 'Tickets' });
  await expect(table).toBeVisible();
  return table;
}

test('A-04 A-16 A-17 A-18 A-24 as a buyer: by the shop name at the upper right, Buyer dashboard, and the bottom of its menu', async ({ people, demo }) => {
  const [anna, mira] = [await people.vendor(), await people.vendor({ who: MIRA })];
  const { page } = anna;
  await page.getByRole('banner').getByText(anna.who.name).click();
  await expect(page.getByRole('banner').getByText('Atelier Delft').first()).toBeVisible();
  await page.getByRole('link', { name: 'Buyer dashboard' }).click();
  await expect(page.getByRole('heading', { name: 'Buyer dashboard', level: 1 })).toBeVisible();
  const last = page.getByRole('navigation', { name: 'Buyer dashboard' }).getByRole('link').last();
  await expect(last).toHaveText('Tickets');
  await last.click();
  await page.getByRole('button', { name: 'Create ticket' }).click();
  await page.getByRole('textbox', { name: 'Subject' }).fill('My own address is wrong');
  await page.getByRole('combobox', { name: 'Category' }).selectOption('Account');
  await page.getByRole('textbox', { name: 'Message', exact: true }).fill('I moved to the Oude Delft; my parcels still go to the Voldersgracht.');
  await page.getByRole('button', { name: 'Create ticket' }).click();
  await expect(log(page).getByText('my parcels still go', { exact: false })).toBeVisible();
  await say(page, 'This is the new one.', PAPER);
  const number = (await fact(page, 'Number').innerText()).trim();
  expect(number).toMatch(/^#\d+$/);

  // The team answers, and notes something for itself.
  await row(await queue(mira), 'My own address is wrong').getByRole('link').first().click();
  await mira.page.getByRole('textbox', { name: 'Message', exact: true }).fill('Old customer, moved twice this year.');
  await mira.page.getByRole('button', { name: 'Add as internal note' }).click();
  await expect(log(mira.page).getByText('Internal note')).toBeVisible();
  await say(mira.page, 'Changed, Anna: the next parcel finds you.');
  await page.reload();
  await expect(log(page).getByText('Changed, Anna: the next parcel finds you.')).toBeVisible();
  await expect(log(page).getByText('moved twice')).toHaveCount(0);
  await page.getByRole('button', { name: 'Mark as resolved' }).click();
  await expect(fact(page, 'Status')).toContainText('Resolved');

  // B11: what is hers is not her store's.
  const bram = await people.vendor({ who: BRAM });
  await bram.speak('English');
  await bram.menu('Tickets').click();
  const main = bram.page.getByRole('main');
  await expect(main.getByRole('table', { name: 'Tickets' })).toBeVisible();
  await expect(main.getByText('My own address is wrong')).toHaveCount(0);
  bram.noise.expect(/status of 404/);
  await bram.page.goto(demo.vitrine(new URL(page.url()).pathname));
  await expect(bram.page.getByText('my parcels still go', { exact: false })).toHaveCount(0);
});

test('A-16 A-18 A-i7 for the store: also straight from its dashboard, and colleagues see it', async ({ people }) => {
  const anna = await people.vendor();
  await anna.menu('Tickets').click();
  const main = anna.page.getByRole('main');
  const table = main.getByRole('table', { name: 'Tickets' });
  for (const column of ['Number', 'Subject', 'Category', 'Priority', 'Status', 'Date']) await expect(table.getByRole('columnheader', { name: column, exact: true })).toBeVisible();
  await expect(row(table, 'covers our cookie bar')).toContainText('Technical');
  await main.getByRole('button', { name: 'Create ticket' }).click();
  await main.getByRole('textbox', { name: 'Subject' }).fill('Two invoices carry one number');
  await main.getByRole('combobox', { name: 'Priority' }).selectOption('High');
  await main.getByRole('textbox', { name: 'Message', exact: true }).fill('Both of 3 November.');
  await main.getByRole('button', { name: 'Create ticket' }).click();
  await expect(log(main).getByText('Both of 3 November.')).toBeVisible();
  await main.getByRole('link', { name: 'All tickets' }).click();
  await expect(row(main, 'Two invoices carry one number')).toContainText('Waiting for');

  const bram = await people.vendor({ who: BRAM });
  await bram.speak('English');
  await bram.menu('Tickets').click();
  await expect(row(bram.page.getByRole('main'), 'Two invoices carry one number')).toBeVisible();
});

test('A-i4 what is due first stands on top, in words; assigned, made urgent, merged', async ({ people }) => {
  const tom = await people.vendor({ who: TOM });
  const { page } = tom;
  const table = await queue(tom);
  for (const column of ['Number', 'Requester', 'Category', 'Status', 'Assignee', 'Due']) await expect(table.getByRole('columnheader', { name: column, exact: true })).toBeVisible();
  const first = table.getByRole('row').nth(1);
  await expect(first).toContainText('Mijn naam staat verkeerd op mijn account');
  await expect(first).toContainText('Answer overdue by');
  await expect(first).toContainText('Nobody');
  await first.getByRole('link').first().click();
  const about = page.getByRole('complementary', { name: 'About this ticket' });
  await about.getByRole('combobox', { name: 'Assignee' }).selectOption({ label: TOM.name });
  await about.getByRole('combobox', { name: 'Priority' }).selectOption('Urgent');
  await about.getByRole('button', { name: 'Save' }).click();
  await expect(about.getByRole('combobox', { name: 'Assignee' }).locator('option:checked')).toHaveText(TOM.name);
  await expect(log(page).getByText(`Assigned to ${TOM.name}.`)).toBeVisible();

  await page.goto(tom.server.vitrine('/team/tickets'));
  await page.getByRole('combobox', { name: 'Assignee' }).selectOption('Me');
  await page.getByRole('button', { name: 'Show' }).click();
  await expect(row(table, 'Mijn naam staat verkeerd')).toBeVisible();
  await expect(row(table, 'I cannot open my invoices')).toHaveCount(0);

  // Merged in the demo's past: both stay readable.
  await page.getByRole('combobox', { name: 'Assignee' }).selectOption('All');
  await page.getByRole('combobox', { name: 'Status' }).selectOption('All');
  await page.getByRole('button', { name: 'Show' }).click();
  await row(table, 'Virement d’octobre incomplet').getByRole('link').first().click();
  await page.getByRole('link', { name: /^It goes on in ticket #\d+/ }).click();
  await expect(page.getByRole('heading', { name: 'Falta un pago de octubre' })).toBeVisible();
});

test('A-16 A-21 a shopper asks the marketplace, and merging two tickets of theirs keeps both', async ({ people }) => {
  const [mira, shopper] = [await people.vendor({ who: MIRA }), await people.shopper({ who: JANE })];
  const { page } = shopper;
  await enter(shopper, STORE_PAGE, 'My messages');
  await page.getByRole('link', { name: 'Tickets' }).click();
  await expect(row(page, 'I cannot open my invoices')).toContainText('New');
  await page.getByRole('button', { name: 'Create ticket' }).click();
  await page.getByRole('textbox', { name: 'Subject' }).fill('Invoices, once more');
  await page.getByRole('textbox', { name: 'Message', exact: true }).fill('Still not found.');
  await page.getByRole('button', { name: 'Create ticket' }).click();
  await expect(log(page).getByText('Still not found.')).toBeVisible();

  await row(await queue(mira), 'I cannot open my invoices').getByRole('link').first().click();
  const number = (await fact(mira.page, 'Number').innerText()).replace('#', '').trim();
  await row(await queue(mira), 'Invoices, once more').getByRole('link').first().click();
  await mira.page.getByRole('textbox', { name: 'Merge into ticket number' }).fill(number);
  await mira.page.getByRole('button', { name: 'Merge' }).click();
  await expect(mira.page.getByRole('heading', { name: 'I cannot open my invoices' })).toBeVisible();
  await page.reload();
  await expect(log(page).getByText('Still not found.')).toBeVisible();
  await expect(log(page).getByText(`It goes on in number ${number}.`)).toBeVisible();
});

test('A-20 A-27 a thread becomes a ticket with its history', async ({ people }) => {
  const anna = await people.vendor();
  await anna.menu('My Communication History').click();
  const main = anna.page.getByRole('main');
  await row(main, 'Les carreaux dehors ?').getByRole('link', { name: /^View/ }).click();
  await main.getByRole('link', { name: 'Make it a ticket' }).click();
  await expect(main.getByText('What was said in the conversation so far goes along', { exact: false })).toBeVisible();
  await main.getByRole('textbox', { name: 'Message', exact: true }).fill('May we promise frost resistance? The law differs per country.');
  await main.getByRole('button', { name: 'Create ticket' }).click();
  await expect(log(main).getByText('May we promise frost resistance?', { exact: false })).toBeVisible();
  await expect(log(main).getByRole('link', { name: /conversation\.txt/ })).toBeVisible();
  await main.getByRole('link', { name: 'To the conversation' }).click();
  await expect(log(main).getByText(/^It became ticket \d+ with the marketplace’s team\.$/)).toBeVisible();
});
