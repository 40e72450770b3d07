// The shopper's whole way by keyboard alone. Nothing is clicked and nothing is filled in from outside: keys are pressed, and at each stop
// it is asked what has the focus, so that the order of Tab is part of what is shown.
import { expect, test } from '../fixtures';
import { type Role, standsOn, tabTo } from '../support/keyboard';

// The vendor's side is somebody else's; only the shopper has no mouse.
const QUESTION = 'Do you wrap presents?';
const ANSWER = 'Gladly, in blue paper.';

test('D-01 D-24 by keyboard alone: from the launcher over the talk to the rating', async ({ people }) => {
  const [vendor, shopper] = [await people.vendor(), await people.shopper()];
  await vendor.goOnline();
  await shopper.visit();
  const { page, panel, thread } = shopper;
  const { keyboard } = page;
  const on = (role: Role, name: string) => standsOn(panel, role, name);

  // The way in. Whoever opens the panel stands in it, at the first thing to fill in.
  await expect(shopper.launcher).toHaveAccessibleName('Chat Now');
  await tabTo(page, shopper.launcher);
  await keyboard.press('Enter');
  await shopper.isReady();
  await on('textbox', 'Name');
  await keyboard.press('Shift+Tab');
  await on('button', 'Minimize');
  await keyboard.press('Tab');
  await on('textbox', 'Name');
  await keyboard.type(shopper.who.name);
  await keyboard.press('Tab');
  await on('textbox', 'Email');
  await keyboard.type(shopper.who.email);
  await keyboard.press('Shift+Tab');
  await on('textbox', 'Name');
  await keyboard.press('Tab');
  await on('textbox', 'Email');
  await keyboard.press('Tab');
  await on('button', 'Start Chat');
  await keyboard.press('Enter');

  // The talk.
  await on('textbox', 'Message');
  await keyboard.type(QUESTION);
  await keyboard.press('Tab');
  await on('button', 'Send');
  await keyboard.press('Enter');
  await thread.sees(QUESTION);
  await on('textbox', 'Message');
  await expect(thread.box).toHaveValue('');

  // An answer comes into the middle of a sentence, and takes neither the focus nor a letter.
  await keyboard.type('And does it');
  const window = await vendor.window(shopper.who.name);
  await window.sees(QUESTION);
  await window.say(ANSWER);
  await thread.sees(ANSWER);
  await on('textbox', 'Message');
  await keyboard.type(' cost anything? ');
  await expect(thread.box).toHaveValue('And does it cost anything? ');

  await keyboard.press('Shift+Tab');
  await on('button', 'Emoji');
  await keyboard.press('Enter');
  await on('button', '😀');
  await keyboard.press('ArrowRight');
  await on('button', '😄');
  await keyboard.press('ArrowLeft');
  await on('button', '😀');
  await keyboard.press('Enter');
  await on('textbox', 'Message');
  await expect(thread.box).toHaveValue('And does it cost anything? 😀');
  await keyboard.press('Tab');
  await on('button', 'Send');
  await keyboard.press('Space');
  await thread.sees('And does it cost anything? 😀');
  await on('textbox', 'Message');
  await window.sees('And does it cost anything? 😀');

  // Its end: asked first, and the question begins at the answer that changes nothing.
  for (const [role, name] of [
    ['button', 'Emoji'],
    ['button', 'Attach a file'],
    ['log', 'Conversation'],
    ['button', 'End Chat'],
  ] as const) {
    await keyboard.press('Shift+Tab');
    await on(role, name);
  }
  const question = panel.getByRole('dialog', { name: 'End the chat?' });
  await keyboard.press('Enter');
  await expect(question).toBeVisible();
  await on('button', 'Cancel');
  await keyboard.press('Escape');
  await expect(question).toBeHidden();
  await on('button', 'End Chat');
  await keyboard.press('Space');
  await on('button', 'Cancel');
  await keyboard.press('Tab');
  await on('button', 'End');
  await keyboard.press('Enter');
  await expect(question).toBeHidden();

  // How it was.
  await expect(panel.getByRole('group', { name: 'Rate this chat' })).toBeVisible();
  await expect(panel.getByRole('button', { name: 'End Chat' })).toBeHidden();
  await keyboard.press('Tab');
  await on('log', 'Conversation');
  await keyboard.press('Tab');
  await on('radio', '1');
  await keyboard.press('Space');
  for (const star of ['2', '3', '4']) {
    await keyboard.press('ArrowRight');
    await on('radio', star);
  }
  await expect(panel.getByRole('radio', { name: '4', exact: true })).toBeChecked();
  await keyboard.press('Tab');
  await on('textbox', 'Comment');
  await keyboard.type('Kind, and quick.');
  await keyboard.press('Tab');
  await on('checkbox', 'Send me a copy by email');
  await keyboard.press('Tab');
  await on('button', 'Submit');
  await keyboard.press('Enter');
  await thread.sees('You rated this chat 4 of 5');
  await on('textbox', 'Message');
  await window.sees('The customer rated this chat 4 of 5');
  await expect(window.log).toContainText('Kind, and quick.');

  // The way out leads back to where it began.
  await keyboard.press('Escape');
  await expect(shopper.frame).toBeHidden();
  await expect(shopper.launcher).toBeFocused();
});

test('D-04 D-26 by keyboard alone: a message is left, and a mistake in it put right', async ({ people }) => {
  const shopper = await people.shopper();
  const [first = '', ...last] = shopper.who.name.split(' ');
  await shopper.visit();
  const { page, panel, thread } = shopper;
  const { keyboard } = page;
  const on = (role: Role, name: string) => standsOn(panel, role, name);

  await expect(shopper.launcher).toHaveAccessibleName('Chat Now');
  await tabTo(page, shopper.launcher);
  await keyboard.press('Space');
  await shopper.isReady();
  await on('textbox', 'First name');
  await keyboard.type(first);
  await keyboard.press('Tab');
  await on('textbox', 'Last name');
  await keyboard.type(last.join(' '));
  await keyboard.press('Tab');
  await on('textbox', 'Email');
  await keyboard.type('nobody at home');
  await keyboard.press('Tab');
  await on('textbox', 'Message');
  await keyboard.type(QUESTION);
  await keyboard.press('Tab');
  await on('button', 'Send message');
  await keyboard.press('Enter');

  // What is wrong is said with the field, and everything else stays.
  const email = panel.getByRole('textbox', { name: 'Email', exact: true });
  await expect(email).toHaveAttribute('aria-invalid', 'true');
  await on('button', 'Send message');
  await keyboard.press('Shift+Tab');
  await on('textbox', 'Message');
  await keyboard.press('Shift+Tab');
  await on('textbox', 'Email');
  await expect(panel.locator(':focus')).toHaveAccessibleDescription(/Email.*name@example\.com/);
  await keyboard.press('Control+A');
  await keyboard.type(shopper.who.email);
  await keyboard.press('Tab');
  await on('textbox', 'Message');
  await keyboard.press('Tab');
  await on('button', 'Send message');
  await keyboard.press('Enter');

  await expect(panel.getByRole('status').filter({ hasText: /thank you/i })).toBeVisible();
  await tabTo(page, panel.getByRole('button', { name: 'See your message' }));
  await keyboard.press('Enter');
  await thread.sees(QUESTION);

  const vendor = await people.vendor();
  await vendor.menu('Offline messages').click();
  const main = vendor.page.getByRole('main');
  await main.getByRole('button').filter({ hasText: shopper.who.name }).click();
  await expect(main).toContainText(QUESTION);
  await expect(main).toContainText(shopper.who.email);
});
