// Mail to customers: whose address it is from, an answer that arrives with a way back, and its end. The demo has no mail server: its
// letters lie in the mail folder and are read in the back office.
import { expect, test } from '../fixtures';
import { until } from '../support/server';
import { Thread } from '../support/thread';
import type { Vendor } from '../support/vendor';

/** The text of the newest letter of a kind, once it went. */
async function letter(vendor: Vendor, what: string, to: string): Promise<string> {
  await vendor.visit('/desk/settings/mail');
  const main = vendor.page.getByRole('main');
  const rows = main.getByRole('table', { name: 'Emails' }).getByRole('row').filter({ hasText: what });
  const row = rows.filter({ hasText: to }).filter({ hasText: 'Sent' }).first();
  await until(`the letter “${what}”`, 15_000, async () => {
    if (await row.isVisible()) return true;
    await main.getByRole('link', { name: 'Look again' }).click();
    await vendor.page.waitForTimeout(300);
    return undefined;
  });
  await row.getByRole('button', { name: 'Read' }).click();
  const dialog = vendor.page.getByRole('dialog', { name: 'Email' });
  const text = await dialog.innerText();
  await dialog.getByRole('button', { name: 'Close' }).click();
  return text;
}

test('S-21 S-26 S-34 S-36 HE-22 the sender of mail to customers is the shop once its holder typed the code', async ({ people }) => {
  const vendor = await people.vendor();
  vendor.noise.expect(/status of 422/);
  let main = await vendor.integrations('Senders');
  const shop = main.getByRole('textbox', { name: 'Shop recipient email' });
  await shop.fill('shop at delft');
  await main.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(shop).toHaveAttribute('aria-invalid', 'true');
  await expect(shop).toHaveValue('shop at delft');

  await shop.fill('winkel@delft.example');
  await main.getByRole('textbox', { name: 'Customer service email' }).fill('service@delft.example');
  await main.getByRole('combobox', { name: 'Send an answer by mail' }).selectOption({ label: 'At once' });
  await main.getByRole('textbox', { name: 'Address of your help page' }).fill('https://delft.example/help');
  await main.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(main.getByRole('status').filter({ hasText: 'Saved.' })).toBeVisible();
  await expect(main.getByRole('heading', { name: 'Is winkel@delft.example yours?' })).toBeVisible();

  const code = /^\d{6}$/m.exec(await letter(vendor, 'Code for a sender', 'winkel@delft.example'))?.[0] ?? '';
  expect(code).not.toBe('');
  main = await vendor.integrations('Senders');
  await main.getByRole('textbox', { name: 'Code' }).fill(code === '000000' ? '000001' : '000000');
  await main.getByRole('button', { name: 'Confirm' }).click();
  await expect(main.getByRole('textbox', { name: 'Code' })).toHaveAttribute('aria-invalid', 'true');
  await main.getByRole('textbox', { name: 'Code' }).fill(code);
  await main.getByRole('button', { name: 'Confirm' }).click();
  await expect(main.getByText('Your mail goes out as winkel@delft.example.')).toBeVisible();
  await main.getByRole('navigation').getByRole('link', { name: 'Senders' }).click();
  await expect(main.getByRole('textbox', { name: 'Customer service email' })).toHaveValue('service@delft.example');
});

test('S-18 S-19 S-20 an answer to a message arrives by mail with its text and a button, and can be stopped', async ({ people, demo }) => {
  const [vendor, shopper] = [await people.vendor(), await people.shopper()];
  let main = await vendor.integrations('Senders');
  await main.getByRole('combobox', { name: 'Send an answer by mail' }).selectOption({ label: 'At once' });
  await main.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(main.getByRole('status').filter({ hasText: 'Saved.' })).toBeVisible();

  await shopper.visit();
  await shopper.openChat();
  const field = (name: string) => shopper.panel.getByRole('textbox', { name, exact: true });
  await field('First name').fill(shopper.who.name);
  await field('Email').fill(shopper.who.email);
  await field('Message').fill('Is the tulip vase still there?');
  await shopper.panel.getByRole('button', { name: 'Send message' }).click();
  await expect(shopper.panel.getByRole('status').filter({ hasText: /thank/i })).toBeVisible();
  // Whoever looks at the answer on the site gets no mail.
  await shopper.page.goto('about:blank');

  await vendor.visit();
  await vendor.menu('Offline messages').click();
  main = vendor.page.getByRole('main');
  await main.getByRole('button').filter({ hasText: shopper.who.name }).click();
  await new Thread(main).say('It is, and we keep it for you.');
  const text = await letter(vendor, 'Answer to a customer', shopper.who.email);
  expect(text).toContain('It is, and we keep it for you.');
  expect(text, 'no word of a visitor to an address that nobody proved').not.toContain('tulip');
  expect(text).toMatch(/Reply:\s+\S+\/m\/\S+/);

  const stop = /\/unsubscribe\/\S+/.exec(text)?.[0] ?? '';
  const holder = await people.shopper();
  await holder.page.goto(demo.vitrine(stop));
  await expect(holder.page.getByRole('heading', { name: 'No more emails?' })).toBeVisible();
  await holder.page.getByRole('button', { name: 'Send me no more' }).click();
  await expect(holder.page.getByRole('heading', { name: 'No more emails', exact: true })).toBeVisible();
  await holder.page.getByRole('button', { name: 'Send them again' }).click();
  await expect(holder.page.getByRole('heading', { name: 'No more emails?' })).toBeVisible();
});
