// What must not be sent: recognised while it is typed, and on the server whatever the browser said; decided by the marketplace.
import { expect, test } from '../fixtures';
import { enter, log, MIRA } from '../support/marketplace';
import { JANE, PRODUCT, STORE_PAGE } from '../support/shopper';

/** A number of a card that every bank knows as an example, and an account of the same kind. */
const CARD = '4111 1111 1111 1111';
const IBAN = 'NL91 ABNA 0417 1643 00';

test('A-25 A-i6 a card number is recognised before it is sent, and reaches nobody', async ({ people }) => {
  const [vendor, shopper] = [await people.vendor(), await people.shopper()];
  await vendor.goOnline();
  await shopper.begin();
  await shopper.say('May I pay by phone?');
  const { box, log: said } = shopper.thread;
  await box.fill(`Take it from ${CARD}, please`);
  await expect(shopper.panel.getByText(/card number/i).first()).toBeVisible();
  // Whoever was warned sends it by pressing again.
  await expect(async () => {
    if ((await box.inputValue()) !== '') await shopper.panel.getByRole('button', { name: 'Send', exact: true }).click();
    await expect(box).toHaveValue('', { timeout: 500 });
  }).toPass();
  await expect(said.getByText(/Take it from .*•+.*1111/)).toBeVisible();
  await expect(said).not.toContainText(CARD);
  const window = await vendor.window(shopper.who.name);
  await expect(window.log.getByText(/•+.*1111/)).toBeVisible();
  await expect(window.log).not.toContainText('4111');
  await shopper.page.reload();
  // It goes on where it was.
  await shopper.isReady();
  await expect(said).not.toContainText(CARD);
});

test('A-25 the server recognises what no browser looked at: without scripts, what was typed stays beside the warning', async ({ people }) => {
  const shopper = await people.shopper({ who: JANE, browser: { javaScriptEnabled: false, locale: 'en' } });
  const { page } = shopper;
  shopper.noise.expect(/status of 422/);
  await enter(shopper, PRODUCT.path, 'Write to the seller');
  await page.getByRole('textbox', { name: 'Subject' }).fill('Paying ahead');
  await page.getByRole('textbox', { name: 'Message', exact: true }).fill('I would like to pay ahead.');
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  const box = page.getByRole('textbox', { name: 'Message', exact: true });
  const words = `My account is ${IBAN}`;
  await box.fill(words);
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  await expect(box).toHaveValue(words);
  await expect(box).toHaveAccessibleDescription(/.+/);
  await expect(log(page)).not.toContainText(IBAN);
  // Sent again as it is: they know what they do.
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  await expect(log(page).getByText(words)).toBeVisible();
});

test('A-25 A-26 order numbers, sizes and prices pass without a word', async ({ people }) => {
  const [vendor, shopper] = [await people.vendor(), await people.shopper()];
  await vendor.goOnline();
  await shopper.begin(STORE_PAGE);
  for (const words of ['Order M-20418, placed on 2026-11-19', 'The tiles are 13 x 13 cm, four for € 52.00', 'Parcel 3SDELF0204187 says Thursday 10:00-12:00']) await shopper.say(words);
});

test('A-25 A-i6 the marketplace decides what becomes of it, and tries a text', async ({ people, demo }) => {
  const mira = await people.vendor({ who: MIRA });
  await mira.page.goto(demo.vitrine('/team/safety'));
  await expect(mira.page.getByRole('heading', { name: 'Safety', level: 1 })).toBeVisible();
  const box = mira.page.getByRole('textbox').last();
  await box.fill(`four one one one, 1111 1111 ${'１１１１'}`);
  await mira.page.getByRole('button', { name: /try/i }).click();
  await expect(mira.page.getByRole('main').getByText(/card/i).first()).toBeVisible();
});
