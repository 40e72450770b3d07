// Privacy: the notice, what is kept and for how long, one person handed over and erased, and a visitor who is turned away.
import { expect, test } from '../fixtures';
import type { Shopper } from '../support/shopper';
import { BRAM, type Vendor } from '../support/vendor';

async function privacyPage(vendor: Vendor) {
  await vendor.menu('Privacy').click();
  const main = vendor.page.getByRole('main');
  await expect(main.getByRole('heading', { name: 'Privacy', level: 1 })).toBeVisible();
  return main;
}

async function leave(shopper: Shopper, text: string) {
  const field = (name: string) => shopper.panel.getByRole('textbox', { name, exact: true });
  await field('First name').fill(shopper.who.name);
  await field('Email').fill(shopper.who.email);
  await field('Message').fill(text);
  await shopper.panel.getByRole('button', { name: 'Send message' }).click();
}

test('D-33 before the first message a line says who keeps what is written, and nothing is stored yet', async ({ people }) => {
  const shopper = await people.shopper();
  await shopper.visit();
  await shopper.openChat();
  await expect(shopper.panel.getByText('What you write here is kept by Atelier Delft, to answer you.')).toBeVisible();
  expect(await shopper.context.cookies()).toEqual([]);
  const vendor = await people.vendor();
  await vendor.goOnline();
  await shopper.page.reload();
  await shopper.openChat();
  await expect(shopper.panel.getByRole('button', { name: 'Start Chat' })).toBeVisible();
  await expect(shopper.panel.getByText('What you write here is kept by')).toBeVisible();
});

test('HJ-1 HJ-2 a person is found, handed over as a file, and erased; a search confirms it', async ({ people }) => {
  const shopper = await people.shopper();
  const words = `Nobody but ${shopper.who.name} would ever write exactly this sentence.`;
  await shopper.visit();
  await shopper.openChat();
  await leave(shopper, words);
  await expect(shopper.panel.getByRole('status').filter({ hasText: /thank/i })).toBeVisible();

  const vendor = await people.vendor();
  vendor.noise.expect(/status of 404/, /status of 422/);
  const main = await privacyPage(vendor);
  const who = main.getByRole('textbox', { name: 'Who' });
  const find = main.getByRole('button', { name: 'Find', exact: true });
  // What cannot be read as an address is said beside the field, and stays in it.
  await who.fill('somebody');
  await find.click();
  await expect(who).toHaveAttribute('aria-invalid', 'true');
  await expect(who).toHaveValue('somebody');
  await who.fill('nobody@nowhere.example');
  await find.click();
  await expect(main.getByText('Nobody is known by that here.')).toBeVisible();

  await who.fill(shopper.who.email);
  await find.click();
  await expect(main.getByText('1 conversation · 1 message')).toBeVisible();
  const download = vendor.page.waitForEvent('download');
  await main.getByRole('button', { name: 'Download everything' }).click();
  const stream = await (await download).createReadStream();
  let text = '';
  for await (const chunk of stream) text += String(chunk);
  expect(text).toContain(words);

  await main.getByRole('button', { name: 'Erase this person' }).click();
  const dialog = vendor.page.getByRole('dialog', { name: 'Erase this person?' });
  await dialog.getByRole('button', { name: 'Erase', exact: true }).click();
  await expect(main.getByText('Erased: 1 conversation.')).toBeVisible();
  await expect(main.getByText('nothing was found', { exact: false })).toBeVisible();
  await who.fill(shopper.who.email);
  await find.click();
  await expect(main.getByText('Nobody is known by that here.')).toBeVisible();
  await vendor.menu('Offline messages').click();
  await expect(vendor.page.getByRole('main').getByRole('heading', { name: 'Offline messages' })).toBeVisible();
  await expect(vendor.page.getByText(shopper.who.name)).toHaveCount(0);
});

test('HJ-3 how long things are kept is counted before it is saved', async ({ people }) => {
  const vendor = await people.vendor();
  const main = await privacyPage(vendor);
  const chats = main.getByRole('combobox', { name: 'Chats' });
  await expect(chats).toHaveValue('365');
  await chats.selectOption('For ever');
  await main.getByRole('button', { name: 'Count what would be deleted' }).click();
  await expect(main.getByRole('status').filter({ hasText: 'This would be deleted now:' })).toBeVisible();
  await main.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(main.getByText('Saved.')).toBeVisible();
  await vendor.page.reload();
  await expect(chats).toHaveValue('0');
  const bram = await people.vendor({ who: BRAM });
  bram.noise.expect(/status of 403/);
  await bram.visit('/desk/settings/privacy');
  await expect(bram.page.getByRole('main').getByRole('alert')).toBeVisible();
});

test('HB-16 a blocked visitor finds the chat closed and nothing of before, until somebody lets them in again', async ({ people }) => {
  const [vendor, shopper] = [await people.vendor(), await people.shopper()];
  shopper.noise.expect(/status of 4\d\d/, /WebSocket/);
  await vendor.goOnline();
  await shopper.begin();
  await shopper.say('Rude words, and many of them');
  await vendor.window(shopper.who.name);
  const region = vendor.region(shopper.who.name);
  await region.getByRole('button', { name: 'Block this visitor' }).click();
  const dialog = vendor.page.getByRole('dialog', { name: 'Block this visitor?' });
  await dialog.getByRole('button', { name: 'Block', exact: true }).click();
  await expect(dialog).toBeHidden();

  const open = async () => {
    await shopper.page.reload();
    await expect(shopper.launcher.or(shopper.frame).first()).toBeVisible();
    if (!(await shopper.frame.isVisible())) await shopper.launcher.click();
    await shopper.isReady();
  };
  const main = await privacyPage(vendor);
  const unblock = main.getByRole('listitem').filter({ hasText: shopper.who.name }).getByRole('button', { name: 'Unblock' });
  await expect(unblock).toBeVisible();
  await open();
  // What anybody sees while the chat is off: nothing says that it is about them.
  await expect(shopper.panel.getByText('The chat is closed right now')).toBeVisible();
  await expect(shopper.panel.getByRole('textbox')).toHaveCount(0);
  await expect(shopper.panel.getByText('Rude words')).toHaveCount(0);

  await unblock.click();
  await expect(unblock).toHaveCount(0);
  await open();
  await expect(shopper.panel.getByText('Rude words, and many of them')).toBeVisible();
});
