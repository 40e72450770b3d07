// Without scripts, and before they have arrived: everything can be read, and every form can be sent.
import { expect, test } from '../fixtures';
import { Thread } from '../support/thread';

test('D-26 P-51 /c/delft without scripts, nobody there: a message can be left', async ({ people, demo }) => {
  const [vendor, shopper] = [await people.vendor(), await people.shopper({ browser: { javaScriptEnabled: false } })];
  const { page } = shopper;
  await page.goto(demo.vitrine('/c/delft'));
  await page.getByRole('textbox', { name: 'First name', exact: true }).fill(shopper.who.name);
  await page.getByRole('textbox', { name: 'Email', exact: true }).fill('not an address');
  await page.getByRole('textbox', { name: 'Message', exact: true }).fill('Do you repair old tiles?');
  await page.getByRole('button', { name: 'Send message' }).click();

  // The server says no; what was typed is still there. Browsers report the page's status.
  shopper.noise.expect(/status of 422/);
  await expect(page.getByRole('alert')).toBeVisible();
  await expect(page.getByRole('textbox', { name: 'Message', exact: true })).toHaveValue('Do you repair old tiles?');
  await page.getByRole('textbox', { name: 'Email', exact: true }).fill(shopper.who.email);
  await page.getByRole('button', { name: 'Send message' }).click();
  await expect(page.getByRole('status').filter({ hasText: /thank/i })).toBeVisible();

  await vendor.menu('Offline messages').click();
  await expect(vendor.page.getByRole('main')).toContainText(shopper.who.name);
});

test('D-01 P-35 /c/delft without scripts: start, talk, end', async ({ people, demo }) => {
  const [vendor, shopper] = [await people.vendor(), await people.shopper({ browser: { javaScriptEnabled: false } })];
  await vendor.goOnline();
  const { page } = shopper;
  await page.goto(demo.vitrine('/c/delft'));
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill(shopper.who.name);
  await page.getByRole('textbox', { name: 'Email', exact: true }).fill(shopper.who.email);
  await page.getByRole('button', { name: 'Start Chat' }).click();

  const thread = new Thread(page);
  await thread.box.fill('I have no scripts.');
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  await thread.sees('I have no scripts.');
  const window = await vendor.window(shopper.who.name);
  await window.sees('I have no scripts.');
  await window.say('That is quite all right.');

  await expect(async () => {
    await page.reload();
    await expect(thread.words('That is quite all right.')).toBeVisible({ timeout: 500 });
  }).toPass();
  await page.getByRole('button', { name: 'End Chat' }).click();
  const confirm = page.getByRole('dialog').getByRole('button', { name: /^End/ });
  if (await confirm.isVisible()) await confirm.click();
  await expect(page.getByRole('button', { name: 'End Chat' })).toHaveCount(0);
  await vendor.showTab('Finished conversations');
  await expect(vendor.row(shopper.who.name)).toBeVisible();
});

test('P-51 the panel before its program has arrived: readable, and its form can be sent', async ({ people }) => {
  const [vendor, shopper] = [await people.vendor(), await people.shopper()];
  shopper.noise.expect(/net::ERR_|Failed to fetch|wasm/i);
  await shopper.context.route('**/*.wasm', (route) => route.abort());
  await shopper.visit();
  await shopper.launcher.click();
  await expect(shopper.frame).toBeVisible();
  const field = (name: string) => shopper.panel.getByRole('textbox', { name, exact: true });
  await field('First name').fill(shopper.who.name);
  await field('Email').fill(shopper.who.email);
  await field('Message').fill('Your chat opens fast.');
  await shopper.panel.getByRole('button', { name: 'Send message' }).click();
  await expect(shopper.panel.getByRole('status').filter({ hasText: /thank/i })).toBeVisible();

  await vendor.menu('Offline messages').click();
  await expect(vendor.page.getByRole('main')).toContainText(shopper.who.name);
});
