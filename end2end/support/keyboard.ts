// What somebody without a mouse does: goes from stop to stop, and hears what each is called.
import { expect, type FrameLocator, type Locator, type Page } from '@playwright/test';

/** More places where Tab stops than any of our pages has. */
const MOST_STOPS = 100;

/** Presses Tab until the element has the focus. */
export async function tabTo(page: Page, wanted: Locator): Promise<void> {
  // Looked at once after each key, so that a slow machine does not tab past it.
  for (let keys = 0; keys < MOST_STOPS; keys += 1) {
    await page.keyboard.press('Tab');
    if (await wanted.evaluate((node) => node.matches(':focus'))) return;
  }
  await expect(wanted, `within ${MOST_STOPS} stops`).toBeFocused();
}

export type Role = Parameters<Page['getByRole']>[0];

/** The focus is on the element with this role and exactly this name. */
export async function standsOn(scope: Page | FrameLocator, role: Role, name: string): Promise<void> {
  const here = scope.locator(':focus');
  await expect(here, `the focus is on the ${role} "${name}"`).toHaveAccessibleName(name);
  await expect(here, `"${name}" is a ${role}`).toHaveRole(role);
}
