// Disputes about orders: told, offered, accepted with one press; mediated, decided, appealed; and kept as a file.
import { expect, test } from '../fixtures';
import { enter, LUC, log, MIRA, PAPER, row, say, TOM } from '../support/marketplace';
import { JANE, PIETER, type Shopper } from '../support/shopper';
import { LUCIA, type Vendor } from '../support/vendor';

/** From the page of an order: what is wrong, in the buyer's words. */
async function tell(shopper: Shopper, words: string): Promise<void> {
  const { page } = shopper;
  await page.getByRole('link', { name: 'Problem with this order' }).click();
  await page.getByRole('combobox', { name: 'What is wrong?' }).selectOption('It is broken or does not work');
  await page.getByRole('textbox', { name: 'Message', exact: true }).fill(words);
  await page.getByRole('button', { name: 'Tell the seller' }).click();
  await expect(log(page).getByText(words)).toBeVisible();
}

async function atTheDesk(vendor: Vendor, order: string) {
  await vendor.menu('Disputes').click();
  const main = vendor.page.getByRole('main');
  await row(main.getByRole('table', { name: 'Disputes' }), order).getByRole('link', { name: /^View/ }).click();
  await expect(log(main)).toBeVisible();
  return main;
}

async function atTheTeam(vendor: Vendor, order: string): Promise<void> {
  const { page } = vendor;
  await page.goto(vendor.server.vitrine('/team/disputes'));
  await row(page.getByRole('table', { name: 'Disputes' }), order).getByRole('link', { name: /^View/ }).click();
  await expect(page.getByRole('heading', { name: new RegExp(order) })).toBeVisible();
}

test('A-16 a problem with an order: an offer, no more than it cost, accepted with one press, done and over', async ({ people }) => {
  const [vendor, shopper] = [await people.vendor(), await people.shopper({ who: JANE })];
  const { page } = shopper;
  await enter(shopper, '/orders/M-20418', 'Contact customer service');
  await tell(shopper, 'The spout has a chip.');
  await expect(page.getByText('Atelier Delft has until', { exact: false })).toBeVisible();
  await say(page, 'This is how it came.', PAPER);
  await expect(page.getByText(/^(?:SHA-256\W*)?[0-9a-f]{64}$/).first()).toBeVisible();

  const main = await atTheDesk(vendor, 'M-20418');
  // It has an address in the desk: reloading finds it again, and Back leads to the list.
  await vendor.page.reload();
  await expect(log(main)).toBeVisible();
  await vendor.page.goBack();
  await expect(main.getByRole('table', { name: 'Disputes' })).toBeVisible();
  await vendor.page.goForward();
  await expect(log(main)).toBeVisible();
  vendor.noise.expect(/status of 422/);
  await expect(main.getByText('It is your turn, until', { exact: false })).toBeVisible();
  await main.getByRole('radio', { name: 'Money back', exact: true }).check();
  await main.getByRole('textbox', { name: 'Amount' }).fill('5000');
  await main.getByRole('button', { name: 'Make the offer' }).click();
  await expect(main.getByRole('textbox', { name: 'Amount' })).toHaveAttribute('aria-invalid', 'true');
  await expect(main.getByRole('textbox', { name: 'Amount' })).toHaveValue('5000');
  await main.getByRole('textbox', { name: 'Amount' }).fill('15,50');
  await main.getByRole('button', { name: 'Make the offer' }).click();
  await expect(main.getByText(`${JANE.name} has until`, { exact: false })).toBeVisible();

  await page.reload();
  await expect(page.getByText('The seller offers: a refund of', { exact: false })).toBeVisible();
  await page.getByRole('button', { name: 'Accept the offer' }).click();
  await expect(log(page).getByText('Accepted the offer.')).toBeVisible();
  await expect(page.getByText('Settled, not yet done')).toBeVisible();
  await page.getByRole('button', { name: 'I received it' }).click();
  await expect(page.getByText('It ended with: a refund of', { exact: false })).toBeVisible();
  await expect(page.getByRole('textbox', { name: 'Message', exact: true })).toHaveCount(0);

  // Another one may be told of afterwards, and this one stays readable.
  await page.getByRole('link', { name: 'M-20418' }).first().click();
  await expect(page.getByRole('link', { name: /^Dispute \d+/ })).toBeVisible();
});

test('A-i5 the marketplace reads it when it is asked, both sides read who does, and it decides', async ({ people }) => {
  const [tom, vendor, shopper] = [await people.vendor({ who: TOM }), await people.vendor(), await people.shopper({ who: PIETER })];
  const { page } = shopper;
  await enter(shopper, '/orders/M-20421', 'Contact customer service');
  await page.getByRole('link', { name: 'Problem with this order' }).click();
  await expect(page.getByText('one of its team reads this dispute', { exact: false })).toBeVisible();
  await page.goBack();
  await tell(shopper, 'One of the cups rattles.');

  // Before anybody asked, the team reads nothing of it.
  await tom.page.goto(tom.server.vitrine('/team/disputes'));
  await tom.page.getByRole('navigation', { name: 'Show' }).getByRole('link', { name: 'Open' }).click();
  await row(tom.page, 'M-20421').getByRole('link', { name: /^View/ }).click();
  await expect(tom.page.getByText('read only by its two sides', { exact: false })).toBeVisible();
  await expect(tom.page.getByText('One of the cups rattles.')).toHaveCount(0);
  await expect(tom.page.getByRole('button', { name: 'Take this dispute' })).toHaveCount(0);

  await page.getByText('Ask the marketplace to mediate').click();
  await page.getByRole('button', { name: 'Ask the marketplace' }).click();
  await expect(page.getByText('In mediation')).toBeVisible();
  await atTheTeam(tom, 'M-20421');
  await tom.page.getByRole('button', { name: 'Take this dispute' }).click();
  await expect(log(tom.page).first().getByText('One of the cups rattles.')).toBeVisible();
  await say(tom.page, 'I am looking at both sides of it.');

  const main = await atTheDesk(vendor, 'M-20421');
  await page.reload();
  for (const scope of [main, page]) {
    await expect(log(scope).getByText(`${TOM.name} of the marketplace’s team reads along`, { exact: false })).toBeVisible();
    await expect(log(scope).getByText('I am looking at both sides of it.')).toBeVisible();
    await expect(log(scope).getByText(`${TOM.name} · Marketplace`).first()).toBeVisible();
  }

  await tom.page.getByRole('radio', { name: 'The same thing again' }).check();
  await tom.page.getByRole('textbox', { name: 'Reason' }).fill('A cup that rattles has a crack.');
  await tom.page.getByRole('button', { name: 'Decide' }).click();
  await expect(log(tom.page).first().getByText('Decision: a replacement.', { exact: false })).toBeVisible();
  await page.reload();
  await expect(page.getByText('The marketplace decided: a replacement.')).toBeVisible();
  await expect(page.getByRole('heading', { name: 'You do not accept the decision?' })).toBeVisible();
});

test('A-16 a decision is appealed, decided once more for good, and all of it is one sheet with its hashes', async ({ people }) => {
  const [mira, shopper] = [await people.vendor({ who: MIRA }), await people.shopper({ who: JANE })];
  const { page } = shopper;
  await enter(shopper, '/orders/M-20377', 'Contact customer service');
  await page.getByRole('link', { name: /^Dispute \d+/ }).click();
  await expect(page.getByText('Whoever does not accept the decision can appeal until', { exact: false })).toBeVisible();
  await page.getByRole('textbox', { name: 'Reason' }).fill('The tablecloth was part of the damage.');
  await page.getByRole('button', { name: 'Appeal' }).click();
  await expect(page.getByText('Decision appealed')).toBeVisible();

  await atTheTeam(mira, 'M-20377');
  await mira.page.getByRole('radio', { name: 'Money back', exact: true }).check();
  await mira.page.getByRole('textbox', { name: 'Amount' }).fill('20');
  await mira.page.getByRole('textbox', { name: 'Reason' }).fill('The jar, and the cleaning.');
  await mira.page.getByRole('button', { name: 'Decide' }).click();
  await expect(mira.page.getByText('Settled, not yet done')).toBeVisible();

  await page.reload();
  const opened = shopper.context.waitForEvent('page');
  await page.getByRole('link', { name: 'Printable file' }).click();
  const sheet = await opened;
  await expect(sheet.getByText('The tablecloth was part of the damage.', { exact: false })).toBeVisible();
  await expect(sheet.getByText('One of the three jars of olives had leaked', { exact: false })).toBeVisible();
  await expect(sheet.getByRole('textbox')).toHaveCount(0);
});

test('A-16 the demo has a dispute in every state, in four languages, and a withdrawn one is over', async ({ people }) => {
  const [mira, lucia, shopper] = [await people.vendor({ who: MIRA }), await people.vendor({ who: LUCIA }), await people.shopper({ who: LUC })];
  await mira.page.goto(mira.server.vitrine('/team/disputes'));
  const shown = mira.page.getByRole('navigation', { name: 'Show' });
  await shown.getByRole('link', { name: 'Open' }).click();
  const table = mira.page.getByRole('table', { name: 'Disputes' });
  for (const state of ['Open', 'An offer was made', 'In mediation', 'Settled, not yet done']) await expect(table.getByText(state, { exact: true }).first()).toBeVisible();
  await shown.getByRole('link', { name: 'Closed' }).click();
  await expect(row(table, 'M-20383')).toBeVisible();
  await lucia.visit('/desk/disputes');
  await expect(row(lucia.page.getByRole('main'), 'M-20352')).toBeVisible();
  await expect(lucia.page.getByRole('main').getByText('M-20383')).toHaveCount(0);

  await enter(shopper, '/orders/M-20383', 'Contact customer service');
  await shopper.page.getByRole('link', { name: /^Dispute \d+/ }).filter({ visible: true }).last().click();
  await expect(shopper.page.getByText('The buyer has no problem any more.')).toBeVisible();
  await expect(shopper.page.getByRole('button', { name: 'Send', exact: true })).toHaveCount(0);
});
