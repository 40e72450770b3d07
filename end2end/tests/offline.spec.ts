// Nobody there: the panel is the simplest form, and what was written in it is waiting at the desk.
import { expect, test } from '../fixtures';
import { LANGUAGES, named, naming } from '../support/words';

const QUESTION = 'Could you engrave a name on the small dish?\nIt is for a wedding on the 3rd.';

test('D-26 P-51 nobody there: the form, and nothing of a chat', async ({ people }) => {
  const shopper = await people.shopper();
  await shopper.visit();
  await shopper.openChat();
  for (const name of ['First name', 'Last name', 'Email', 'Message']) {
    await expect(shopper.panel.getByRole('textbox', { name, exact: true })).toBeVisible();
  }
  // The store does not ask for it.
  await expect(shopper.panel.getByRole('textbox', { name: 'Phone', exact: true })).toHaveCount(0);
  await expect(shopper.panel.getByRole('button', { name: 'Start Chat' })).toHaveCount(0);
});

for (const language of LANGUAGES) {
  test(`P-51 D-i7 required fields are asked for in words, and nothing typed is lost (${language})`, async ({ people }) => {
    const shopper = await people.shopper({ browser: { locale: language } });
    const field = (name: string) => shopper.panel.getByRole('textbox', { name: named(name, language) });
    const firstName = field('First name').first();
    await shopper.visit();
    await shopper.openChat();
    await field('Message').fill(QUESTION);
    await shopper.panel.getByRole('button', { name: named('Send message', language) }).click();
    for (const wrong of [firstName, field('Email')]) {
      await expect(wrong).toHaveAttribute('aria-invalid', 'true');
      await expect(wrong).toHaveAccessibleDescription(/\S/);
    }
    await expect(firstName).toHaveAccessibleDescription(naming('First name', language));
    await expect(field('Message')).toHaveValue(QUESTION);

    // What was right stays; what was wrong is put right.
    await firstName.fill(shopper.who.name);
    await field('Email').fill(shopper.who.email);
    await shopper.panel.getByRole('button', { name: named('Send message', language) }).click();
    await expect(shopper.panel.getByRole('button', { name: named('Send message', language) })).toHaveCount(0);
  });
}

test('D-05 D-27 a message that was left stands under Offline messages', async ({ people }) => {
  const [vendor, shopper] = [await people.vendor(), await people.shopper()];
  const [first, ...last] = shopper.who.name.split(' ');
  await shopper.visit();
  await shopper.openChat();
  const field = (name: string) => shopper.panel.getByRole('textbox', { name, exact: true });
  await field('First name').fill(first ?? '');
  await field('Last name').fill(last.join(' '));
  await field('Email').fill(shopper.who.email);
  await field('Message').fill(QUESTION);
  await shopper.panel.getByRole('button', { name: 'Send message' }).click();
  await expect(shopper.panel.getByRole('button', { name: 'Send message' })).toHaveCount(0);
  await expect(shopper.panel.getByRole('status').filter({ hasText: /thank/i })).toBeVisible();

  await vendor.menu('Offline messages').click();
  const main = vendor.page.getByRole('main');
  await expect(main.getByRole('heading', { name: 'Offline messages' })).toBeVisible();
  await main.getByRole('button').filter({ hasText: shopper.who.name }).click();
  await expect(main).toContainText('Could you engrave a name on the small dish?');
  await expect(main).toContainText(shopper.who.email);
});
