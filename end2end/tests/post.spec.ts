// What is mailed, as people meet it: the letter of an offline message, the page behind a link, and the owner's view of the post. The
// demo has no mail server, so its letters lie in the mail folder and are read in the back office.
import { expect, test } from '../fixtures';
import { until } from '../support/server';
import type { Shopper } from '../support/shopper';
import type { Vendor } from '../support/vendor';

const QUESTION = 'Does the dish fit into an oven?\nIt is for "bread & butter" <3';

/** The owner's page, and a look at it until a letter is there. */
async function letter(vendor: Vendor, what: string, about: string | RegExp = '') {
  const main = vendor.page.getByRole('main');
  const row = main.getByRole('table', { name: 'Emails' }).getByRole('row').filter({ hasText: what }).filter({ hasText: about }).filter({ hasText: 'Sent' });
  await until(`the letter “${what}”`, 10_000, async () => {
    if (await row.first().isVisible()) return true;
    await main.getByRole('link', { name: 'Look again' }).click();
    await vendor.page.waitForTimeout(300);
    return undefined;
  });
  return row.first();
}

async function openMail(vendor: Vendor): Promise<void> {
  await vendor.menu('Mail').click();
  await expect(vendor.page.getByRole('heading', { name: 'Mail', exact: true })).toBeVisible();
}

async function leaveMessage(shopper: Shopper, message: string): Promise<void> {
  await shopper.visit();
  await shopper.openChat();
  const field = (name: string) => shopper.panel.getByRole('textbox', { name, exact: true });
  await field('First name').fill(shopper.who.name);
  await field('Email').fill(shopper.who.email);
  await field('Message').fill(message);
  await shopper.panel.getByRole('button', { name: 'Send message' }).click();
  await expect(shopper.panel.getByRole('status').filter({ hasText: /thank/i })).toBeVisible();
}

test('P-52 P-53 P-54 P-i4 an offline message is mailed with every field, and an answer to it goes to the customer', async ({ people }) => {
  const [vendor, shopper] = [await people.vendor(), await people.shopper()];
  await leaveMessage(shopper, QUESTION);
  await openMail(vendor);
  const row = await letter(vendor, 'Offline message');
  await expect(row).toContainText('@delft.example');
  await row.getByRole('button', { name: 'Read' }).click();

  const dialog = vendor.page.getByRole('dialog', { name: 'Email' });
  await expect(dialog.getByText(`Message from ${shopper.who.name} for Atelier Delft`).first()).toBeVisible();
  await expect(dialog).toContainText(`Answers go to${shopper.who.name} <${shopper.who.email}>`);
  const text = dialog.getByLabel('Text of the email');
  for (const part of [`First name: ${shopper.who.name}`, 'Last name: not given', `Email: ${shopper.who.email}`, '> Does the dish fit into an oven?']) {
    await expect(text).toContainText(part);
  }
  await expect(text).toContainText('> It is for "bread & butter" <3');
  await vendor.page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
});

test('P-23 the owner sees how mail leaves and where to, and tries it', async ({ people }) => {
  const vendor = await people.vendor();
  await openMail(vendor);
  const main = vendor.page.getByRole('main');
  await expect(main).toContainText('Messages for your store go to');
  await expect(main).toContainText('No mail server is set up');
  await main.getByRole('button', { name: 'Send a test mail' }).click();
  await expect(main.getByRole('status').filter({ hasText: 'is on its way' })).toBeVisible();
  const row = await letter(vendor, 'Test mail', vendor.who.email);
  await row.getByRole('button', { name: 'Read' }).click();
  await expect(vendor.page.getByRole('dialog', { name: 'Email' })).toContainText('It works');
});

test('D-25 a copy goes to an address only when its holder says yes', async ({ people, demo }) => {
  const vendor = await people.vendor();
  await vendor.goOnline();
  const shopper = await people.shopper();
  await shopper.begin();
  await shopper.say('Which glaze is it?');
  const window = await vendor.window(shopper.who.name);
  await window.say('Tin glaze, fired twice.');
  await shopper.sees('Tin glaze, fired twice.');
  await shopper.end();
  await shopper.panel.getByRole('radio').nth(4).check({ force: true });
  await shopper.panel.getByRole('checkbox', { name: 'Send me a copy by email' }).check();
  const address = shopper.panel.getByRole('textbox', { name: 'Email', exact: true });
  if (await address.isVisible()) await address.fill(shopper.who.email);
  await shopper.panel.getByRole('button', { name: 'Submit' }).click();
  await expect(shopper.panel.getByRole('button', { name: 'Submit' })).toHaveCount(0);

  await openMail(vendor);
  const question = await letter(vendor, 'Question whether a copy is wanted', shopper.who.email);
  await question.getByRole('button', { name: 'Read' }).click();
  const dialog = vendor.page.getByRole('dialog', { name: 'Email' });
  const said = await dialog.getByLabel('Text of the email').innerText();
  expect(said, 'no word of the conversation').not.toMatch(/glaze/i);
  const link = /\/m\/\S+/.exec(said)?.[0] ?? '';
  expect(link).not.toBe('');
  await dialog.getByRole('button', { name: 'Close' }).click();

  // Whoever has the address, in a browser of their own.
  const holder = await people.shopper();
  await holder.page.goto(demo.vitrine(link));
  await expect(holder.page.getByRole('heading', { name: 'A copy of your conversation' })).toBeVisible();
  await holder.page.getByRole('button', { name: 'Send the copy' }).click();
  await expect(holder.page.getByRole('heading', { name: 'The copy is on its way' })).toBeVisible();
  await holder.page.goto(demo.vitrine(link));
  await expect(holder.page.getByRole('heading', { name: 'This link was used already' })).toBeVisible();

  const copy = await letter(vendor, 'Copy of a conversation', shopper.who.email);
  await copy.getByRole('button', { name: 'Read' }).click();
  await expect(dialog.getByLabel('Text of the email')).toContainText('> Tin glaze, fired twice.');
});
