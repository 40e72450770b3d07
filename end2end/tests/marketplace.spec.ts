// A day in the marketplace, in French as its guide is: My Chats and En ligne, what buyers see of it, and where help is.
import { expect, test } from '../fixtures';
import { PRODUCT } from '../support/shopper';
import { LUCIA } from '../support/vendor';

test('A-02 A-06 A-07 A-22 A-29 My Chats, En ligne: buyers find the chat while it is on, and not while it is off', async ({ people, demo }) => {
  const [vendor, shopper] = [await people.vendor({ who: LUCIA }), await people.shopper()];
  await vendor.speak('Français');
  const menu = vendor.page.getByRole('navigation');
  for (const name of ['My Chats', 'My Communication History', 'Tickets']) await expect(menu.getByRole('link', { name: new RegExp(`^${name}`) })).toBeVisible();
  await menu.getByRole('link', { name: /^My Chats/ }).click();
  const duty = vendor.page.getByRole('switch', { name: 'En ligne' }).first();

  await expect(duty).not.toBeChecked();
  await shopper.page.goto(demo.vitrine('/c/oliva'));
  await expect(shopper.page.getByRole('button', { name: 'Send message' })).toBeVisible();
  await expect(shopper.page.getByRole('button', { name: 'Start Chat' })).toHaveCount(0);

  await duty.click();
  await expect(duty).toBeChecked();
  await shopper.page.reload();
  await expect(shopper.page.getByRole('button', { name: 'Start Chat' })).toBeVisible();

  await duty.click();
  await expect(duty).not.toBeChecked();
  await shopper.page.reload();
  await expect(shopper.page.getByRole('button', { name: 'Start Chat' })).toHaveCount(0);
  await vendor.speak('Español');
});

test('A-05 A-08 a question is answered while it is asked, with a link to the product', async ({ people, demo }) => {
  const [vendor, shopper] = [await people.vendor(), await people.shopper()];
  await vendor.goOnline();
  await shopper.begin(PRODUCT.path);
  await shopper.say('Do you have a pot for five?');
  const window = await vendor.window(shopper.who.name);
  await window.sees('Do you have a pot for five?');
  const link = demo.shop(PRODUCT.path);
  await window.say(`This one pours five: ${link}`);
  await expect(shopper.thread.log.getByRole('link', { name: link })).toBeVisible();
});

test('A-25 A-26 A-27 A-28 Besoin d’aide ? says which channel is for what, and what is never sent', async ({ people }) => {
  const vendor = await people.vendor({ who: LUCIA });
  await vendor.speak('Français');
  await vendor.menu('Aide').click();
  const main = vendor.page.getByRole('main');
  await expect(main.getByText('Besoin d’aide ?', { exact: false }).first()).toBeVisible();
  await main.getByRole('tab', { name: 'FAQ' }).click();
  await main.getByText('Chat, message ou ticket : lequel, et quand ?').click();
  await expect(main.getByText('My Communication History pour l’avant-vente', { exact: false })).toBeVisible();
  await main.getByText('Que ne faut-il jamais envoyer ?').click();
  await expect(main.getByText('Restez professionnel, utilisez un ton clair', { exact: false })).toBeVisible();
  await vendor.speak('Español');
});
