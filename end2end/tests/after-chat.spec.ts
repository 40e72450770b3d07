// After the chat: how it was, and a copy of it; and during it: files both ways, and emoji.
import type { Locator } from '@playwright/test';
import { expect, test } from '../fixtures';
import { scrollsSideways } from '../support/page';
import type { Scope } from '../support/thread';
import { Thread } from '../support/thread';

/** A red square, as a browser's canvas would write it. */
const PICTURE = {
  name: 'broken cup.png',
  mimeType: 'image/png',
  buffer: Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAoAAAAKCAIAAAACUFjqAAAAEklEQVR42mNYYCCGBzGMSmNDAKAQWdlQeNwEAAAAAElFTkSuQmCC',
    'base64',
  ),
};

const rating = (scope: Scope) => ({
  group: scope.getByRole('group', { name: 'Rate this chat' }),
  star: (n: number) => scope.getByRole('group', { name: 'Rate this chat' }).getByRole('radio', { name: String(n), exact: true }),
  comment: scope.getByRole('textbox', { name: 'Comment' }),
  copy: scope.getByRole('checkbox', { name: 'Send me a copy by email' }),
  email: scope.getByRole('textbox', { name: 'Email', exact: true }),
  submit: scope.getByRole('button', { name: 'Submit' }),
});

const attach = (scope: Scope): Locator => scope.getByRole('button', { name: 'Attach a file' });

/** Whether the browser could show it: an image that was refused has no size of its own. */
async function isShown(image: Locator): Promise<void> {
  await expect(image).toBeVisible();
  await expect.poll(() => image.evaluate((node: HTMLImageElement) => node.naturalWidth)).toBeGreaterThan(0);
}

test('D-24 D-i5 after the chat the shopper rates it, and the vendor sees the rating in the window and in the list', async ({ people }) => {
  const [vendor, shopper] = [await people.vendor(), await people.shopper()];
  await vendor.goOnline();
  await shopper.begin();
  await shopper.say('Thank you for the advice.');
  const window = await vendor.window(shopper.who.name);
  await window.sees('Thank you for the advice.');
  const form = rating(shopper.panel);
  await expect(form.group, 'not before its end').toBeHidden();
  await shopper.end();

  // Without a number there is nothing to send, and what was written stays.
  await form.comment.fill('Anna knows her teapots.');
  await form.submit.click();
  await expect(shopper.panel.getByText('Please choose a number from 1 to 5.')).toBeVisible();
  await expect(form.comment).toHaveValue('Anna knows her teapots.');
  shopper.noise.expect(/status of 422/);

  await form.star(4).check();
  await form.submit.click();
  await expect(shopper.panel.getByText('Thank you for telling us.')).toBeVisible();
  await expect(form.group).toBeHidden();
  await expect(shopper.thread.box, 'the focus is where one would go on').toBeFocused();
  await shopper.sees('You rated this chat 4 of 5');

  await window.sees('The customer rated this chat 4 of 5');
  await expect(window.log).toContainText('Anna knows her teapots.');
  await vendor.showTab('Finished conversations');
  await expect(vendor.row(shopper.who.name)).toContainText('4 of 5');
});

test('D-24 the rating by keyboard alone', async ({ people }) => {
  const [vendor, shopper] = [await people.vendor(), await people.shopper()];
  await vendor.goOnline();
  await shopper.begin();
  await shopper.say('No mouse here.');
  await vendor.window(shopper.who.name);
  await shopper.end();
  const form = rating(shopper.panel);
  await form.star(1).focus();
  await shopper.page.keyboard.press('Space');
  for (const n of [2, 3, 4, 5]) {
    await shopper.page.keyboard.press('ArrowRight');
    await expect(form.star(n)).toBeChecked();
  }
  await shopper.page.keyboard.press('Tab');
  await expect(form.comment).toBeFocused();
  await shopper.page.keyboard.press('Tab');
  await expect(form.copy).toBeFocused();
  await shopper.page.keyboard.press('Tab');
  await expect(form.submit, 'the address is known and not asked').toBeFocused();
  await shopper.page.keyboard.press('Enter');
  await shopper.sees('You rated this chat 5 of 5');
});

test('D-25 a copy by e-mail: an address that nobody vouches for is asked first', async ({ people }) => {
  const [vendor, shopper] = [await people.vendor(), await people.shopper()];
  await vendor.goOnline();
  await shopper.visit();
  await shopper.openChat();
  await shopper.startChat(shopper.who.name, '');
  await shopper.say('Could you write that down for me?');
  await vendor.window(shopper.who.name);
  await shopper.end();
  const form = rating(shopper.panel);
  await expect(form.email).toBeHidden();
  await form.copy.check();
  await form.email.fill('not an address');
  await form.submit.click();
  shopper.noise.expect(/status of 422/);
  await expect(form.email).toHaveAttribute('aria-invalid', 'true');
  await expect(form.email).toHaveValue('not an address');
  await form.email.fill(shopper.who.email);
  await form.submit.click();
  await expect(shopper.panel.getByText(/We sent you an email/)).toBeVisible();
});

test('D-24 D-25 without scripts: rate, and ask for a copy', async ({ people, demo }) => {
  const [vendor, shopper] = [await people.vendor(), await people.shopper({ browser: { javaScriptEnabled: false } })];
  await vendor.goOnline();
  const { page } = shopper;
  await page.goto(demo.vitrine('/c/delft'));
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill(shopper.who.name);
  await page.getByRole('button', { name: 'Start Chat' }).click();
  const thread = new Thread(page);
  await thread.box.fill('Plain pages are fine.');
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  await thread.sees('Plain pages are fine.');
  await vendor.window(shopper.who.name);
  await page.getByRole('button', { name: 'End Chat' }).click();
  const form = rating(page);
  await form.star(5).check();
  await form.comment.fill('Works everywhere.');
  await form.copy.check();
  await form.email.fill(shopper.who.email);
  await form.submit.click();
  await expect(page.getByText(/We sent you an email/)).toBeVisible();
  await thread.sees('You rated this chat 5 of 5');
  await vendor.showTab('Finished conversations');
  await expect(vendor.row(shopper.who.name)).toContainText('5 of 5');
});

test('files both ways: a picture is shown in its place, anything else can be saved, and what is not on the list is refused', async ({ people }) => {
  const [vendor, shopper] = [await people.vendor(), await people.shopper()];
  await vendor.goOnline();
  await shopper.begin();
  await shopper.say('My cup arrived like this:');
  const window = await vendor.window(shopper.who.name);

  await attach(shopper.panel).setInputFiles(PICTURE);
  await isShown(shopper.thread.log.getByRole('img', { name: PICTURE.name }));
  await isShown(window.log.getByRole('img', { name: PICTURE.name }));
  await expect(shopper.panel.getByText('Sending the file…')).toHaveCount(0);

  await attach(window.scope).setInputFiles({ name: 'Return label.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.7 a label') });
  const label = shopper.thread.log.getByRole('link', { name: /Return label\.pdf/ });
  await expect(label).toBeVisible();
  const saving = shopper.page.waitForEvent('download');
  await label.click();
  const saved = await saving;
  expect(saved.suggestedFilename()).toBe('Return label.pdf');
  expect(await saved.failure()).toBeNull();

  shopper.noise.expect(/status of 422/);
  await attach(shopper.panel).setInputFiles({ name: 'drawing.svg', mimeType: 'image/svg+xml', buffer: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>') });
  await expect(shopper.panel.getByText(/This file cannot be sent/)).toBeVisible();
  await attach(shopper.panel).setInputFiles({ name: 'film.txt', mimeType: 'text/plain', buffer: Buffer.alloc(10 * 1024 * 1024 + 1, 'a') });
  await expect(shopper.panel.getByText(/This file is too large/)).toBeVisible();

  // A very long name breaks nothing.
  await attach(shopper.panel).setInputFiles({ name: `${'å'.repeat(120)}.txt`, mimeType: 'text/plain', buffer: Buffer.from('short') });
  await expect(shopper.thread.log.getByRole('link', { name: /^å+\.txt/ })).toBeVisible();
  const frame = shopper.page.frames().find((each) => each.url().startsWith(shopper.server.vitrine()));
  expect(frame && (await scrollsSideways(frame))).toBe(false);
  expect(await scrollsSideways(vendor.page)).toBe(false);

  // It is all still there on the next page.
  await shopper.page.reload();
  await shopper.isReady();
  await isShown(shopper.thread.log.getByRole('img', { name: PICTURE.name }));
});

test('emoji on both sides, by mouse and by keyboard, where the caret is', async ({ people }) => {
  const [vendor, shopper] = [await people.vendor(), await people.shopper()];
  await vendor.goOnline();
  await shopper.begin();
  const { panel, page, thread } = shopper;
  await thread.box.fill('Thanks!');
  await thread.box.press('Home');
  await panel.getByRole('button', { name: 'Emoji' }).click();
  const grid = panel.getByRole('group', { name: 'Choose one' });
  await grid.getByRole('button', { name: '🎁' }).click();
  await expect(thread.box).toHaveValue('🎁Thanks!');
  await expect(thread.box).toBeFocused();
  await expect(grid).toBeHidden();

  // Escape closes the grid and not the panel.
  await panel.getByRole('button', { name: 'Emoji' }).press('Enter');
  await expect(grid.getByRole('button').first()).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(grid).toBeHidden();
  await expect(panel.getByRole('button', { name: 'Emoji' })).toBeFocused();
  await expect(shopper.frame).toBeVisible();
  await thread.box.press('End');
  await thread.box.press('Enter');
  await thread.sees('🎁Thanks!');

  const window = await vendor.window(shopper.who.name);
  await window.sees('🎁Thanks!');
  await window.scope.getByRole('button', { name: 'Emoji' }).click();
  await expect(window.scope.getByRole('group', { name: 'Choose one' }).getByRole('button').first()).toBeFocused();
  const keyboard = vendor.page.keyboard;
  await keyboard.press('ArrowDown');
  await keyboard.press('ArrowDown');
  await keyboard.press('ArrowRight');
  await keyboard.press('ArrowLeft');
  await keyboard.press('Enter');
  await expect(window.box).toHaveValue('👍');
  await window.box.press('Enter');
  await shopper.sees('👍');
});
