// What is asked of a page as a whole: what it keeps on the device, what it says, what its program costs.
import type { Frame, Page } from '@playwright/test';

/** The frame whose document is of that origin, once it is there. */
export function frameOf(page: Page, origin: string): Frame | undefined {
  return page.frames().find((frame) => frame.url().startsWith(origin));
}

/** Everything a document can keep on the device without the network, cookies aside. */
export async function kept(frame: Frame | Page): Promise<string[]> {
  return frame.evaluate(async () => {
    // A browser that gives a frame of another site no storage at all has kept nothing there.
    const databases = await indexedDB.databases().catch(() => []);
    const keys = (storage: () => Storage) => {
      try {
        return Object.keys(storage());
      } catch {
        return [];
      }
    };
    return [
      ...keys(() => localStorage).map((key) => `localStorage ${key}`),
      ...keys(() => sessionStorage).map((key) => `sessionStorage ${key}`),
      ...databases.map(({ name }) => `IndexedDB ${name}`),
    ];
  });
}

/** All that a person could read or hear on a page: its text, and the names and hints that are attributes. */
export async function everythingSaid(frame: Frame | Page): Promise<string> {
  return frame.evaluate(() => {
    const attributes = ['aria-label', 'placeholder', 'title', 'alt', 'value', 'aria-description'];
    const said = [document.title, document.body.innerText];
    for (const element of document.querySelectorAll(attributes.map((name) => `[${name}]`).join())) {
      for (const name of attributes) said.push(element.getAttribute(name) ?? '');
    }
    return said.join('\n');
  });
}

/** Whether there is something to the right that cannot be seen without scrolling sideways. */
export async function scrollsSideways(frame: Frame | Page): Promise<boolean> {
  return frame.evaluate(() => {
    const page = document.scrollingElement ?? document.documentElement;
    return page.scrollWidth > page.clientWidth;
  });
}
