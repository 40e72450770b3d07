// On somebody else's page: nothing stored, nothing slowed down, nothing moved, and nowhere that was not asked for.
import { type AddressInfo } from 'node:net';
import { createServer } from 'node:http';
import type { Page } from '@playwright/test';
import { expect, test } from '../fixtures';
import type { Server } from '../support/server';
import { frameOf, kept } from '../support/page';
import { PRODUCT, STORE_PAGE } from '../support/shopper';

/** A red square, as a browser's canvas would write it. */
const RED = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAoAAAAKCAIAAAACUFjqAAAAEklEQVR42mNYYCCGBzGMSmNDAKAQWdlQeNwEAAAAAElFTkSuQmCC',
  'base64',
);

declare global {
  interface Window {
    shifts: string[];
    slowScripts: string[];
  }
}

/** Counts layout shifts and remembers scripts that held the page up for more than 50 ms, from the first moment on. */
async function watchTheClock(page: Page): Promise<void> {
  await page.addInitScript(() => {
    window.shifts = [];
    window.slowScripts = [];
    type Shift = PerformanceEntry & { value: number; sources: { node: Node | null; previousRect: DOMRect; currentRect: DOMRect }[] };
    new PerformanceObserver((list) => {
      for (const { value, sources } of list.getEntries() as Shift[]) {
        const moved = sources.map(({ node, previousRect, currentRect }) => [node?.nodeName, previousRect, currentRect]);
        window.shifts.push(`${value}: ${JSON.stringify(moved)}`);
      }
    }).observe({ type: 'layout-shift', buffered: true });
    new PerformanceObserver((list) => {
      for (const frame of list.getEntries() as (PerformanceEntry & { scripts: (PerformanceEntry & { sourceURL: string })[] })[]) {
        for (const script of frame.scripts) {
          if (script.duration > 50) window.slowScripts.push(`${script.sourceURL} ${script.duration} ms`);
        }
      }
    }).observe({ type: 'long-animation-frame', buffered: true });
  });
}

/** Begins to count what a page costs the main thread, in the time of that thread; what is answered tells the milliseconds so far. */
async function mainThread(page: Page): Promise<() => Promise<number>> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  return async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    return 1000 * (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN);
  };
}

async function asked(page: Page, server: Server, during: () => Promise<void>): Promise<string[]> {
  const addresses: string[] = [];
  page.on('request', (request) => {
    if (request.url().startsWith(server.vitrine('/'))) addresses.push(new URL(request.url()).pathname);
  });
  await during();
  return addresses;
}

test('D-33 nothing is stored before Start Chat: neither cookie nor storage, on either site', async ({ people, demo }) => {
  const [vendor, shopper] = [await people.vendor(), await people.shopper()];
  await vendor.goOnline();
  await shopper.visit();
  await shopper.openChat();
  await shopper.panel.getByRole('textbox', { name: 'Name', exact: true }).fill(shopper.who.name);
  await shopper.panel.getByRole('textbox', { name: 'Email', exact: true }).fill(shopper.who.email);

  const panel = frameOf(shopper.page, demo.vitrine('/'));
  expect(panel).toBeDefined();
  if (!panel) return;
  expect(await shopper.context.cookies(demo.vitrine())).toEqual([]);
  expect(await kept(panel)).toEqual([]);
  expect(await kept(shopper.page)).toEqual([]);

  // From then on: what the documentation says, and no more.
  await shopper.startChat();
  await shopper.say('Now you may remember me.');
  await expect.poll(() => kept(shopper.page)).toEqual(['sessionStorage vitrine:delft']);
  expect((await shopper.context.cookies(demo.vitrine())).length).toBeLessThanOrEqual(1);
  for (const thing of await kept(panel)) expect(thing).toMatch(/^IndexedDB /);
});

test('before intent the loader asks exactly one thing', async ({ people, demo }) => {
  const shopper = await people.shopper();
  const addresses = await asked(shopper.page, demo, async () => {
    await shopper.visit();
    await expect(shopper.launcher).toBeVisible();
    await shopper.page.waitForLoadState('networkidle');
  });
  expect(addresses).toEqual(['/embed.js', '/status/delft']);
  await expect(shopper.frame).toHaveCount(0);
});

test('the loader moves nothing and holds nothing up, on a machine four times slower', async ({ people }) => {
  const shopper = await people.shopper();
  await watchTheClock(shopper.page);
  const session = await shopper.context.newCDPSession(shopper.page);
  await session.send('Emulation.setCPUThrottlingRate', { rate: 4 });
  await shopper.visit();
  await expect(shopper.launcher).toBeVisible();
  await expect(shopper.inlineButton).toBeVisible();
  await shopper.page.waitForLoadState('networkidle');
  expect(await shopper.page.evaluate(() => window.shifts)).toEqual([]);
  expect(await shopper.page.evaluate(() => window.slowScripts.filter((script) => script.includes('embed.js')))).toEqual([]);
});

test('what the loader costs the main thread above a blank page is told', async ({ people, demo }, info) => {
  const shopper = await people.shopper();
  // Only a page can say where its icon is.
  shopper.noise.expect(/favicon\.ico/);
  /** What happens on a page of the shop with nothing on it (a file of its own, shown as text) in the moment after a script was put there. */
  const moment = async (script: string): Promise<number> => {
    const page = await shopper.context.newPage();
    await page.goto(demo.shop('/shop.css'));
    const spent = await mainThread(page);
    const before = await spent();
    await page.evaluate((src) => {
      const element = document.createElement('script');
      element.async = true;
      element.dataset.vitrineStore = 'delft';
      if (src) element.src = src;
      document.head.append(element);
    }, script);
    // Looking whether the button is there would be work of that page, too.
    await page.waitForTimeout(600);
    const cost = (await spent()) - before;
    await expect(page.locator('vitrine-chat[floating]').getByRole('button')).toHaveCount(script ? 1 : 0);
    await page.close();
    return cost;
  };
  const middle = (figures: number[]): number => figures.toSorted((a, b) => a - b)[figures.length >> 1] ?? Number.NaN;
  const loader = demo.vitrine('/embed.js');
  await moment(loader);
  const [blank, above]: [number[], number[]] = [[], []];
  // In pairs: what slows the machine down slows both.
  for (let pair = 0; pair < 11; pair += 1) {
    const bare = await moment('');
    blank.push(bare);
    above.push((await moment(loader)) - bare);
  }
  // A page without any cost would mean that nothing was counted.
  expect(middle(blank)).toBeGreaterThan(0);
  const told = `a blank page ${middle(blank).toFixed(1)} ms, the loader ${middle(above).toFixed(1)} ms above it (median of 11 pairs)`;
  info.annotations.push({ type: 'main thread', description: told });
  console.log(`  main thread: ${told} (budget 10)`);
});

test('HG-3 a site that is not listed cannot embed the panel', async ({ people, browser, demo }) => {
  const noise = people.noise('the unlisted shop');
  noise.expect(/frame-ancestors/, /Access-Control-Allow-Origin|CORS/, /net::ERR_/);
  const shop = createServer((_request, answer) => {
    const here = `http://localhost:${(shop.address() as AddressInfo).port}`;
    answer.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
    answer.end(`<!doctype html><html lang="en"><title>Not listed</title><link rel="icon" href="data:,"><h1>Not listed</h1>
      <iframe title="Stolen" src="${demo.vitrine(`/widget/delft?o=${encodeURIComponent(here)}`)}"></iframe>
      <iframe title="Pretending" src="${demo.vitrine(`/widget/delft?o=${encodeURIComponent(demo.shop())}`)}"></iframe>
      <script async src="${demo.vitrine('/embed.js')}" data-vitrine-store="delft"></script></html>`);
  });
  await new Promise<void>((listening) => shop.listen(0, '127.0.0.1', listening));
  const context = await browser.newContext();
  noise.listenTo(context);
  try {
    const page = await context.newPage();
    await page.goto(`http://localhost:${(shop.address() as AddressInfo).port}/`, { waitUntil: 'load' });
    for (const title of ['Stolen', 'Pretending']) {
      const frame = page.getByTitle(title).contentFrame();
      await expect(frame.getByRole('button')).toHaveCount(0);
      await expect(frame.getByRole('textbox')).toHaveCount(0);
    }
    const shown = page.frames().filter((frame) => frame !== page.mainFrame());
    expect(shown.map((frame) => frame.url())).toEqual(['chrome-error://chromewebdata/', 'chrome-error://chromewebdata/']);
  } finally {
    await context.close();
    shop.close();
  }
});

test('HG-3 the back office and the sign-in cannot be framed at all, not even by a listed shop', async ({ people, demo }) => {
  const shopper = await people.shopper();
  shopper.noise.expect(/frame-ancestors|X-Frame-Options/i, /net::ERR_/);
  await shopper.visit();
  for (const path of ['/sign-in', '/desk', '/']) {
    await shopper.page.evaluate((address) => {
      const frame = document.createElement('iframe');
      frame.src = address;
      document.body.append(frame);
    }, demo.vitrine(path));
  }
  const frames = () => shopper.page.frames().slice(1).map((frame) => frame.url());
  await expect.poll(frames).toEqual(Array(3).fill('chrome-error://chromewebdata/'));
});

test('third-party cookies are blocked: the chat goes on by the handle in the shop page', async ({ people, demo }) => {
  const [vendor, shopper] = [await people.vendor(), await people.shopper()];
  // A browser that keeps none of our cookies: each page begins without one.
  const forget = () => shopper.context.clearCookies({ domain: '127.0.0.1' });
  await vendor.goOnline();
  await shopper.begin();
  await forget();
  await shopper.say('My browser keeps no cookies.');
  const window = await vendor.window(shopper.who.name);
  await window.sees('My browser keeps no cookies.');

  for (const [n, path] of [PRODUCT.path, STORE_PAGE, PRODUCT.path].entries()) {
    await forget();
    await shopper.visit(path);
    await shopper.isReady();
    await shopper.sees('My browser keeps no cookies.');
    await forget();
    await window.say(`Answer ${n}`);
    await shopper.sees(`Answer ${n}`);
    await shopper.say(`Thanks ${n}`);
    await window.sees(`Thanks ${n}`);
  }
  // Files are seen and saved without a cookie, too: pictures and links cannot say who asks, so their addresses do.
  // Here the cookie went after the socket had come with it, which no real browser does: what the socket tells now has no key.
  shopper.noise.expect(/status of 404 .*\/files\//);
  const attach = shopper.panel.getByRole('button', { name: 'Attach a file' });
  await attach.setInputFiles({ name: 'red.png', mimeType: 'image/png', buffer: RED });
  await expect(shopper.thread.log.getByRole('img', { name: 'red.png' })).toBeVisible();
  await attach.setInputFiles({ name: 'receipt.txt', mimeType: 'text/plain', buffer: Buffer.from('One teapot') });
  await expect(shopper.thread.log.getByRole('link', { name: /receipt\.txt/ })).toBeVisible();
  await forget();
  await shopper.visit(STORE_PAGE);
  await shopper.isReady();
  await shopper.sees('Thanks 2');
  await forget();
  const picture = shopper.thread.log.getByRole('img', { name: 'red.png' });
  await expect.poll(() => picture.evaluate((node: HTMLImageElement) => node.naturalWidth)).toBeGreaterThan(0);
  const withoutCookie = await picture.evaluate(async (node: HTMLImageElement) => (await fetch(node.src, { credentials: 'omit' })).status);
  expect(withoutCookie).toBe(200);
  const saving = shopper.page.waitForEvent('download');
  await shopper.thread.log.getByRole('link', { name: /receipt\.txt/ }).click();
  const saved = await saving;
  expect(saved.suggestedFilename()).toBe('receipt.txt');
  expect(await saved.failure()).toBeNull();

  // The handle opens this conversation in this tab only; another tab without it knows nothing.
  await forget();
  const stranger = await shopper.context.newPage();
  await stranger.goto(demo.shop(STORE_PAGE));
  await expect(stranger.locator('vitrine-chat[floating]').getByRole('button')).toBeVisible();
  expect(await kept(stranger)).toEqual([]);
});
