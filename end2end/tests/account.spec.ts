// The member centre: from the shop with its token, a message to the shop, an order and its thread, pictures, and all of it without scripts.
import { expect, test } from '../fixtures';
import { JANE, PIETER, type Shopper } from '../support/shopper';
import { Thread } from '../support/thread';
import type { Vendor } from '../support/vendor';

const ORDER = 'M-20418';
const STORE = 'Atelier Delft';
/** A red square, as a browser's canvas would write it. */
const PICTURE = {
  name: 'broken spout.png',
  mimeType: 'image/png',
  buffer: Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAoAAAAKCAIAAAACUFjqAAAAEklEQVR42mNYYCCGBzGMSmNDAKAQWdlQeNwEAAAAAElFTkSuQmCC',
    'base64',
  ),
};

/** From a page of the shop, where somebody is signed in, into the member centre. */
async function enter(shopper: Shopper, from: string, link: string): Promise<void> {
  await shopper.signIn();
  await shopper.visit(from);
  await shopper.page.getByRole('link', { name: link }).click();
  await expect(shopper.page.getByText(`Welcome, ${shopper.who.name}.`)).toBeVisible();
  await shopper.page.getByRole('button', { name: 'Continue' }).click();
}

/** The thread that stands in the page. */
function threadOf(shopper: Shopper): Thread {
  return new Thread(shopper.page.getByTitle(`Conversation with ${STORE}`).contentFrame());
}

/** The panel of the thread, once its program runs. */
async function running(shopper: Shopper): Promise<Thread> {
  const frame = shopper.page.getByTitle(`Conversation with ${STORE}`).contentFrame();
  await expect(frame.locator('body[data-ready="1"]')).toBeAttached();
  return new Thread(frame);
}

/** Writes in the page's own form. */
async function write(shopper: Shopper, text: string): Promise<void> {
  await shopper.page.getByRole('textbox', { name: 'Message', exact: true }).fill(text);
  await shopper.page.getByRole('button', { name: 'Send message' }).click();
}

/** The same conversation, at the desk. */
async function atTheDesk(vendor: Vendor, shopper: Shopper): Promise<Thread> {
  const src = await shopper.page.getByTitle(`Conversation with ${STORE}`).getAttribute('src');
  const id = /thread\/([0-9a-f-]+)/.exec(src ?? '')?.[1] ?? '';
  await vendor.visit(`/desk/messages/${id}`);
  return new Thread(vendor.page.getByRole('main'));
}

test('S-02 S-18 S-22 a message to the shop is written in the member centre, and the answer is there at once', async ({ people }) => {
  const [vendor, shopper] = [await people.vendor(), await people.shopper({ who: JANE })];
  await enter(shopper, '/stores/delft', 'My messages');
  await expect(shopper.page.getByRole('heading', { name: 'Messages' })).toBeVisible();
  await write(shopper, 'Do you repair old tiles?');
  const mine = await running(shopper);
  await mine.sees('Do you repair old tiles?');
  await expect(mine.scope.getByRole('button', { name: /End Chat|Minimize/ })).toHaveCount(0);

  const desk = await atTheDesk(vendor, shopper);
  await desk.sees('Do you repair old tiles?');
  await desk.hurry('We do, on Thursdays.');
  await mine.sees('We do, on Thursdays.');
  await mine.say('Thursday it is.');
  await desk.sees('Thursday it is.');

  await shopper.page.getByRole('link', { name: /^Messages/ }).click();
  const list = shopper.page.getByRole('list', { name: 'Messages' });
  await expect(list.getByRole('listitem').first()).toContainText('You: Thursday it is.');
});

test('S-23 S-24 S-25 S-29 S-35 S-i2 an order is opened from the shop, asked about, and shown with a picture', async ({ people }) => {
  const [vendor, shopper] = [await people.vendor(), await people.shopper({ who: JANE })];
  await enter(shopper, `/orders/${ORDER}`, 'Contact customer service');
  const { page } = shopper;
  await expect(page.getByRole('heading', { name: `Order ${ORDER}` })).toBeVisible();
  await expect(page.getByRole('region', { name: 'What you ordered' })).toContainText('€163.90');
  await write(shopper, 'The spout is broken.');
  const mine = await running(shopper);
  await mine.sees('The spout is broken.');
  await mine.scope.getByRole('button', { name: 'Attach a file' }).setInputFiles(PICTURE);
  const picture = mine.log.getByRole('img', { name: PICTURE.name });
  await picture.scrollIntoViewIfNeeded();
  await expect(picture).toBeVisible();
  // One that was refused has no size of its own.
  await expect.poll(() => picture.evaluate((node: HTMLImageElement) => node.naturalWidth)).toBeGreaterThan(0);

  const desk = await atTheDesk(vendor, shopper);
  await desk.sees('The spout is broken.');
  await desk.hurry('A new one leaves today.');
  await mine.sees('A new one leaves today.');
  await page.getByRole('link', { name: /^Orders/ }).click();
  await expect(page.getByRole('list', { name: 'Orders' }).getByRole('listitem').filter({ hasText: ORDER })).toBeVisible();
});

test('S-22 S-35 without scripts: written, read and answered as plain pages', async ({ people }) => {
  const [vendor, shopper] = [await people.vendor(), await people.shopper({ who: PIETER, browser: { javaScriptEnabled: false, locale: 'en' } })];
  await enter(shopper, '/stores/delft', 'My messages');
  await write(shopper, 'I have no scripts here.');
  const mine = threadOf(shopper);
  await mine.sees('I have no scripts here.');

  const desk = await atTheDesk(vendor, shopper);
  await desk.hurry('That is quite all right.');
  await desk.sees('That is quite all right.');
  await expect(async () => {
    await shopper.page.reload();
    await expect(threadOf(shopper).words('That is quite all right.')).toBeVisible({ timeout: 500 });
  }).toPass();
  await mine.box.fill('Then I am glad.');
  await mine.scope.getByRole('button', { name: 'Send', exact: true }).click();
  await mine.sees('Then I am glad.');
  await desk.sees('Then I am glad.');

  await shopper.page.getByRole('button', { name: 'Sign out' }).click();
  await expect(shopper.page.getByRole('button', { name: 'Email me a link' })).toBeVisible();
});

test('S-24 whoever is not signed in at the shop asks for a link, and learns nothing of others', async ({ people, demo }) => {
  const { page, noise } = await people.shopper();
  await page.goto(demo.vitrine('/account/delft/orders'));
  await expect(page.getByRole('heading', { name: `Your account at ${STORE}` })).toBeVisible();
  noise.expect(/status of 422/);
  await page.getByRole('textbox', { name: 'Email' }).fill('not an address');
  await page.getByRole('button', { name: 'Email me a link' }).click();
  await expect(page.getByRole('textbox', { name: 'Email' })).toHaveValue('not an address');
  await expect(page.getByRole('textbox', { name: 'Email' })).toHaveAccessibleDescription(/.+/);
  const said: string[] = [];
  for (const email of ['nobody@nowhere.example', JANE.email]) {
    await page.goto(demo.vitrine('/account/delft/enter'));
    await page.getByRole('textbox', { name: 'Email' }).fill(email);
    await page.getByRole('button', { name: 'Email me a link' }).click();
    await expect(page.getByRole('status')).toBeVisible();
    said.push(await page.getByRole('main').innerText());
  }
  expect(said[0]).toBe(said[1]);
  await page.goto(demo.vitrine('/account'));
  await expect(page.getByRole('heading', { name: 'Your account' })).toBeVisible();
});
