// A message center with more conversations than anybody reads: its list scrolls to the end and back, and what comes meanwhile is in it.
// `cargo xtask bench lists` asks it of 100,000; otherwise letters bring as many as one store takes in an hour.
import { execFileSync } from 'node:child_process';
import type { Locator } from '@playwright/test';
import { expect, test } from '../fixtures';
import { handOver, letter } from '../support/lmtp';
import { Server, freePort } from '../support/server';

const DOMAIN = 'in.vitrine.example';
const [MANY, BENCH] = [Number(process.env.VITRINE_LISTS ?? 0), process.env.VITRINE_BENCH ?? ''];
const LINES = MANY || 230;
/** Places that are jumped to when the whole list is known. */
const JUMPS = 50;
const text = (n: number) => `Line ${String(n).padStart(6, '0')}, is it in stock?`;

async function write(port: number, n: number): Promise<void> {
  const from = `customer.${n}@customer.example`;
  expect(await handOver(port, from, `delft@${DOMAIN}`, letter(from, 'A question', text(n)))).toMatch(/^250/);
}

async function fill(server: Server, port: number): Promise<void> {
  if (MANY === 0) {
    for (let n = 0; n < LINES; n += 1) await write(port, n);
    return;
  }
  const last = Date.now() - 86_400_000;
  await server.restart(() => {
    const of = ['--database', server.database, '--store', 'delft', '--conversations', `${MANY}`, '--since-ms', `${last - 1_000 * MANY}`];
    execFileSync(BENCH, ['lists', ...of]);
  });
}

interface Scrolled {
  /** From being at the end of the lines to seeing the next ones, in milliseconds, page by page. */
  pages: number[];
  /** From jumping somewhere to lines being there, likewise. */
  jumps: number[];
  /** The lines' own numbers as they came up, without what was there already. */
  numbers: number[];
  /** Most lines that were in the page at once. */
  most: number;
  /** Tasks of the page that held it up for more than 50 ms, in milliseconds. */
  longTasks: number[];
}

function scroll(list: Locator): Promise<Scrolled> {
  return list.evaluate(async (rows, jumpsWanted): Promise<Scrolled> => {
    const longTasks: number[] = [];
    const watch = new PerformanceObserver((entries) => longTasks.push(...entries.getEntries().map(({ duration }) => duration)));
    watch.observe({ type: 'longtask' });
    const frame = () => new Promise((next) => requestAnimationFrame(next));
    const box = rows.closest('.messages__scroll') as HTMLElement;
    const { top, bottom, left } = box.getBoundingClientRect();
    const lines = () => [...rows.querySelectorAll('li')];
    const number = (line: Element) => Number(/Line (\d{6}),/.exec(line.textContent ?? '')?.[1] ?? Number.NaN);
    const seen = new Set<number>();
    let most = 0;
    const look = () => {
      const here = lines();
      most = Math.max(most, here.length);
      for (const line of here) if (!Number.isNaN(number(line))) seen.add(number(line));
      return here;
    };
    /** Whether there are lines on the whole of the screen. */
    const filled = () => [top + 5, (top + bottom) / 2, bottom - 60].every((y) => document.elementFromPoint(left + 40, y)?.closest('li'));
    const [pages, jumps]: [number[], number[]] = [[], []];
    for (;;) {
      const begun = performance.now();
      const known = Number(look().at(-1)?.ariaPosInSet);
      box.scrollTop = box.scrollHeight;
      while (Number(lines().at(-1)?.ariaPosInSet) === known && performance.now() - begun < 3_000) await frame();
      if (Number(lines().at(-1)?.ariaPosInSet) === known) break;
      pages.push(performance.now() - begun);
    }
    for (let jump = 0; jump < jumpsWanted; jump += 1) {
      const begun = performance.now();
      // Here and there, the same in every run.
      box.scrollTop = ((jump * 0.618) % 1) * (box.scrollHeight - box.clientHeight);
      do await frame();
      while (!filled() && performance.now() - begun < 3_000);
      jumps.push(filled() ? performance.now() - begun : Number.NaN);
      look();
    }
    watch.disconnect();
    return { pages, jumps, numbers: [...seen], most, longTasks };
  }, JUMPS);
}

const part = (figures: number[], of: number): string => {
  const sorted = figures.toSorted((a, b) => a - b);
  return `${Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * of))] ?? 0)} ms`;
};

test('a list of very many conversations scrolls to its end and back, and what comes meanwhile moves nothing that is read', async ({ people }, info) => {
  test.setTimeout(MANY ? 1_800_000 : 120_000);
  const port = await freePort();
  const server = await Server.demo({ VITRINE_RATE_FACTOR: '100000', VITRINE_MAIL_IN_DOMAIN: DOMAIN, VITRINE_LMTP_LISTEN: `127.0.0.1:${port}` });
  try {
    await fill(server, port);
    const vendor = await people.vendor({ at: server });
    await vendor.menu('Messages').click();
    const list = vendor.page.getByRole('main').getByRole('list', { name: 'Messages', exact: true });
    await expect(list.getByRole('listitem').first()).toBeVisible();

    const { pages, jumps, numbers, most, longTasks } = await scroll(list);
    expect(numbers.length, 'every one came up').toBe(LINES);
    expect(numbers, 'the newest first').toEqual([...numbers].sort((a, b) => b - a));
    expect(jumps.filter(Number.isNaN), 'wherever one jumps to there are lines').toEqual([]);
    expect(most, 'only what is near is in the page').toBeLessThan(200);

    // Somewhere in the middle somebody reads.
    const box = list.locator('xpath=ancestor::*[contains(@class, "messages__scroll")]');
    await box.evaluate((node) => {
      node.scrollTop = node.scrollHeight / 2;
    });
    const read = list.getByText(text(LINES >> 1)).locator('xpath=ancestor::li');
    await read.scrollIntoViewIfNeeded();
    const place = () => read.evaluate((line) => ({ top: line.getBoundingClientRect().top, n: Number(line.ariaPosInSet) }));
    const before = await place();
    await write(port, LINES);
    await expect.poll(async () => (await place()).n, 'one more stands above it').toBe(before.n + 1);
    expect(Math.abs((await place()).top - before.top), 'it stays where it is').toBeLessThan(2);
    await box.evaluate((node) => {
      node.scrollTop = 0;
    });
    await expect(list.getByRole('listitem').first()).toContainText(text(LINES));

    // On a phone the page scrolls, and the list does not: there the button brings more, and all of it is there.
    await vendor.page.setViewportSize({ width: 390, height: 844 });
    await vendor.visit('/desk/messages');
    await vendor.page.getByRole('main').getByRole('button', { name: 'Show more', exact: true }).click();
    await expect(list.getByText(text(LINES - 70))).toBeVisible();

    const told = [
      `${LINES} conversations in ${pages.length + 1} pages`,
      `a further page after ${part(pages, 0.5)} (p99 ${part(pages, 0.99)}, the last hundred ${part(pages.slice(-100), 0.5)})`,
      `lines after a jump after ${part(jumps, 0.5)} (the longest ${part(jumps, 1)})`,
      `${longTasks.length} tasks over 50 ms (the longest ${part(longTasks, 1)})`,
      `at most ${most} lines in the page`,
    ].join('; ');
    info.annotations.push({ type: 'measured', description: told });
    console.log(`  ${told}`);
    await vendor.page.goto('about:blank');
  } finally {
    await server.stop();
  }
});
