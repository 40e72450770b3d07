// Threads between buyer and seller, on both sides, and the page that tells the channels apart.
import { expect, test } from '../fixtures';
import { enter, fact, log, PAPER, row, say } from '../support/marketplace';
import { JANE, PIETER, PRODUCT, STORE_PAGE } from '../support/shopper';
import type { Vendor } from '../support/vendor';

const TITLE = 'My Communication History';

async function threads(vendor: Vendor) {
  await vendor.menu(TITLE).click();
  const main = vendor.page.getByRole('main');
  await expect(main.getByRole('heading', { name: TITLE, level: 1 })).toBeVisible();
  await expect(main.getByRole('table', { name: TITLE })).toBeVisible();
  return main;
}

test('A-09 A-10 A-11 A-12 A-23 a vendor finds all threads in the dashboard, about products and about anything, and opens one', async ({ people }) => {
  const vendor = await people.vendor();
  const main = await threads(vendor);
  const table = main.getByRole('table', { name: TITLE });
  for (const column of ['Subject', 'Status', 'Type', 'Date']) await expect(table.getByRole('columnheader', { name: column, exact: true })).toBeVisible();
  const product = row(table, 'A larger Polder bowl?');
  await expect(product).toContainText('Pre-sale');
  await expect(product).toContainText('Pending');
  await expect(product).toContainText('Waiting for Jane Doe');
  await expect(row(table, 'Inpakken als cadeau')).toContainText('Support');

  await main.getByRole('navigation', { name: 'Show' }).getByRole('link', { name: 'Resolved' }).click();
  await expect(row(table, 'Inpakken als cadeau')).toBeVisible();
  await expect(product).toHaveCount(0);
  await main.getByRole('navigation', { name: 'Show' }).getByRole('link', { name: 'All' }).click();
  await product.getByRole('link', { name: /^View/ }).click();
  await expect(main.getByRole('heading', { name: 'A larger Polder bowl?' })).toBeVisible();
  await expect(log(main).getByText('the mould exists', { exact: false })).toBeVisible();
  await expect(fact(main, 'Product')).toHaveText('Fruit bowl Polder');
  // Still at the store's own desk: nobody was sent to another account.
  expect(new URL(vendor.page.url()).pathname).toMatch(/^\/desk/);
});

test('A-03 A-12 A-13 A-14 A-15 A-i1 A-i3 from a product page, without scripts: asked, answered with a file, resolved, and open again by a word', async ({
  people,
}) => {
  const vendor = await people.vendor();
  const shopper = await people.shopper({ who: JANE, browser: { javaScriptEnabled: false, locale: 'en' } });
  const { page } = shopper;
  await enter(shopper, PRODUCT.path, 'Write to the seller');
  await expect(page.getByText(`About: ${PRODUCT.name}`)).toBeVisible();

  // Refused: what was typed stays, and what is missing is said at its field.
  shopper.noise.expect(/status of 422/);
  await page.getByRole('textbox', { name: 'Message', exact: true }).fill('How many cups does it pour?');
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  await expect(page.getByRole('textbox', { name: 'Subject' })).toHaveAttribute('aria-invalid', 'true');
  await expect(page.getByRole('textbox', { name: 'Message', exact: true })).toHaveValue('How many cups does it pour?');
  await page.getByRole('textbox', { name: 'Subject' }).fill('Cups in a teapot');
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  await expect(log(page).getByText('How many cups does it pour?')).toBeVisible();
  await expect(fact(page, 'Type')).toHaveText('Pre-sale');
  await expect(fact(page, 'Status')).toContainText('New');

  const main = await threads(vendor);
  await row(main, 'Cups in a teapot').getByRole('link', { name: /^View/ }).click();
  await expect(fact(main, 'Status')).toContainText('Your turn');
  await say(main, 'Five, and six if nobody is greedy.', PAPER);
  await expect(fact(main, 'Status')).toContainText('Pending');
  await expect(fact(main, 'Status')).toContainText('Waiting for Jane Doe');

  await page.reload();
  await expect(log(page).getByText('Five, and six if nobody is greedy.')).toBeVisible();
  await expect(log(page).getByRole('link', { name: /return label/ })).toBeVisible();
  await expect(fact(page, 'Status')).toContainText('Your turn');
  await page.getByRole('button', { name: 'Mark as resolved' }).click();
  await expect(fact(page, 'Status')).toContainText('Resolved');
  await expect(log(page).getByText('Marked it as resolved.')).toBeVisible();

  await say(page, 'One more: does it fit a dishwasher?');
  await expect(fact(page, 'Status')).toContainText('Pending');
  await expect(log(page).getByText('Not resolved after all: it is pending again.')).toBeVisible();
  await page.getByRole('link', { name: TITLE }).first().click();
  const mine = page.getByRole('table', { name: TITLE });
  for (const column of ['Subject', 'Status', 'Type', 'Date']) await expect(mine.getByRole('columnheader', { name: column, exact: true })).toBeVisible();
  await expect(row(mine, 'Cups in a teapot')).toContainText('Waiting for Atelier Delft');
});

test('A-i2 a vendor begins a thread with a customer, and only the desk closes it for good', async ({ people }) => {
  const [vendor, shopper] = [await people.vendor(), await people.shopper({ who: PIETER })];
  await vendor.menu('Customers').click();
  await vendor.page.getByRole('list', { name: 'Customers' }).getByRole('button').filter({ hasText: PIETER.name }).click();
  const opened = vendor.context.waitForEvent('page');
  await vendor.page.getByRole('region', { name: 'Customer', exact: true }).getByRole('link', { name: 'New thread' }).click();
  const form = await opened;
  await expect(form.getByText(`To: ${PIETER.name}`)).toBeVisible();
  await form.getByRole('textbox', { name: 'Subject' }).fill('Your cups come from one firing');
  await form.getByRole('textbox', { name: 'Message', exact: true }).fill('We kept six together, as you asked.');
  await form.getByRole('button', { name: 'Send', exact: true }).click();
  await expect(log(form).getByText('We kept six together, as you asked.')).toBeVisible();
  await expect(fact(form, 'Status')).toContainText(`Waiting for ${PIETER.name}`);

  await enter(shopper, STORE_PAGE, 'My messages');
  await shopper.page.getByRole('link', { name: TITLE }).click();
  await row(shopper.page, 'Your cups come from one firing').getByRole('link', { name: /^View/ }).click();
  await say(shopper.page, 'Wonderful, thank you!');
  await expect(shopper.page.getByRole('button', { name: 'Close', exact: true })).toHaveCount(0);

  await form.reload();
  await expect(log(form).getByText('Wonderful, thank you!')).toBeVisible();
  await form.getByRole('button', { name: 'Close', exact: true }).click();
  await expect(form.getByText('This thread is closed.', { exact: false })).toBeVisible();
  await expect(form.getByRole('textbox', { name: 'Message', exact: true })).toHaveCount(0);
  await shopper.page.reload();
  await expect(fact(shopper.page, 'Status')).toContainText('Closed');
  await expect(shopper.page.getByRole('textbox', { name: 'Message', exact: true })).toHaveCount(0);
});

test('A-01 A-19 A-20 A-21 the fitting channel comes first, and what was typed moves along', async ({ people }) => {
  const [vendor, shopper] = [await people.vendor(), await people.shopper({ who: JANE })];
  const { page } = shopper;
  await enter(shopper, STORE_PAGE, 'Ways to reach us');
  await expect(page.getByRole('heading', { name: 'How to reach Atelier Delft' })).toBeVisible();
  await expect(page.getByText('Nobody is there to chat at this moment.')).toBeVisible();
  const first = page.getByRole('heading', { level: 2 }).first();
  await expect(first).toContainText('Write a message');
  await expect(first).toContainText('Recommended');
  await page.getByRole('link', { name: 'Help from the marketplace' }).click();
  await expect(first).toContainText('Open a ticket');

  const words = 'Is the glaze safe for lemons?';
  const message = page.getByRole('textbox', { name: 'Message', exact: true });
  await message.fill(words);
  await page.getByRole('button', { name: 'Write a message' }).click();
  await expect(message).toHaveValue(words);
  await page.getByRole('textbox', { name: 'Subject' }).fill('Lemons');
  await page.getByRole('button', { name: 'Other ways to reach us' }).click();
  await expect(message).toHaveValue(words);
  await page.getByRole('button', { name: 'Open a ticket' }).click();
  await expect(page.getByRole('button', { name: 'Create ticket' })).toBeVisible();
  await expect(message).toHaveValue(words);

  // Somebody is there: live comes first, and begins with the words.
  await vendor.goOnline();
  await shopper.visit(STORE_PAGE);
  await page.getByRole('link', { name: 'Ways to reach us', exact: true }).click();
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(first).toContainText('Chat now');
  await message.fill(words);
  await page.getByRole('button', { name: 'Chat now' }).click();
  await page.waitForURL(/\/c\/delft/);
  await expect(log(page).getByText(words)).toBeVisible();
  const window = await vendor.window(JANE.name);
  await window.sees(words);
});
