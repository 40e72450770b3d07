// Nothing lost, nothing doubled, nothing out of order: whatever happens to the network and to the server.
import { expect, type People, test } from '../fixtures';
import { NETWORK_TROUBLE } from '../support/noise';
import type { Server } from '../support/server';
import type { Shopper } from '../support/shopper';
import { numbered, Thread } from '../support/thread';
import { blockSockets, Tunnel } from '../support/tunnel';
import type { Vendor } from '../support/vendor';

const KILLS = Number(process.env.VITRINE_KILLS ?? 25);
/** Sent by each side before each kill, so that some are under way when it comes. */
const BEFORE_A_KILL = 2;
const PER_KILL_MS = 30_000;

/** A small seeded generator (mulberry32): a run can be repeated. */
function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A shopper and a vendor in the middle of a conversation, on a server of their own. */
async function talking(people: People, server: Server): Promise<{ shopper: Shopper; vendor: Vendor; window: Thread }> {
  const [vendor, shopper] = [await people.vendor({ at: server }), await people.shopper({ at: server })];
  await vendor.goOnline();
  await shopper.begin();
  await shopper.say('Are you there?');
  const window = await vendor.window(shopper.who.name);
  await window.say('I am.');
  await shopper.sees('I am.');
  for (const person of [vendor, shopper]) person.noise.expect(...NETWORK_TROUBLE);
  return { shopper, vendor, window };
}

/** Both sides show every number of both senders exactly once, in the sender's order. */
async function agree(threads: Thread[], sent: Record<string, number>, within: number): Promise<void> {
  for (const [letter, count] of Object.entries(sent)) {
    const all = Array.from({ length: count }, (_, i) => numbered(letter, i + 1));
    for (const thread of threads) await expect.poll(() => thread.numbers(letter), { timeout: within }).toEqual(all);
  }
}

/** No message is marked as on its way or as not sent any more. */
async function nothingPending(thread: Thread): Promise<void> {
  await expect(thread.log.locator('[data-state="pending"], [data-state="failed"]')).toHaveCount(0);
}

test('I7 a tunnel: what is typed offline arrives once and in order', async ({ people, freshDemo }) => {
  const [vendor, shopper] = [await people.vendor({ at: freshDemo }), await people.shopper({ at: freshDemo })];
  const tunnel = await Tunnel.dig(shopper.context);
  await vendor.goOnline();
  await shopper.begin();
  await shopper.say('I am on the train.');
  const window = await vendor.window(shopper.who.name);
  await window.sees('I am on the train.');
  shopper.noise.expect(...NETWORK_TROUBLE);

  await tunnel.enter();
  for (let n = 1; n <= 5; n += 1) await shopper.thread.hurry(numbered('S', n));
  await expect.poll(() => shopper.thread.numbers('S')).toHaveLength(5);
  await window.say('V-001');
  expect(await window.numbers('S'), 'nothing gets out of a tunnel').toEqual([]);
  await tunnel.leave();

  await agree([window, shopper.thread], { S: 5, V: 1 }, 40_000);
  await nothingPending(shopper.thread);
});

test('I8 what is typed offline survives the closing of the page', async ({ people, freshDemo }) => {
  // On the page of its own: in the frame this browser gives nobody a database, and the outbox is memory.
  const [vendor, shopper] = [await people.vendor({ at: freshDemo }), await people.shopper({ at: freshDemo })];
  for (const person of [vendor, shopper]) person.noise.expect(...NETWORK_TROUBLE);
  await vendor.goOnline();
  const { page } = shopper;
  const arrive = async () => {
    await page.goto(freshDemo.vitrine('/c/delft'));
    await expect(page.locator('body[data-ready="1"]')).toBeAttached();
  };
  await arrive();
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill(shopper.who.name);
  await page.getByRole('button', { name: 'Start Chat' }).click();
  const thread = new Thread(page);
  await thread.say('Are you there?');
  const window = await vendor.window(shopper.who.name);
  await window.sees('Are you there?');
  await freshDemo.kill9();
  for (let n = 1; n <= 3; n += 1) await thread.hurry(numbered('S', n));
  await expect.poll(() => thread.numbers('S')).toHaveLength(3);
  await page.goto('about:blank');
  await freshDemo.run();
  await arrive();
  await agree([thread, window], { S: 3 }, 40_000);
  await nothingPending(thread);
});

test(`F1 I1 I2 I3 I7 kill -9 in the middle of sending, ${KILLS} times`, async ({ people, freshDemo }, info) => {
  test.setTimeout(60_000 + KILLS * PER_KILL_MS);
  const seed = Number(process.env.VITRINE_SEED ?? Date.now() % 1_000_000);
  info.annotations.push({ type: 'seed', description: String(seed) });
  const random = chance(seed);
  const { shopper, vendor, window } = await talking(people, freshDemo);
  const threads = [shopper.thread, window];
  const sent = { S: 0, V: 0 };

  const everybodySends = async (messages: number) => {
    const send = async (thread: Thread, letter: 'S' | 'V') => {
      for (let i = 0; i < messages; i += 1) {
        sent[letter] += 1;
        await thread.hurry(numbered(letter, sent[letter]));
      }
    };
    await Promise.all([send(shopper.thread, 'S'), send(window, 'V')]);
  };

  for (let kill = 1; kill <= KILLS; kill += 1) {
    await test.step(`kill ${kill}, seed ${seed}`, async () => {
      // The moment of death is drawn: sometimes before the first frame is read, sometimes after the last answer.
      const death = new Promise((now) => setTimeout(now, random() * 400)).then(() => freshDemo.kill9());
      await everybodySends(BEFORE_A_KILL);
      await death;
      await Promise.all([everybodySends(1), freshDemo.run()]);
      await agree(threads, sent, PER_KILL_MS);
    });
  }

  for (const thread of threads) await nothingPending(thread);
  // Not only on screens that were open all the time: what the database tells a new page is the same.
  await shopper.visit();
  await shopper.isReady();
  await expect.poll(async () => (await shopper.thread.numbers('S')).at(-1)).toBe(numbered('S', sent.S));
  await vendor.visit();
  const reopened = await vendor.window(shopper.who.name);
  await expect.poll(async () => (await reopened.numbers('V')).at(-1)).toBe(numbered('V', sent.V));
});

test('2.10 a graceful restart: it ends by itself, nobody loses a word', async ({ people, freshDemo }) => {
  const { shopper, window } = await talking(people, freshDemo);
  const restarted = freshDemo.restart();
  for (let n = 1; n <= 4; n += 1) {
    await shopper.thread.hurry(numbered('S', n));
    await window.hurry(numbered('V', n));
  }
  expect(await restarted, 'the code it ended with').toBe(0);
  await agree([shopper.thread, window], { S: 4, V: 4 }, 40_000);
  await nothingPending(shopper.thread);
});

test('2.7 sockets are blocked: the chat goes on over plain HTTP, on both sides', async ({ people }) => {
  const [vendor, shopper] = [await people.vendor(), await people.shopper()];
  for (const person of [vendor, shopper]) person.noise.expect(/WebSocket connection to/);
  await vendor.goOnline();
  await blockSockets(shopper.context);
  await shopper.begin();
  await shopper.thread.hurry(numbered('S', 1));
  await vendor.window(shopper.who.name);

  // From its next page on, the back office has no sockets either.
  await blockSockets(vendor.context);
  await vendor.visit();
  const window = await vendor.window(shopper.who.name);
  await window.hurry(numbered('V', 1));
  await shopper.thread.hurry(numbered('S', 2));
  await window.hurry(numbered('V', 2));
  await agree([shopper.thread, window], { S: 2, V: 2 }, 40_000);
  for (const thread of [shopper.thread, window]) await nothingPending(thread);
});
