// A conversation that never seems to end: its last screen is there at once, and whoever scrolls back through it does not lose their place.
// It is written through the desk's own door, by a server whose budgets are raised for it as the documentation says.
import { Agent, request } from 'node:http';
import type { Locator } from '@playwright/test';
import { expect, test } from '../fixtures';
import { Server } from '../support/server';
import type { Vendor } from '../support/vendor';

const MESSAGES = 10_000;
/** Sent at once: many of them are one commit. */
const AT_ONCE = 50;
/** Older pages that are looked at. */
const PAGES = 8;

const uuid = (n: number) => `018f0000-0000-7000-8000-${String(n).padStart(12, '0')}`;
const text = (n: number) => `M-${String(n).padStart(5, '0')}, and a few words that fill a line or two of the window`;

/** Says something through the desk's door, as the program does without a socket; answers its number in the log. */
function post(agent: Agent, address: string, cookie: string, message: object): Promise<number> {
  return new Promise((done, failed) => {
    const headers = { cookie, origin: new URL(address).origin, 'sec-fetch-site': 'same-origin', 'content-type': 'application/json' };
    const asked = request(address, { agent, method: 'POST', headers }, (answer) => {
      let body = '';
      answer.setEncoding('utf8').on('data', (piece: string) => {
        body += piece;
      });
      answer.on('end', () => {
        if (answer.statusCode === 200) done((JSON.parse(body) as { seq: number }).seq);
        else failed(new Error(`${answer.statusCode}: ${body}`));
      });
    });
    asked.on('error', failed);
    asked.end(JSON.stringify(message));
  });
}

/** Writes the conversation while nobody looks at it; answers the texts in the order of the log. */
async function writeAll(vendor: Vendor, conversation: string): Promise<string[]> {
  const address = vendor.server.vitrine('/desk/messages');
  const cookie = (await vendor.context.cookies(address)).map((each) => `${each.name}=${each.value}`).join('; ');
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
  const said: { seq: number; body: string }[] = [];
  for (let begun = 0; begun < MESSAGES; begun += AT_ONCE) {
    const some = Array.from({ length: AT_ONCE }, async (_, n) => {
      const body = text(begun + n + 1);
      return { seq: await post(agent, address, cookie, { conversation, cid: uuid(begun + n + 1), body }), body };
    });
    said.push(...(await Promise.all(some)));
  }
  agent.destroy();
  return said.sort((one, other) => one.seq - other.seq).map(({ body }) => body);
}

/** Presses, and waits in the page itself until the words stand on the screen; milliseconds. */
function pressedUntilSeen(button: Locator, words: string): Promise<number> {
  return button.evaluate(
    (node, sought) =>
      new Promise<number>((seen, never) => {
        const begun = performance.now();
        const look = () => {
          const lines = [...document.querySelectorAll('[role=log] li')];
          const line = lines.reverse().find((each) => each.textContent?.includes(sought));
          const box = line?.getBoundingClientRect();
          if (box && box.height > 0 && box.top < window.innerHeight && box.bottom > 0) seen(performance.now() - begun);
          else if (performance.now() - begun > 10_000) never(new Error(`${sought} never came`));
          else requestAnimationFrame(look);
        };
        (node as HTMLElement).click();
        look();
      }),
    words,
  );
}

/** The numbered messages on screen, in their order. */
async function numbers(log: Locator): Promise<string[]> {
  return (await log.innerText()).match(/\bM-\d{5}\b/g) ?? [];
}

test('P-32 a conversation of 10,000 messages shows its last screen, and scrolls back without jumping', async ({ people }, info) => {
  test.setTimeout(180_000);
  const server = await Server.demo({ VITRINE_RATE_FACTOR: '1000' });
  try {
    const [vendor, shopper] = [await people.vendor({ at: server }), await people.shopper({ at: server })];
    await vendor.goOnline();
    await shopper.begin();
    const { name } = shopper.who;
    await shopper.say(`I am ${name}`);
    const id = String(await (await vendor.window(name)).box.getAttribute('id')).replace(/^window-/, '');
    const hidden = vendor.page.waitForResponse(
      (answer) => answer.url().endsWith('/fn/keep_window') && answer.ok() && (answer.request().postData() ?? '').includes('"hidden"'),
    );
    await vendor.region(name).getByRole('button', { name: 'Hide', exact: true }).click();
    await hidden;
    // Nobody has it on the screen while it grows.
    await shopper.page.goto('about:blank');
    await vendor.page.goto('about:blank');
    const written = performance.now();
    const texts = await writeAll(vendor, id);
    const took = Math.round(performance.now() - written);

    // Nobody was there for a while, and that may have ended the duty.
    await vendor.visit();
    await vendor.goOnline();
    await expect(vendor.row(name)).toBeVisible();
    const last = texts.at(-1) ?? '';
    const shown = await pressedUntilSeen(vendor.row(name), last);
    const window = await vendor.window(name);
    await expect(window.words(last)).toBeInViewport();
    const expected = texts.map((each) => each.slice(0, 7));
    const loaded = await numbers(window.log);
    expect(loaded.length, 'only the end is loaded').toBeLessThan(200);
    expect(loaded, 'the end, in the order of the log').toEqual(expected.slice(-loaded.length));

    await window.log.hover();
    let held = 0;
    let before = loaded;
    for (let page = 0; page < PAGES; page += 1) {
      const first = window.words(text(Number(before[0]?.slice(2))));
      const top = () => first.evaluate((line) => line.getBoundingClientRect().top);
      await window.log.evaluate((log) => {
        log.scrollTop = 300;
      });
      const place = await top();
      await expect.poll(async () => (await numbers(window.log)).length, 'older ones come above').toBeGreaterThan(before.length);
      await expect.poll(async () => Math.abs((await top()) - place), 'what is read stays where it is').toBeLessThan(8);
      held = Math.max(held, Math.abs((await top()) - place));
      before = await numbers(window.log);
      expect(before, 'without a gap or a repetition').toEqual(expected.slice(-before.length));
    }
    expect(before.length).toBeGreaterThan(500);

    const report = `last screen of ${MESSAGES} messages after ${Math.round(shown)} ms; ${PAGES} pages back, the line that is read moved by at most ${held.toFixed(1)} px; written in ${took} ms`;
    info.annotations.push({ type: 'measured', description: report });
    console.log(report);
    // Without a server any page that is still open would complain.
    await vendor.page.goto('about:blank');
  } finally {
    await server.stop();
  }
});
