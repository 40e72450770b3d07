// A shopper and a vendor talk: the middle of everything.
import { expect, test } from '../fixtures';
import { JANE, PRODUCT, STORE_PAGE } from '../support/shopper';
import { BRAM, LUCIA } from '../support/vendor';

test('D-01 P-01 P-32 they talk, both ways at once', async ({ people }) => {
  const [vendor, shopper] = [await people.vendor(), await people.shopper()];
  await vendor.goOnline();
  await shopper.begin();
  await shopper.say('Hello, is the large tulip vase in stock?');
  const window = await vendor.window(shopper.who.name);
  await window.sees('Hello, is the large tulip vase in stock?');

  // Neither waits for the other.
  await Promise.all([
    (async () => {
      for (const n of [1, 2, 3, 4]) await shopper.say(`Question ${n}`);
    })(),
    (async () => {
      for (const n of [1, 2, 3, 4]) await window.say(`Answer ${n}`);
    })(),
  ]);
  for (const n of [1, 2, 3, 4]) {
    await window.sees(`Question ${n}`);
    await shopper.sees(`Answer ${n}`);
  }

  // Everybody has one order of things.
  const order = async (text: Promise<string>) => (await text).match(/(Question|Answer) \d/g);
  expect(await order(shopper.thread.log.innerText())).toEqual(await order(window.log.innerText()));
});

test('D-11 D-13 D-15 P-48 from the store banner: a window opens, and nothing begins before Start Chat', async ({ people }) => {
  const [vendor, shopper] = [await people.vendor(), await people.shopper()];
  await shopper.visit(STORE_PAGE);
  await shopper.openChat(shopper.inlineButton);
  await expect(shopper.panel.getByRole('button', { name: 'Send message' })).toBeVisible();
  await expect(shopper.panel.getByRole('button', { name: 'Start Chat' })).toHaveCount(0);

  await vendor.goOnline();
  await shopper.visit(STORE_PAGE);
  await shopper.openChat(shopper.inlineButton);
  await expect(shopper.panel.getByRole('button', { name: 'Start Chat' })).toBeVisible();
  await expect(shopper.thread.box).toHaveCount(0);
  await expect(vendor.row(shopper.who.name)).toHaveCount(0);

  await shopper.startChat();
  await expect(vendor.row(shopper.who.name).or(vendor.region(shopper.who.name)).first()).toBeVisible();
});

test('D-12 D-i8 from a product page: the desk sees which product it is about', async ({ people }) => {
  const [vendor, shopper] = [await people.vendor(), await people.shopper()];
  await vendor.goOnline();
  await shopper.visit(PRODUCT.path);
  await shopper.openChat(shopper.inlineButton);
  await shopper.startChat();
  await shopper.say('Can I put it in the dishwasher?');
  await vendor.window(shopper.who.name);
  await expect(vendor.region(shopper.who.name)).toContainText(new RegExp(`${PRODUCT.sku}|${PRODUCT.name}`));
});

test('D-14 P-30 signed in at the shop: name and email are there already, and the desk sees the customer id', async ({ people }) => {
  const [vendor, shopper] = [await people.vendor(), await people.shopper({ who: JANE })];
  await vendor.goOnline();
  await shopper.signIn();
  await shopper.visit();
  await shopper.openChat();
  await expect(shopper.panel.getByRole('textbox', { name: 'Name', exact: true })).toHaveValue(JANE.name);
  await expect(shopper.panel.getByRole('textbox', { name: 'Email', exact: true })).toHaveValue(JANE.email);
  await shopper.panel.getByRole('button', { name: 'Start Chat' }).click();
  await shopper.say('Where is my order?');

  const window = await vendor.window(JANE.name);
  await window.sees('Where is my order?');
  await expect(vendor.region(JANE.name)).toContainText(JANE.number);
  await vendor.end(JANE.name);
});

test('P-31 a guest has a guest id, a new one each time', async ({ people }) => {
  const vendor = await people.vendor();
  await vendor.goOnline();
  const ids: string[] = [];
  for (const question of ['First question', 'Second question']) {
    const shopper = await people.shopper();
    await shopper.begin();
    await shopper.say(question);
    await vendor.window(shopper.who.name);
    const region = await vendor.region(shopper.who.name).innerText();
    const id = /Guest\W*(\d+)/i.exec(region)?.[1];
    expect(id, `a guest id in: ${region}`).toBeDefined();
    ids.push(String(id));
  }
  expect(ids[0]).not.toBe(ids[1]);
});

test('D-16 D-i3 everybody on duty sees the chat; one takes it and the others see who', async ({ people }) => {
  const [anna, bram, shopper] = [await people.vendor(), await people.vendor({ who: BRAM }), await people.shopper()];
  await bram.speak('English');
  await anna.goOnline();
  await bram.goOnline();
  await shopper.begin();
  await shopper.say('Who is there?');
  await expect(anna.row(shopper.who.name).or(anna.region(shopper.who.name)).first()).toBeVisible();
  await expect(bram.row(shopper.who.name).or(bram.region(shopper.who.name)).first()).toBeVisible();

  const window = await anna.window(shopper.who.name);
  await window.say('Anna here, good afternoon.');
  await shopper.sees('Anna here, good afternoon.');
  await expect(shopper.thread.log).toContainText('Anna de Vries');
  await bram.window(shopper.who.name);
  await expect(bram.region(shopper.who.name)).toContainText('Anna de Vries');
});

test('D-17 D-18 D-23 the console: visitors, the words, and End Chat', async ({ people }) => {
  const [vendor, one, two] = [await people.vendor(), await people.shopper(), await people.shopper()];
  const page = await vendor.openConsole();
  await expect(page.getByText('You are offline', { exact: true })).toBeVisible();
  await page.getByRole('button', { name: 'Connect', exact: true }).click();
  await expect(page.getByText('You are online', { exact: true })).toBeVisible();

  for (const shopper of [one, two]) {
    await shopper.begin();
    await shopper.say(`I am ${shopper.who.name}`);
  }
  const visitors = page.getByRole('list', { name: 'Visitors' });
  await expect(visitors).toContainText(one.who.name);
  await expect(visitors).toContainText(two.who.name);

  await visitors.getByRole('button', { name: one.who.name }).click();
  const log = page.getByRole('log', { name: 'Conversation' });
  await expect(log).toContainText(`I am ${one.who.name}`);
  await expect(log).not.toContainText(`I am ${two.who.name}`);
  await page.getByRole('textbox', { name: 'Message', exact: true }).fill('Good morning from the console.');
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  await one.sees('Good morning from the console.');

  await page.getByRole('button', { name: 'End Chat' }).click();
  await page.getByRole('dialog', { name: 'End the conversation?' }).getByRole('button', { name: 'End', exact: true }).click();
  await expect(visitors).not.toContainText(one.who.name);
  await expect(visitors).toContainText(two.who.name);

  await page.getByRole('button', { name: 'Disconnect', exact: true }).click();
  await expect(page.getByText('You are offline', { exact: true })).toBeVisible();
});

test('P-33 hiding a conversation keeps it among the ongoing ones', async ({ people }) => {
  const [vendor, shopper] = [await people.vendor(), await people.shopper()];
  await vendor.goOnline();
  await shopper.begin();
  await shopper.say('Take your time.');
  await vendor.window(shopper.who.name);
  await vendor.region(shopper.who.name).getByRole('button', { name: 'Hide', exact: true }).click();
  await expect(vendor.region(shopper.who.name)).toHaveCount(0);
  await expect(vendor.row(shopper.who.name)).toBeVisible();
  const again = await vendor.window(shopper.who.name);
  await again.sees('Take your time.');
});

test('P-35 P-36 P-37 P-43 P-44 ending asks first, moves it to the finished ones, and they stay until sign-off', async ({ people }) => {
  const [vendor, shopper] = [await people.vendor(), await people.shopper()];
  await vendor.goOnline();
  await shopper.begin();
  await shopper.say('Thank you, that was all.');
  const window = await vendor.window(shopper.who.name);
  await window.sees('Thank you, that was all.');
  await expect(vendor.row(shopper.who.name)).toBeVisible();

  const name = shopper.who.name;
  const dialog = vendor.page.getByRole('dialog', { name: 'End the conversation?' });
  await vendor.region(name).getByRole('button', { name: 'End the conversation', exact: true }).click();
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await expect(dialog).toBeHidden();
  await expect(vendor.row(name)).toBeVisible();

  await vendor.end(name);
  await expect(vendor.row(name)).toHaveCount(0);
  await vendor.showTab('Finished conversations');
  await expect(vendor.row(name)).toBeVisible();
  await expect(shopper.panel.getByRole('button', { name: 'End Chat' })).toHaveCount(0);

  // Still there after a reload; gone from the list with the sign-off.
  await vendor.visit();
  await vendor.showTab('Finished conversations');
  await expect(vendor.row(name)).toBeVisible();
  await vendor.goOffline();
  await expect(vendor.row(name)).toHaveCount(0);
});

test('P-35 the shopper can end it too, and is asked first', async ({ people }) => {
  const [vendor, shopper] = [await people.vendor(), await people.shopper()];
  await vendor.goOnline();
  await shopper.begin();
  await shopper.say('Never mind, I found it.');
  await vendor.window(shopper.who.name);
  await shopper.end();
  await expect(shopper.panel.getByRole('button', { name: 'End Chat' })).toHaveCount(0);
  await vendor.showTab('Finished conversations');
  await expect(vendor.row(shopper.who.name)).toBeVisible();
});

test('P-46 a finished conversation reopens when the customer writes again', async ({ people }) => {
  const [vendor, shopper] = [await people.vendor(), await people.shopper()];
  await vendor.goOnline();
  await shopper.begin();
  await shopper.say('One question.');
  await vendor.window(shopper.who.name);
  await vendor.end(shopper.who.name);
  await shopper.say('One more, sorry!');
  const window = await vendor.window(shopper.who.name);
  await window.sees('One more, sorry!');
  await expect(vendor.row(shopper.who.name)).toBeVisible();
});

test('P-42 P-47 P-50 the recap window: on every page, switched at any time, minimised by its top', async ({ people }) => {
  const vendor = await people.vendor();
  await expect(vendor.recap).toBeVisible();
  const box = await vendor.recap.boundingBox();
  expect(box && box.x + box.width > 1440 - 80, 'at the right').toBe(true);
  expect(box && box.y + box.height > 900 - 80, 'at the bottom').toBe(true);

  await vendor.goOnline();
  await vendor.goOffline();
  await vendor.goOnline();
  await vendor.menu('Offline messages').click();
  await expect(vendor.duty).toBeChecked();

  const heading = vendor.recap.getByRole('heading').getByRole('button');
  const tabs = vendor.recap.getByRole('tablist');
  await expect(tabs).toBeVisible();
  await heading.click();
  await expect(tabs).toBeHidden();
  await heading.click();
  await expect(tabs).toBeVisible();
});

test('P-32 typing shows on the other side while it lasts', async ({ people }) => {
  const [vendor, shopper] = [await people.vendor(), await people.shopper()];
  await vendor.goOnline();
  await shopper.begin();
  await shopper.say('Hello?');
  const window = await vendor.window(shopper.who.name);
  await window.sees('Hello?');

  await window.box.pressSequentially('Good after', { delay: 30 });
  await expect(shopper.panel.getByText(/is typing/)).toBeVisible();
  await window.say('Good afternoon!');
  await expect(shopper.panel.getByText(/is typing/)).toBeHidden();

  await shopper.thread.box.pressSequentially('I wond', { delay: 30 });
  await expect(vendor.region(shopper.who.name).getByText(/is typing/)).toBeVisible();
});

test('P-32 a message is sent, then delivered, then read', async ({ people }) => {
  const [vendor, shopper] = [await people.vendor(), await people.shopper()];
  await vendor.goOnline();
  await shopper.begin();
  await shopper.say('Do you ship to Curaçao?');
  const window = await vendor.window(shopper.who.name);
  await window.sees('Do you ship to Curaçao?');
  await window.box.click();
  await expect(shopper.thread.log.getByText('Read', { exact: true })).toBeVisible();

  // The vendor's words arrive in a panel that nobody looks at: delivered, and not yet read.
  await shopper.panel.getByRole('button', { name: 'Minimize' }).click();
  await expect(shopper.frame).toBeHidden();
  await window.say('Yes, every Tuesday.');
  await expect(window.log.getByText('Delivered', { exact: true })).toBeVisible();
  await expect(shopper.launcher).toBeVisible();
  await shopper.openChat();
  await expect(window.log.getByText('Read', { exact: true })).toBeVisible();
});

test('D-01 the conversation goes on, with its unread count, on the next page of the shop', async ({ people }) => {
  const [vendor, shopper] = [await people.vendor(), await people.shopper()];
  await vendor.goOnline();
  await shopper.begin();
  await shopper.say('I will look around while you check.');
  const window = await vendor.window(shopper.who.name);
  await window.sees('I will look around while you check.');
  await shopper.panel.getByRole('button', { name: 'Minimize' }).click();
  await expect(shopper.frame).toBeHidden();

  await shopper.visit(PRODUCT.path);
  await window.say('It is here.');
  await window.say('Shall I put it aside?');
  await expect(shopper.unread).toHaveText('2');
  await shopper.visit(STORE_PAGE);
  await expect(shopper.unread).toHaveText('2');
  await shopper.openChat();
  await shopper.sees('I will look around while you check.');
  await shopper.sees('Shall I put it aside?');
  await expect(shopper.unread).toHaveText('');
  await shopper.say('Yes please!');
  await window.sees('Yes please!');

  // Open when left, open on arrival.
  await shopper.visit(PRODUCT.path);
  await shopper.isReady();
  await shopper.sees('Yes please!');
});

test('P-32 several tabs of either side stay in step', async ({ people }) => {
  const [vendor, shopper] = [await people.vendor(), await people.shopper()];
  await vendor.goOnline();
  await shopper.begin();
  await shopper.say('First tab here.');

  const secondTab = await shopper.secondTab();
  await secondTab.sees('First tab here.');
  await secondTab.say('Second tab here.');
  await shopper.sees('Second tab here.');

  const window = await vendor.window(shopper.who.name);
  const otherVendor = await people.vendor();
  const otherWindow = await otherVendor.window(shopper.who.name);
  await window.say('From the one window.');
  await otherWindow.sees('From the one window.');
  await otherWindow.say('From the other.');
  for (const thread of [window, shopper.thread, secondTab.thread]) await thread.sees('From the other.');

  // Duty and the end are known everywhere as well.
  await vendor.end(shopper.who.name);
  await expect(secondTab.panel.getByRole('button', { name: 'End Chat' })).toHaveCount(0);
  await expect(otherVendor.row(shopper.who.name)).toHaveCount(0);
  await vendor.goOffline();
  await expect(otherVendor.duty).not.toBeChecked();
});

test('D-i9 another store sees nothing of it', async ({ people }) => {
  const [vendor, stranger, shopper] = [await people.vendor(), await people.vendor({ who: LUCIA }), await people.shopper()];
  await vendor.goOnline();
  await stranger.speak('English');
  await stranger.goOnline();
  await shopper.begin();
  await shopper.say('For Delft only.');
  await vendor.window(shopper.who.name);
  await stranger.visit();
  await expect(stranger.recap).toBeVisible();
  await expect(stranger.page.getByText(shopper.who.name)).toHaveCount(0);
});
