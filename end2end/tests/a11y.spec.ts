// Everybody can use it: the whole way by keyboard, at 400 %, on a telephone, and without motion. Every screen is examined in `looks`.
import type { Frame, Locator, Page } from '@playwright/test';
import { expect, test } from '../fixtures';
import { tabTo } from '../support/keyboard';
import { frameOf, scrollsSideways } from '../support/page';
import { enter, MIRA } from '../support/marketplace';
import { JANE, PRODUCT, type Shopper } from '../support/shopper';

/** A ring or a shadow tells where the focus is. */
async function showsItsFocus(element: Locator): Promise<void> {
  const drawn = await element.evaluate((node) => {
    const around = [node, node.parentElement ?? node].map((each) => getComputedStyle(each));
    return around.some((style) => (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== 'none');
  });
  expect(drawn, 'the focus can be seen').toBe(true);
}

test('a chat by keyboard alone, from the launcher to the sent message and back', async ({ people }) => {
  const [vendor, shopper] = [await people.vendor(), await people.shopper()];
  await vendor.goOnline();
  await shopper.visit();
  const { page, panel, thread } = shopper;
  await expect(shopper.launcher).toBeVisible();
  await tabTo(page, shopper.launcher);
  await showsItsFocus(shopper.launcher);
  await page.keyboard.press('Enter');
  await shopper.isReady();

  const name = panel.getByRole('textbox', { name: 'Name', exact: true });
  const email = panel.getByRole('textbox', { name: 'Email', exact: true });
  const start = panel.getByRole('button', { name: 'Start Chat' });
  if (!(await name.evaluate((node) => node === document.activeElement))) await tabTo(page, name);
  await showsItsFocus(name);
  await page.keyboard.type(shopper.who.name);
  await tabTo(page, email);
  await page.keyboard.type(shopper.who.email);
  await tabTo(page, start);
  await showsItsFocus(start);
  await page.keyboard.press('Enter');

  // The box has the focus already: whoever starts a chat wants to write.
  await expect(thread.box).toBeFocused();
  await page.keyboard.type('By keyboard alone.');
  await page.keyboard.press('Enter');
  await thread.sees('By keyboard alone.');
  await expect(thread.box).toBeFocused();
  const window = await vendor.window(shopper.who.name);
  await window.sees('By keyboard alone.');

  // A question keeps the focus inside, closes on Escape, and gives the focus back.
  const end = panel.getByRole('button', { name: 'End Chat' });
  await tabTo(page, end);
  await page.keyboard.press('Enter');
  const question = panel.getByRole('dialog');
  await expect(question).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(question).toBeHidden();
  await expect(end).toBeFocused();

  const minimize = panel.getByRole('button', { name: 'Minimize' });
  await tabTo(page, minimize);
  await page.keyboard.press('Enter');
  await expect(shopper.frame).toBeHidden();
  await expect(shopper.launcher).toBeFocused();
});

test('the back office by keyboard: go online, answer', async ({ people }) => {
  const [vendor, shopper] = [await people.vendor(), await people.shopper()];
  const { page } = vendor;
  await tabTo(page, vendor.duty);
  await showsItsFocus(vendor.duty);
  vendor.onDuty = true;
  await page.keyboard.press('Space');
  await expect(vendor.duty).toBeChecked();
  await shopper.begin();
  await shopper.say('Can you hear me?');
  const window = await vendor.window(shopper.who.name);
  await tabTo(page, window.box);
  await page.keyboard.type('Loud and clear.');
  await page.keyboard.press('Enter');
  await shopper.sees('Loud and clear.');
});

/** 1 280 pixels at 400 %. */
const AT_400_PERCENT = { width: 320, height: 640 };
const TELEPHONE = { width: 390, height: 844 };

test('1.4.10 reflow: at 400 % nothing is scrolled sideways', async ({ people, demo }) => {
  const [vendor, shopper] = [await people.vendor(), await people.shopper()];
  await shopper.page.setViewportSize(AT_400_PERCENT);
  for (const address of [demo.vitrine('/'), demo.vitrine('/sign-in'), demo.vitrine('/c/delft'), demo.shop('/stores/delft')]) {
    await shopper.page.goto(address);
    expect(await scrollsSideways(shopper.page), address).toBe(false);
  }

  await vendor.goOnline();
  await shopper.begin();
  await shopper.say(`A-very-long-word-${'without-an-end-'.repeat(20)}`);
  expect(await scrollsSideways(panelOf(shopper)), 'the panel').toBe(false);
  await vendor.window(shopper.who.name);
  await vendor.page.setViewportSize(AT_400_PERCENT);
  expect(await scrollsSideways(vendor.page), 'a chat window').toBe(false);
  for (const path of ['/desk', '/desk/chat']) {
    await vendor.visit(path);
    expect(await scrollsSideways(vendor.page), path).toBe(false);
  }
});

test('1.4.10 reflow: on a telephone neither the desk, nor an account, nor the house of the team is scrolled sideways', async ({ people, demo }) => {
  const [vendor, shopper, mira] = [await people.vendor(), await people.shopper({ who: JANE }), await people.vendor({ who: MIRA })];
  await enter(shopper, PRODUCT.path, 'Write to the seller');
  for (const { page } of [vendor, shopper, mira]) await page.setViewportSize(TELEPHONE);
  const places: [Page, string, string[]][] = [
    [vendor.page, '/desk', ['/communication', '/tickets', '/disputes', '/messages', '/customers', '/history', '/everywhere', '/settings/mail']],
    [shopper.page, '/account/delft', ['', '/orders', '/threads', '/tickets']],
    [mira.page, '/team', ['/tickets', '/disputes', '/stores', '/people', '/oversight', '/reports', '/safety', '/audit']],
  ];
  for (const [page, root, paths] of places) {
    for (const path of paths) {
      await page.goto(demo.vitrine(root + path), { waitUntil: 'networkidle' });
      await expect(page.getByRole('main')).toBeVisible();
      expect(await scrollsSideways(page), root + path).toBe(false);
    }
  }
});

test('2.3.3 whoever wants no motion sees none', async ({ people }) => {
  const [vendor, shopper] = [await people.vendor(), await people.shopper()];
  for (const { page } of [vendor, shopper]) await page.emulateMedia({ reducedMotion: 'reduce' });
  await vendor.goOnline();
  await shopper.begin();
  await shopper.say('Calm, please.');
  await vendor.window(shopper.who.name);
  for (const frame of [panelOf(shopper), vendor.page, shopper.page]) expect(await moving(frame)).toEqual([]);
});

function panelOf(shopper: Shopper): Frame {
  const frame = frameOf(shopper.page, shopper.server.vitrine('/'));
  if (!frame) throw new Error('the panel has no frame');
  return frame;
}

/** Everything that takes more than a blink to change its place or look, shadow roots of the loader included. */
async function moving(frame: Frame | Page): Promise<string[]> {
  return frame.evaluate(() => {
    const roots: ParentNode[] = [document, ...[...document.querySelectorAll('vitrine-chat')].map((host) => host.shadowRoot ?? host)];
    const seconds = (durations: string) => Math.max(...durations.split(',').map((each) => parseFloat(each) * (each.includes('ms') ? 0.001 : 1)));
    return roots
      .flatMap((root) => [...root.querySelectorAll('*')])
      .filter((element) => {
        const { animationName, animationDuration, transitionDuration } = getComputedStyle(element);
        return (animationName !== 'none' && seconds(animationDuration) > 0.02) || seconds(transitionDuration) > 0.02;
      })
      .map((element) => `${element.tagName.toLowerCase()}.${element.className}`);
  });
}
