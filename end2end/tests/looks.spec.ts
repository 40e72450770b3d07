// Takes a picture of every screen in three widths and both themes, for people to look at. It fails only where a screen cannot be reached.
import { resolve } from 'node:path';
import { test } from '../fixtures';
import { everyLook, SCREENS } from '../screens';

const OUT = resolve(__dirname, '../looks/out');

for (const screen of SCREENS) {
  test(`looks: ${screen.name}`, async ({ people, demo }) => {
    const afterwards: (() => Promise<void>)[] = [];
    try {
      const page = await screen.arrive({ people, demo, later: (task) => afterwards.push(task) });
      await everyLook(page, async (label) => {
        await page.screenshot({
          path: resolve(OUT, `${screen.name}-${label}.png`),
          fullPage: screen.whole ?? false,
          animations: 'disabled',
          caret: 'hide',
        });
      });
    } finally {
      for (const task of afterwards) await task();
    }
  });
}
