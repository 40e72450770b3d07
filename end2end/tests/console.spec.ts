// The console in a window of its own, as DushiMart's vendors know it.
import { expect, test } from '../fixtures';
import type { Server } from '../support/server';
import { PRODUCT, STORE_PAGE } from '../support/shopper';

/** What a shop's page is told when it asks whether somebody is there. */
async function availability(demo: Server): Promise<string> {
  const answer = await fetch(demo.vitrine('/status/delft'));
  return ((await answer.json()) as { availability: string }).availability;
}

test('D-06 D-07 D-08 D-09 D-10 Chat Now opens a window of its own; Connect goes live, and closing the window ends it', async ({ people, demo }) => {
  const vendor = await people.vendor();
  const page = await vendor.openConsole();
  expect(page, 'a new window').not.toBe(vendor.page);
  expect(new URL(page.url()).pathname).toBe('/desk/chat');

  // To open it is not enough.
  const connect = page.getByRole('button', { name: 'Connect', exact: true });
  const status = page.getByRole('status').filter({ hasText: 'You are offline' });
  await expect(status).toBeVisible();
  const [button, below] = [await connect.boundingBox(), await status.boundingBox()];
  expect(button && below && below.y >= button.y + button.height, 'under the button').toBe(true);
  expect(await availability(demo)).toBe('away');

  await connect.click();
  await expect(page.getByText('You are online', { exact: true })).toBeVisible();
  expect(await availability(demo)).toBe('online');
  await page.getByRole('button', { name: 'Disconnect', exact: true }).click();
  await expect(status).toBeVisible();
  expect(await availability(demo)).toBe('away');

  await connect.click();
  await expect(page.getByText('You are online', { exact: true })).toBeVisible();
  await page.close({ runBeforeUnload: true });
  // The office is open all the time, and does not count: not that window went live.
  await expect.poll(() => availability(demo), { timeout: 25_000 }).toBe('away');
});

test('D-19 D-20 D-21 D-22 D-23 the console: connection data, Save Chat, End Chat, Chat History and Offline Messages', async ({ people }) => {
  const [vendor, writer, shopper] = [await people.vendor(), await people.shopper(), await people.shopper()];
  await writer.visit();
  await writer.openChat();
  const field = (name: string) => writer.panel.getByRole('textbox', { name, exact: true });
  await field('First name').fill(writer.who.name);
  await field('Email').fill(writer.who.email);
  await field('Message').fill('Do you also repair tiles?');
  await writer.panel.getByRole('button', { name: 'Send message' }).click();
  await writer.panel.getByRole('status').filter({ hasText: /thank/i }).waitFor();

  const page = await vendor.openConsole();
  await page.getByRole('button', { name: 'Connect', exact: true }).click();
  await expect(page.getByText('You are online', { exact: true })).toBeVisible();

  await shopper.visit(STORE_PAGE);
  await shopper.page.getByRole('link', { name: PRODUCT.name }).first().click();
  await shopper.page.waitForURL(`**${PRODUCT.path}`);
  await shopper.openChat(shopper.inlineButton);
  await shopper.startChat();
  await shopper.say('Does it pour well?');
  await page.getByRole('list', { name: 'Visitors' }).getByRole('button', { name: shopper.who.name }).click();
  await expect(page.getByRole('log', { name: 'Conversation' })).toContainText('Does it pour well?');

  const data = page.getByRole('region', { name: 'Connection data' });
  await expect(data).toContainText(shopper.who.email);
  await expect(data).toContainText('On the site now');
  await expect(data).toContainText('English');
  await expect(data).toContainText(PRODUCT.sku);
  await expect(data).toContainText(PRODUCT.path);
  await expect(data.getByRole('link', { name: new RegExp(`${STORE_PAGE}$`) })).toBeVisible();
  await expect(data).toContainText(/Chrome \d+/);
  await expect(data).toContainText('Linux');
  // The network, not the person.
  await expect(data).toContainText('127.0.0.0');
  await expect(data).not.toContainText(/127\.0\.0\.1(?!\d)/);

  const save = page.getByRole('button', { name: 'Save Chat', exact: true });
  await expect(save).toHaveAttribute('aria-pressed', 'false');
  await save.click();
  await expect(save).toHaveAttribute('aria-pressed', 'true');
  await page.getByRole('button', { name: 'End Chat' }).click();
  await page.getByRole('dialog', { name: 'End the conversation?' }).getByRole('button', { name: 'End', exact: true }).click();
  await expect(page.getByRole('list', { name: 'Visitors' })).not.toContainText(shopper.who.name);
  await page.getByRole('button', { name: 'Disconnect', exact: true }).click();
  await expect(page.getByText('You are offline', { exact: true })).toBeVisible();

  await page.getByRole('button', { name: 'Chat History', exact: true }).click();
  const table = page.getByRole('table', { name: 'Conversation history' });
  await expect(table).toContainText(shopper.who.name);

  await page.getByRole('button', { name: /^Offline Messages/ }).click();
  await page.getByRole('list', { name: 'Offline messages' }).getByRole('button').filter({ hasText: writer.who.name }).click();
  await expect(page.getByRole('main')).toContainText('Do you also repair tiles?');
});
