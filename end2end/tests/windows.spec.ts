// The chat windows of the back office: how many, which gives way, and what is kept of them.
import { expect, test } from '../fixtures';
import { JANE, type Shopper } from '../support/shopper';
import { numbered } from '../support/thread';
import type { Vendor } from '../support/vendor';

/** Somebody begins a chat and says something; the vendor's window opens by itself. */
async function begins(shopper: Shopper): Promise<string> {
  await shopper.begin();
  await shopper.say(`I am ${shopper.who.name}`);
  return shopper.who.name;
}

/** The server has been told how a window was left, in words that it must contain. */
function told(vendor: Vendor, ...words: string[]): Promise<unknown> {
  return vendor.page.waitForResponse((answer) => {
    const said = answer.request().postData() ?? '';
    return answer.url().endsWith('/fn/keep_window') && answer.ok() && words.every((word) => said.includes(word));
  });
}

test('P-03 P-04 the recap window is at the lower right, and Online chat in the menu at the left', async ({ people }) => {
  const vendor = await people.vendor();
  const recap = await vendor.recap.boundingBox();
  expect(recap && recap.x > 720 && recap.y + recap.height > 800, 'at the lower right').toBe(true);
  for (const name of ['Conversation history', 'Configuration']) {
    const entry = await vendor.menu(name).boundingBox();
    expect(entry && entry.x < 300, `${name}, at the left`).toBe(true);
  }
});

test('P-38 P-39 P-40 P-41 P-i2 P-i3 four windows at once; a fifth takes the place of the one not used for longest', async ({ people }) => {
  const vendor = await people.vendor();
  await vendor.goOnline();
  const shoppers: Shopper[] = [];
  for (let n = 0; n < 5; n += 1) shoppers.push(await people.shopper());
  const names: string[] = [];
  for (const shopper of shoppers) names.push(await begins(shopper));
  const [a = '', b = '', c = '', d = '', e = ''] = names;

  // Four stand side by side, none over another, none off the screen.
  const boxes: { x: number; width: number }[] = [];
  for (const name of [a, b, c, d]) {
    await expect(vendor.region(name)).toBeVisible();
    const box = await vendor.region(name).boundingBox();
    if (box) boxes.push(box);
  }
  boxes.sort((one, other) => one.x - other.x);
  expect(boxes).toHaveLength(4);
  boxes.forEach((box, n) => {
    expect(box.width, 'wide enough to write in').toBeGreaterThan(240);
    expect(box.x, 'on the screen').toBeGreaterThanOrEqual(0);
    const next = boxes[n + 1];
    if (next) expect(box.x + box.width, 'beside each other').toBeLessThanOrEqual(next.x);
  });
  for (const name of [a, b, c, d]) {
    const box = await vendor.region(name).getByRole('textbox', { name: 'Message', exact: true }).boundingBox();
    expect(box?.width, 'a few words fit beside each other').toBeGreaterThanOrEqual(190);
  }
  await expect(vendor.row(e)).toBeVisible();
  await expect(vendor.region(e)).toHaveCount(0);

  // The first is the one not used for longest; but something is typed in it.
  const first = await vendor.window(a);
  await first.box.fill('Half a sen');
  for (const name of [b, c, d]) await (await vendor.window(name)).box.click();
  const fifth = await vendor.window(e);
  await fifth.sees(`I am ${e}`);
  await expect(vendor.region(b)).toHaveCount(0);
  await expect(first.box).toHaveValue('Half a sen');

  // The one that gave way is still among the ongoing ones, and counts what comes.
  await shoppers[1]?.say('Are you still there?');
  await expect(vendor.row(b)).toContainText('1 new message');

  // Nobody's unsent text gives way.
  for (const name of [c, d, e]) await (await vendor.window(name)).box.fill('Not sent yet');
  await vendor.row(b).click();
  await expect(vendor.page.getByText(/Every open window holds text/)).toBeVisible();
  await expect(vendor.region(b)).toHaveCount(0);
});

test('P-33 P-34 P-i3 P-i5 what is typed, hidden, minimized and finished is found again after a reload and in another browser', async ({ people }) => {
  const vendor = await people.vendor();
  await vendor.goOnline();
  const names: string[] = [];
  for (let n = 0; n < 4; n += 1) names.push(await begins(await people.shopper()));
  const [hidden = '', folded = '', open = '', over = ''] = names;
  const window = await vendor.window(hidden);
  await Promise.all([told(vendor, 'Tomorrow at nine'), window.box.fill('Tomorrow at nine')]);
  const press = (name: string, button: string) => vendor.region(name).getByRole('button', { name: button, exact: true }).click();
  await Promise.all([told(vendor, '"hidden"'), press(hidden, 'Hide')]);
  await Promise.all([told(vendor, '"minimized"'), press(folded, 'Minimize')]);
  await expect(vendor.region(folded).getByRole('textbox', { name: 'Message', exact: true })).toBeHidden();
  await vendor.end(over);

  const asItWasLeft = async (person: Vendor) => {
    await expect(person.region(open).getByRole('textbox', { name: 'Message', exact: true })).toBeVisible();
    await expect(person.region(folded).getByRole('button', { name: 'Restore', exact: true })).toBeVisible();
    await expect(person.region(folded).getByRole('textbox', { name: 'Message', exact: true })).toBeHidden();
    await expect(person.region(hidden)).toHaveCount(0);
    await expect(person.row(hidden)).toContainText('Draft');
    await person.showTab('Finished conversations');
    await expect(person.row(over)).toBeVisible();
    await person.showTab('Ongoing conversations');
  };
  await vendor.visit();
  await asItWasLeft(vendor);
  const elsewhere = await people.vendor();
  await asItWasLeft(elsewhere);
  await expect((await elsewhere.window(hidden)).box).toHaveValue('Tomorrow at nine');

  // What is sent is no draft any more.
  const again = await vendor.window(hidden);
  await expect(again.box).toHaveValue('Tomorrow at nine');
  await Promise.all([told(vendor, '"draft":""'), again.say('Tomorrow at nine, then.')]);
  await vendor.visit();
  await expect((await vendor.window(hidden)).box).toHaveValue('');
});

test('P-34 P-i3 a minimized window counts what comes and comes back with it', async ({ people, freshDemo }) => {
  // The title counts the whole store's unread messages: a store of its own.
  const [vendor, shopper] = [await people.vendor({ at: freshDemo }), await people.shopper({ at: freshDemo })];
  await vendor.goOnline();
  const name = await begins(shopper);
  const region = vendor.region(name);
  await region.getByRole('button', { name: 'Minimize', exact: true }).click();
  await expect(region.getByRole('textbox', { name: 'Message', exact: true })).toBeHidden();
  await shopper.say('Two questions, actually.');
  await expect(region).toContainText('1 new message');
  await expect(vendor.page).toHaveTitle(/^\(1\)/);
  await region.getByRole('button', { name: 'Restore', exact: true }).click();
  await expect(region.getByRole('textbox', { name: 'Message', exact: true })).toBeVisible();
  await (await vendor.window(name)).sees('Two questions, actually.');
  await expect(region).not.toContainText('new message');
});

test('P-38 P-i1 fewer windows on narrower screens: two on a tablet, one on a phone', async ({ people }) => {
  const vendor = await people.vendor();
  await vendor.goOnline();
  const names: string[] = [];
  for (let n = 0; n < 3; n += 1) names.push(await begins(await people.shopper()));
  const [a = '', b = '', c = ''] = names;
  const hides = vendor.page.getByRole('button', { name: 'Hide', exact: true });
  await expect(hides).toHaveCount(3);
  await vendor.page.setViewportSize({ width: 800, height: 1000 });
  await expect(hides).toHaveCount(2);
  await expect(vendor.region(a), 'not used for longest').toHaveCount(0);

  await vendor.page.setViewportSize({ width: 390, height: 844 });
  await expect(hides).toHaveCount(1);
  await expect(vendor.region(c)).toBeVisible();
  await hides.click();
  // It folded when the page became narrow.
  await vendor.recap.getByRole('button', { name: 'Recap', exact: true }).click();
  await vendor.row(b).click();
  await expect(vendor.region(b)).toBeVisible();
  await expect(hides).toHaveCount(1);
});

const PHONE = { viewport: { width: 390, height: 844 } };

test('P-38 P-42 on a phone the recap is folded, opens as a sheet, and never lies over a chat', async ({ people }) => {
  const vendor = await people.vendor({ browser: PHONE });
  await vendor.goOnline();
  const name = await begins(await people.shopper());
  const fold = vendor.recap.getByRole('button', { name: 'Recap', exact: true });
  await expect(fold).toHaveAttribute('aria-expanded', 'false');
  await fold.click();
  await expect(vendor.row(name)).toBeVisible();
  const sheet = await vendor.recap.boundingBox();
  expect(sheet?.width).toBe(PHONE.viewport.width);
  expect(sheet?.height).toBeLessThanOrEqual(0.6 * PHONE.viewport.height + 1);

  const window = await vendor.window(name);
  await expect(vendor.recap).toBeHidden();
  // Pressed where it stands: nothing lies over it.
  await window.box.click();
  await window.say('From my phone.');
  await vendor.region(name).getByRole('button', { name: 'Hide', exact: true }).click();
  await expect(vendor.row(name)).toBeVisible();
});

test('P-04 on a phone the menu stands in its groups, and where one is stands in sight', async ({ people }) => {
  const vendor = await people.vendor({ browser: PHONE });
  await vendor.visit('/desk/help');
  await expect(vendor.menu('Help')).toHaveAttribute('aria-current', 'page');
  await expect(vendor.menu('Help')).toBeInViewport({ ratio: 0.9 });
  const menu = vendor.page.getByRole('navigation', { name: 'Menu' });
  for (const group of ['Online chat', 'Settings']) await expect(menu.getByText(group, { exact: true })).toBeVisible();
  const entry = await vendor.menu('Configuration').boundingBox();
  expect(entry?.width, 'wide enough to read and to press').toBeGreaterThan(60);
  await vendor.menu('Configuration').click();
  await expect(vendor.page.getByRole('heading', { name: 'Configuration', level: 1 })).toBeVisible();
});

test('P-45 a finished conversation is reopened while the customer is on the site, and only then', async ({ people }) => {
  const [vendor, shopper] = [await people.vendor(), await people.shopper()];
  await vendor.goOnline();
  const name = await begins(shopper);
  await vendor.window(name);
  await vendor.end(name);
  await vendor.showTab('Finished conversations');
  const reopen = vendor.recap.getByRole('listitem').filter({ hasText: name }).getByRole('button', { name: /^Reopen/ });
  await reopen.click();
  const window = await vendor.window(name);
  await expect(vendor.row(name)).toHaveCount(0);
  await vendor.showTab('Ongoing conversations');
  await expect(vendor.row(name)).toBeVisible();
  await window.say('One moment, I forgot something.');
  await shopper.sees('One moment, I forgot something.');

  await vendor.end(name);
  await shopper.page.goto('about:blank');
  await vendor.showTab('Finished conversations');
  await expect(vendor.row(name)).toBeVisible();
  await expect(reopen).toHaveCount(0, { timeout: 20_000 });
});

test('P-i7 a guest who signs in at the shop is called by name, and the thread goes on', async ({ people }) => {
  const [vendor, shopper] = [await people.vendor(), await people.shopper({ who: JANE })];
  await vendor.goOnline();
  await begins(shopper);
  const window = await vendor.window(JANE.name);
  await expect(vendor.region(JANE.name)).toContainText(/Guest \d+/);
  await shopper.signIn();
  await shopper.visit();
  await shopper.isReady();
  await expect(vendor.region(JANE.name)).toContainText(JANE.number);
  await shopper.sees(`I am ${JANE.name}`);
  await shopper.say('Now you know who I am.');
  await window.sees('Now you know who I am.');
  await window.sees(`I am ${JANE.name}`);
  await vendor.end(JANE.name);
});

test('P-32 a long conversation shows its end, and scrolls back without jumping', async ({ people }) => {
  const [vendor, shopper] = [await people.vendor(), await people.shopper()];
  await vendor.goOnline();
  const name = await begins(shopper);
  const id = String(await (await vendor.window(name)).box.getAttribute('id')).replace(/^window-/, '');
  // Within the budget of somebody who types very fast.
  for (let n = 1; n <= 75; n += 1) {
    const answer = await vendor.page.request.post(vendor.server.vitrine('/desk/messages'), {
      headers: { origin: vendor.server.vitrine(), 'sec-fetch-site': 'same-origin' },
      data: { conversation: id, cid: `018f0000-0000-7000-8000-${String(n).padStart(12, '0')}`, body: numbered('L', n) },
    });
    expect(answer.ok(), await answer.text()).toBe(true);
    if (n > 50) await new Promise((next) => setTimeout(next, 210));
  }
  await vendor.visit();
  const window = await vendor.window(name);
  await expect(window.words(numbered('L', 75))).toBeInViewport();
  const first = (await window.numbers('L'))[0] ?? '';
  expect(first, 'the beginning is not loaded yet').not.toBe(numbered('L', 1));

  const top = (text: string) => window.words(text).evaluate((line) => line.getBoundingClientRect().top);
  await window.log.hover();
  await window.log.evaluate((log) => {
    log.scrollTop = 300;
  });
  const before = await top(first);
  await expect.poll(async () => (await window.numbers('L'))[0]).toBe(numbered('L', 1));
  await expect.poll(async () => Math.abs((await top(first)) - before), 'what is read stays where it is').toBeLessThan(8);
  expect(await window.numbers('L')).toHaveLength(75);
});
