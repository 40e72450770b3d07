// What people paste, and what some try on purpose: shown as it is or refused in words, and never lost.
import type { Frame, Page } from '@playwright/test';
import { expect, test } from '../fixtures';
import { frameOf } from '../support/page';

const MARKUP = '<img src=x onerror=window.__xss=1>';
const NASTY = [
  MARKUP,
  '<script>window.__xss=1</script>',
  '"><svg onload=window.__xss=1>',
  'javascript:window.__xss=1',
  '{{7*7}} ${7*7} %{name}',
  '[click](javascript:window.__xss=1)',
  '\u202Egnp.exe',
];

/** Nothing that was written there ran, and none of it became an element. */
async function isUntouched(frame: Frame | Page): Promise<void> {
  expect(await frame.evaluate(() => (window as { __xss?: number }).__xss)).toBeUndefined();
  expect(await frame.locator('img[src="x"], svg[onload], [role=log] script, a[href^="javascript:"]').count()).toBe(0);
}

test('HC-1 markup is words, on both sides, in the name and in the message', async ({ people, demo }) => {
  const [vendor, shopper] = [await people.vendor(), await people.shopper()];
  await vendor.goOnline();
  await shopper.visit();
  await shopper.openChat();
  const name = `${MARKUP} ${shopper.who.name}`;
  await shopper.startChat(name);
  for (const text of NASTY.slice(0, -1)) await shopper.say(text);
  const window = await vendor.window(shopper.who.name);
  // The first of them is also the name.
  for (const text of NASTY.slice(0, -1)) await expect(window.words(text).first()).toBeVisible();
  await expect(vendor.region(shopper.who.name)).toContainText(MARKUP);
  await window.hurry(MARKUP);
  await expect(window.words(MARKUP)).toHaveCount(2);
  await expect(shopper.thread.words(MARKUP)).toHaveCount(2);

  const panel = frameOf(shopper.page, demo.vitrine('/'));
  expect(panel).toBeDefined();
  if (panel) await isUntouched(panel);
  await isUntouched(vendor.page);
  await isUntouched(shopper.page);
});

test('HC-4 a line that turns itself around does not turn its neighbours', async ({ people }) => {
  const [vendor, shopper] = [await people.vendor(), await people.shopper()];
  await vendor.goOnline();
  await shopper.begin();
  await shopper.thread.hurry(NASTY.at(-1) ?? '');
  await shopper.say('and an ordinary line');
  const window = await vendor.window(shopper.who.name);
  await window.sees('and an ordinary line');
  await expect(window.log).toContainText('gnp.exe');
});

test('5 000 characters are a message; 5 001 are refused in words and stay in the box', async ({ people }) => {
  const [vendor, shopper] = [await people.vendor(), await people.shopper()];
  await vendor.goOnline();
  await shopper.begin();
  const longest = `${'Delft blue, '.repeat(417).slice(0, 4_995)}#5000`;
  expect(longest).toHaveLength(5_000);
  await shopper.say(longest);
  const window = await vendor.window(shopper.who.name);
  await expect(window.log).toContainText('#5000');

  const tooLong = `${longest}!`;
  await shopper.thread.hurry(tooLong);
  await expect(shopper.panel.getByText(/5[ ,.]?000/).last()).toBeVisible();
  await expect(shopper.thread.box).toHaveValue(tooLong);
  await shopper.thread.box.fill('Shorter, then.');
  await shopper.panel.getByRole('button', { name: 'Send', exact: true }).click();
  await window.sees('Shorter, then.');
  await expect(window.words(tooLong)).toHaveCount(0);
});

test('a name of 101 characters and an address that is none are refused in words, and stay', async ({ people }) => {
  const [vendor, shopper] = [await people.vendor(), await people.shopper()];
  await vendor.goOnline();
  await shopper.visit();
  await shopper.openChat();
  const name = shopper.panel.getByRole('textbox', { name: 'Name', exact: true });
  const email = shopper.panel.getByRole('textbox', { name: 'Email', exact: true });
  await name.fill('N'.repeat(101));
  await email.fill('noor@nowhere');
  await shopper.panel.getByRole('button', { name: 'Start Chat' }).click();
  await expect(name).toHaveAccessibleDescription(/100/);
  await expect(email).toHaveAttribute('aria-invalid', 'true');
  await expect(name).toHaveValue('N'.repeat(101));
  await expect(email).toHaveValue('noor@nowhere');

  await name.fill('N'.repeat(100));
  await email.fill(shopper.who.email);
  await shopper.panel.getByRole('button', { name: 'Start Chat' }).click();
  await expect(shopper.thread.box).toBeVisible();
});

test('P-48 the desk left in between: Start Chat is refused in words, and what was typed is kept', async ({ people }) => {
  const [vendor, shopper] = [await people.vendor(), await people.shopper()];
  shopper.noise.expect(/status of 4\d\d/);
  await vendor.goOnline();
  await shopper.visit();
  await shopper.openChat();
  await shopper.panel.getByRole('textbox', { name: 'Name', exact: true }).fill(shopper.who.name);
  await shopper.panel.getByRole('textbox', { name: 'Email', exact: true }).fill(shopper.who.email);
  await vendor.goOffline();
  await shopper.panel.getByRole('button', { name: 'Start Chat' }).click();
  await expect(shopper.panel.getByRole('button', { name: 'Send message' })).toBeVisible();
  await expect(shopper.panel.getByRole('textbox', { name: 'Email', exact: true })).toHaveValue(shopper.who.email);
});
