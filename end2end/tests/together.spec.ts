// Several people of one store in the same chats: who has it, handing it over, notes, ready-made answers, and chats that nobody takes.
import type { Locator } from '@playwright/test';
import { expect, test } from '../fixtures';
import { PRODUCT } from '../support/shopper';
import { ANNA, BRAM, type Vendor } from '../support/vendor';

/** The bar about chats that nobody took. */
function alarm(vendor: Vendor): Locator {
  return vendor.page.getByRole('alert').filter({ hasText: /nobody has taken/ });
}

/** Counts the notes that a page plays from now on; the browser's own maker of tones is replaced. */
async function listen(vendor: Vendor): Promise<() => Promise<number>> {
  await vendor.context.addInitScript(() => {
    const heard = { notes: 0 };
    const param = (): object => ({ value: 0, setValueAtTime: param, linearRampToValueAtTime: param });
    class Silence {
      currentTime = 0;
      destination = {};
      createOscillator(): object {
        const start = () => {
          heard.notes += 1;
        };
        return { frequency: param(), connect: () => ({}), start, stop: () => {} };
      }
      createGain(): object {
        return { gain: param(), connect: () => ({}) };
      }
    }
    Object.assign(window, { heard, AudioContext: Silence });
  });
  await vendor.visit();
  return () => vendor.page.evaluate(() => (window as unknown as { heard: { notes: number } }).heard.notes);
}

test('the title counts what nobody has read', async ({ people }) => {
  const [anna, shopper] = [await people.vendor(), await people.shopper()];
  await anna.goOnline();
  await shopper.begin();
  await shopper.say('One');
  await anna.window(shopper.who.name);
  await anna.region(shopper.who.name).getByRole('button', { name: 'Hide', exact: true }).click();
  await expect(anna.page).toHaveTitle('Vitrine');
  await shopper.say('Two');
  await shopper.say('Three');
  await expect(anna.page).toHaveTitle('(2) Vitrine');
  await anna.window(shopper.who.name);
  await expect(anna.page).toHaveTitle('Vitrine');
});

test('D-16 D-i3 everybody of the store answers in the same chat and sees who has it', async ({ people }) => {
  const [anna, bram, shopper] = [await people.vendor(), await people.vendor({ who: BRAM }), await people.shopper()];
  await bram.speak('English');
  await anna.goOnline();
  await bram.goOnline();
  await shopper.begin();
  await shopper.say('Two questions, if I may.');
  const name = shopper.who.name;
  const [hers, his] = [await anna.window(name), await bram.window(name)];
  await hers.say('Of course, ask.');
  await his.sees('Of course, ask.');
  await expect(bram.region(name)).toContainText('Anna de Vries is talking here');
  await expect(bram.row(name)).toContainText('With Anna de Vries');
  await his.say('Bram here, I can answer the second.');
  await hers.sees('Bram here, I can answer the second.');
  await expect(hers.line('Bram here, I can answer the second.')).toContainText(BRAM.name);
  await shopper.sees('Bram here, I can answer the second.');
  await expect(anna.row(name)).toContainText('With you');
});

test('a chat is handed to a colleague who is online; both sides see to whom, and their window opens', async ({ people }) => {
  const [anna, bram, shopper] = [await people.vendor(), await people.vendor({ who: BRAM }), await people.shopper()];
  await bram.speak('English');
  await anna.goOnline();
  await shopper.begin();
  await shopper.say('Do you also repair?');
  const name = shopper.who.name;
  const hers = await anna.window(name);
  await hers.say('One moment, Bram knows.');

  const hand = anna.region(name).getByRole('button', { name: 'Transfer', exact: true });
  const dialog = anna.page.getByRole('dialog', { name: 'Transfer to a colleague' });
  await hand.click();
  await expect(dialog).toContainText('None of your colleagues is online');
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await expect(dialog).toBeHidden();

  await bram.goOnline();
  await expect(bram.row(name)).toContainText('With Anna de Vries');
  await expect(bram.region(name)).toHaveCount(0);
  await hand.click();
  await dialog.getByRole('button', { name: BRAM.name }).click();
  await expect(dialog).toBeHidden();

  await expect(shopper.thread.log).toContainText('Anna de Vries has asked Bram Jansen to help you further');
  await expect(anna.region(name)).toContainText('Bram Jansen is talking here');
  await expect(bram.region(name)).toBeVisible();
  await expect(bram.row(name)).toContainText('With you');
  const his = await bram.window(name);
  await his.sees('Do you also repair?');
  await his.say('Yes, cups and plates.');
  await shopper.sees('Yes, cups and plates.');
});

test('a note is for colleagues: they see it at once and marked, the shopper never', async ({ people }) => {
  const [anna, bram, shopper] = [await people.vendor(), await people.vendor({ who: BRAM }), await people.shopper()];
  await bram.speak('English');
  await anna.goOnline();
  await shopper.begin();
  await shopper.say('May I pay later?');
  const name = shopper.who.name;
  const [hers, his] = [await anna.window(name), await bram.window(name)];
  await hers.box.fill('Half an answer');

  const region = anna.region(name);
  const noting = region.getByRole('switch', { name: 'Note for colleagues' });
  await noting.click();
  await expect(noting).toBeChecked();
  const box = region.getByRole('textbox', { name: 'Note', exact: true });
  await expect(box, 'what was typed as an answer is no note').toHaveValue('');
  await expect(region).toContainText('The customer never sees it');
  await box.fill('Paid late in March. Ask me first.');
  await region.getByRole('button', { name: 'Add note' }).click();
  await expect(box).toHaveValue('');
  for (const thread of [hers, his]) {
    await thread.sees('Paid late in March. Ask me first.');
    await expect(thread.line('Paid late in March. Ask me first.')).toContainText('Note, for colleagues only');
  }

  // The answer that was begun is still there, and is an answer.
  await noting.click();
  await expect(hers.box).toHaveValue('Half an answer');
  await hers.say('Let me look that up.');
  await shopper.sees('Let me look that up.');
  await shopper.thread.doesNotSee('Paid late in March. Ask me first.');
  await shopper.page.reload();
  await shopper.isReady();
  await shopper.sees('Let me look that up.');
  expect(await shopper.panel.locator('html').innerHTML()).not.toContain('Paid late');

  // Notes stay where they were written.
  await anna.visit();
  const again = await anna.window(name);
  await again.sees('Paid late in March. Ask me first.');
  const text = await again.log.innerText();
  expect(text.indexOf('May I pay later?')).toBeLessThan(text.indexOf('Paid late in March'));
  expect(text.indexOf('Paid late in March')).toBeLessThan(text.indexOf('Let me look that up.'));
});

test('a ready-made answer is written once, found behind a slash, and names whom it is for', async ({ people }) => {
  const [anna, shopper] = [await people.vendor(), await people.shopper()];
  anna.noise.expect(/status of 422.*save_canned_reply/);
  await anna.menu('Ready-made answers').click();
  const main = anna.page.getByRole('main');
  await main.getByRole('button', { name: 'New answer' }).click();
  const shortcut = main.getByRole('textbox', { name: 'Shortcut' });
  const english = main.getByRole('textbox', { name: 'Answer in English' });
  await shortcut.fill('two words');
  await english.fill('Hello {{customer}}, {{operator}} of {{store}} here: the {{product}} is glazed inside, too.');
  await main.getByRole('button', { name: 'Save answer' }).click();
  await expect(shortcut).toHaveAttribute('aria-invalid', 'true');
  await expect(english, 'what was typed is kept').toHaveValue(/glazed inside/);
  await shortcut.fill('hello');
  await main.getByRole('button', { name: 'Save answer' }).click();
  await expect(shortcut, 'the store has one already').toHaveAttribute('aria-invalid', 'true');
  await shortcut.fill('glaze');
  await main.getByRole('textbox', { name: 'Answer in Nederlands' }).fill('Hallo {{customer}}, ook van binnen geglazuurd.');
  await main.getByRole('button', { name: 'Save answer' }).click();
  const table = main.getByRole('table', { name: 'Ready-made answers' });
  await expect(table.getByRole('row').filter({ hasText: '/glaze' })).toContainText('English, Nederlands');

  await anna.goOnline();
  await shopper.visit(PRODUCT.path);
  await shopper.openChat();
  await shopper.startChat();
  await shopper.say('Is it glazed inside?');
  const name = shopper.who.name;
  const window = await anna.window(name);
  const region = anna.region(name);
  const offered = region.getByRole('listbox').getByRole('option');
  await window.box.pressSequentially('/');
  await expect(offered).toHaveCount(4);
  await expect(window.box).toHaveAttribute('aria-activedescendant', /.+/);
  await anna.page.keyboard.press('Escape');
  await expect(offered).toHaveCount(0);
  await window.box.fill('');
  await window.box.pressSequentially('/gl');
  await expect(offered).toHaveCount(1);
  await expect(offered).toContainText('/glaze');
  await anna.page.keyboard.press('Enter');
  await expect(window.box).toHaveValue(new RegExp(`^Hello ${name}, Anna de Vries of .+ here: the (${PRODUCT.name}|${PRODUCT.sku}) is glazed`));
  await expect(window.box, 'it waits for a person').toBeFocused();
  await shopper.thread.doesNotSee(await window.box.inputValue());
  await anna.page.keyboard.press('Enter');
  await expect(shopper.thread.log).toContainText(`Hello ${name}, Anna de Vries`);

  await anna.menu('Ready-made answers').click();
  await table.getByRole('button', { name: 'Delete /glaze' }).click();
  await anna.page.getByRole('dialog', { name: 'Delete this answer?' }).getByRole('button', { name: 'Delete', exact: true }).click();
  await expect(table.getByRole('row').filter({ hasText: '/glaze' })).toHaveCount(0);
});

test('P-08 a chat that nobody took is seen, and heard from the first click on, until somebody takes it', async ({ people }) => {
  const [anna, one, two] = [await people.vendor(), await people.shopper(), await people.shopper()];
  const heard = await listen(anna);
  await anna.goOnline();
  await anna.visit();
  await one.begin();
  await one.say('Hello?');
  await expect(alarm(anna)).toContainText('1 chat is waiting');
  expect(await heard(), 'nobody touched the page yet').toBe(0);
  await anna.page.getByRole('main').click({ position: { x: 5, y: 5 } });
  await expect.poll(heard, { timeout: 8_000 }).toBeGreaterThan(0);
  const before = await heard();
  await expect.poll(heard, { message: 'again, while nobody takes it', timeout: 8_000 }).toBeGreaterThan(before);

  await alarm(anna).getByRole('button', { name: 'Take the first one' }).click();
  await expect(alarm(anna)).toHaveCount(0);
  await expect(anna.row(one.who.name)).toContainText('With you');
  await expect(anna.region(one.who.name)).toBeVisible();

  // Whoever wants silence has it, and keeps it over a reload.
  const person = anna.page.getByRole('banner').getByText(ANNA.name);
  await person.click();
  const sounds = anna.page.getByRole('switch', { name: 'Sounds', exact: true });
  const kept = anna.page.waitForResponse((answer) => answer.url().endsWith('/fn/set_muted') && answer.ok());
  await sounds.click();
  await expect(sounds).not.toBeChecked();
  await kept;
  await anna.visit();
  await person.click();
  await expect(sounds).not.toBeChecked();
  await two.begin();
  await two.say('Hello?');
  await expect(alarm(anna)).toBeVisible();
  expect(await heard()).toBe(0);
  await sounds.click();
  await expect(sounds).toBeChecked();
});

test('a chat that nobody takes in time becomes an offline message by itself, and the panel says so', async ({ people }) => {
  const [anna, shopper] = [await people.vendor(), await people.shopper()];
  await anna.menu('Configuration').click();
  const main = anna.page.getByRole('main');
  await main.getByRole('combobox', { name: /nobody takes becomes a message/ }).selectOption({ label: '15 seconds' });
  const saved = anna.page.waitForResponse((answer) => answer.url().endsWith('/fn/save_configuration') && answer.ok());
  await main.getByRole('button', { name: 'Save', exact: true }).click();
  await saved;

  await anna.goOnline();
  await shopper.begin();
  await shopper.say('Is anybody there?');
  await expect(alarm(anna)).toBeVisible();
  await expect(shopper.thread.log).toContainText('nobody could take your chat in time', { timeout: 25_000 });
  await shopper.sees('Is anybody there?');
  await expect(alarm(anna)).toHaveCount(0);
  await expect(anna.row(shopper.who.name)).toHaveCount(0);
  await anna.menu('Offline messages').click();
  await expect(main.getByText(shopper.who.name).first()).toBeVisible();

  // Still there, and writing: it is a chat again.
  await shopper.say('I can wait a little.');
  await expect(anna.row(shopper.who.name)).toBeVisible();
  const window = await anna.window(shopper.who.name);
  await window.say('Sorry! Here I am.');
  await shopper.sees('Sorry! Here I am.');
});
