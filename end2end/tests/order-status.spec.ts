// "Where is my order?": in the panel and without scripts, by a second fact or by a mailed code, and on in the order's thread.
import { expect, test } from '../fixtures';
import { until } from '../support/server';
import { JANE, PIETER } from '../support/shopper';

test('where is my order: the panel shows state and parcel, and leads back to the chat', async ({ people }) => {
  const shopper = await people.shopper();
  await shopper.visit();
  await shopper.openChat();
  const { panel } = shopper;
  await panel.getByRole('link', { name: 'Where is my order?' }).click();
  await expect(panel.getByRole('heading', { name: 'Where is my order?' })).toBeVisible();

  // A wrong fact: one sentence, and what was typed stays. Browsers report the page's status.
  shopper.noise.expect(/status of 422/);
  await panel.getByRole('textbox', { name: 'Order number' }).fill('M-20418');
  await panel.getByRole('textbox', { name: 'Email or postcode' }).fill('somebody@else.example');
  await panel.getByRole('button', { name: 'Show my order' }).click();
  await expect(panel.getByRole('alert')).toContainText('We find no order with this number');
  await expect(panel.getByRole('textbox', { name: 'Order number' })).toHaveValue('M-20418');

  await panel.getByRole('textbox', { name: 'Email or postcode' }).fill('bs1 4qa');
  await panel.getByRole('button', { name: 'Show my order' }).click();
  await expect(panel.getByText('On its way', { exact: true })).toBeVisible();
  await expect(panel.getByText('PostNL 3SDELF0204187')).toBeVisible();
  await expect(panel.getByRole('list', { name: 'What you ordered' }).getByRole('listitem')).toHaveCount(2);

  await panel.getByRole('link', { name: 'Back to the chat' }).click();
  await shopper.isReady();
  await expect(panel.getByRole('button', { name: 'Send message' })).toBeVisible();
});

test('S-28 where is my order, without scripts: what does not help stands in the thread of the order, with the facts beside it', async ({ people, demo }) => {
  const [vendor, shopper] = [await people.vendor(), await people.shopper({ browser: { javaScriptEnabled: false } })];
  const { page } = shopper;
  const words = 'It has said on its way since Tuesday.';
  await page.goto(demo.vitrine('/c/delft'));
  await page.getByRole('link', { name: 'Where is my order?' }).click();
  await page.getByRole('textbox', { name: 'Order number' }).fill('m-20418');
  await page.getByRole('textbox', { name: 'Email or postcode' }).fill(JANE.email);
  await page.getByRole('button', { name: 'Show my order' }).click();
  await page.getByRole('textbox', { name: 'Message', exact: true }).fill(words);
  await page.getByRole('button', { name: 'Send message' }).click();
  await expect(page.getByRole('status')).toContainText('thread of order M-20418');
  await expect(page.getByRole('link', { name: 'Read the whole thread' })).toHaveCount(0);

  await vendor.page.goto(demo.vitrine('/desk/messages'));
  await vendor.page.getByRole('tab', { name: /^Order messages/ }).click();
  await vendor.page.getByRole('list', { name: 'Messages' }).getByText(words).click();
  await expect(vendor.page.getByRole('log', { name: 'Conversation' }).getByText(words)).toBeVisible();
  await expect(vendor.page.getByRole('log', { name: 'Conversation' }).getByText('They saw M-20418')).toBeVisible();
});

test('where is my order: a code by mail opens it, and the door to its whole thread', async ({ people, demo }) => {
  const [vendor, shopper] = [await people.vendor(), await people.shopper()];
  const { page } = shopper;
  await page.goto(demo.vitrine('/c/delft/order'));
  await page.getByRole('textbox', { name: 'Order number' }).fill('M-20421');
  await page.getByRole('button', { name: 'Mail me a code' }).click();
  await expect(page.getByRole('status')).toContainText('If this is right, we mailed a code');

  await vendor.menu('Mail').click();
  const main = vendor.page.getByRole('main');
  const row = main.getByRole('table', { name: 'Emails' }).getByRole('row').filter({ hasText: PIETER.email }).filter({ hasText: 'Sent' });
  await until('the letter with the code', 10_000, async () => {
    if (await row.first().isVisible()) return true;
    await main.getByRole('link', { name: 'Look again' }).click();
    await vendor.page.waitForTimeout(300);
    return undefined;
  });
  await row.first().getByRole('button', { name: 'Read' }).click();
  const letter = await vendor.page.getByRole('dialog', { name: 'Email' }).getByLabel('Text of the email').innerText();
  const code = /^\d{6}$/m.exec(letter)?.[0] ?? '';
  expect(code).not.toBe('');

  shopper.noise.expect(/status of 422/);
  await page.getByRole('textbox', { name: 'Code' }).fill(code === '000000' ? '000001' : '000000');
  await page.getByRole('button', { name: 'Open my order' }).click();
  await expect(page.getByRole('textbox', { name: 'Code' })).toHaveAttribute('aria-invalid', 'true');
  await page.getByRole('textbox', { name: 'Code' }).fill(code);
  await page.getByRole('button', { name: 'Open my order' }).click();
  await expect(page.getByText('Packed', { exact: true })).toBeVisible();

  await page.getByRole('textbox', { name: 'Message', exact: true }).fill('Mekelweg, then. Thank you!');
  await page.getByRole('button', { name: 'Send message' }).click();
  await expect(page.getByRole('link', { name: 'Read the whole thread' })).toHaveAttribute('href', /^\/m\/\S+$/);
});
