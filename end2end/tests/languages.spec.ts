// English, Dutch, Spanish and French, from the first screen: chosen from the browser, and switchable.
import type { Frame, Page } from '@playwright/test';
import { expect, test } from '../fixtures';
import { everythingSaid, frameOf } from '../support/page';
import { LUCIA } from '../support/vendor';
import { type Language, LANGUAGES, named, naming, OWN_NAMES } from '../support/words';

/** A key of the catalogue where its sentence should be. */
async function saysNoKeys(frame: Frame | Page): Promise<void> {
  const keys = /\b(?:desk|widget|chat|site|refusal|field)\.[a-z_]+|%\{[a-z_]*\}/g;
  expect((await everythingSaid(frame)).match(keys) ?? [], frame.url()).toEqual([]);
}

for (const language of LANGUAGES) {
  test(`the browser asks for ${language}: sign-in, home and not found`, async ({ people, demo }) => {
    const { page, noise } = await people.shopper({ browser: { locale: language } });
    noise.expect(/status of 404/);
    await page.goto(demo.vitrine('/sign-in'));
    await expect(page.locator('html')).toHaveAttribute('lang', language);
    await expect(page.getByRole('button', { name: named('Sign in', language) })).toBeVisible();
    await saysNoKeys(page);
    for (const path of ['/', '/nothing-here']) {
      await page.goto(demo.vitrine(path));
      await expect(page.locator('html')).toHaveAttribute('lang', language);
      await saysNoKeys(page);
    }
  });

  test(`the browser asks for ${language}: the panel, away and online`, async ({ people, demo }) => {
    const [vendor, shopper] = [await people.vendor(), await people.shopper({ browser: { locale: language } })];
    const panel = () => {
      const frame = frameOf(shopper.page, demo.vitrine('/'));
      if (!frame) throw new Error('the panel has no frame');
      return frame;
    };
    await shopper.visit();
    await expect(shopper.launcher).toHaveAccessibleName(named('Chat Now', language));
    await shopper.openChat();
    await expect(shopper.panel.getByRole('button', { name: named('Send message', language) })).toBeVisible();
    await saysNoKeys(panel());
    await saysNoKeys(shopper.page);

    await vendor.goOnline();
    await shopper.visit();
    await shopper.openChat();
    await shopper.panel.getByRole('textbox', { name: named('Name', language) }).fill(shopper.who.name);
    await shopper.panel.getByRole('textbox', { name: named('Email', language) }).fill(shopper.who.email);
    await shopper.panel.getByRole('button', { name: named('Start Chat', language) }).click();
    const box = shopper.panel.getByRole('textbox', { name: named('Message', language) });
    await box.fill('¡Hola! Ça va? Goedemorgen.');
    await shopper.panel.getByRole('button', { name: named('Send', language) }).click();
    await expect(shopper.panel.getByRole('log')).toContainText('¡Hola! Ça va? Goedemorgen.');
    await saysNoKeys(panel());
    await vendor.window(shopper.who.name);
    await vendor.end(shopper.who.name);
    await expect(shopper.panel.getByRole('button', { name: named('End Chat', language) })).toHaveCount(0);
    await saysNoKeys(panel());
  });
}

test('a language can be chosen: on the sign-in page, on the page of a store, in the back office', async ({ people, demo }) => {
  const shopper = await people.shopper();
  for (const path of ['/sign-in', '/c/delft']) {
    await shopper.page.goto(demo.vitrine(path));
    for (const language of [...LANGUAGES.slice(1), 'en'] as Language[]) {
      await shopper.page.getByRole('link', { name: OWN_NAMES[language], exact: true }).click();
      await expect(shopper.page.locator('html')).toHaveAttribute('lang', language);
      await saysNoKeys(shopper.page);
    }
  }
});

test('D-29 the back office speaks all four languages, on every page of its menu', async ({ people, demo }) => {
  test.setTimeout(120_000);
  const vendor = await people.vendor({ who: LUCIA });
  for (const language of [...LANGUAGES.slice(1), 'en'] as Language[]) {
    await vendor.visit();
    await vendor.speak(OWN_NAMES[language]);
    await expect(vendor.page.locator('html')).toHaveAttribute('lang', language);
    const links = vendor.page.getByRole('navigation').getByRole('link');
    const paths = new Set<string>();
    for (const link of await links.all()) paths.add((await link.getAttribute('href')) ?? '');
    const pages = [...paths].filter((path) => path.startsWith('/desk'));
    expect(pages.length, 'links in the menu').toBeGreaterThan(2);
    for (const path of pages) {
      await vendor.page.goto(demo.vitrine(path));
      await expect(vendor.page.locator('body[data-ready="1"]')).toBeAttached();
      // What a page fetches is read, too.
      await expect(vendor.page.getByRole('status').filter({ hasText: naming('Loading…', language) })).toHaveCount(0);
      await saysNoKeys(vendor.page);
    }
  }
});
