// Takes a picture of every screen in three widths and both themes, and of those with the longest texts in every language, for people to
// look at; and has each examined by axe. It fails where a screen cannot be reached, where axe finds something, and where a language is too
// long for a telephone.
import { resolve } from 'node:path';
import type { FrameLocator, Page } from '@playwright/test';
import { expect, type People, test } from '../fixtures';
import { bothEnds, everyLook, type Screen, SCREENS } from '../screens';
import { undrawn, violations } from '../support/axe';
import { frameOf, scrollsSideways } from '../support/page';
import type { Vendor } from '../support/vendor';
import { type Language, LANGUAGES, named, naming, OWN_NAMES } from '../support/words';

const OUT = resolve(__dirname, '../looks/out');

async function picture(page: Page, screen: Screen, label: string): Promise<void> {
  await page.screenshot({
    path: resolve(OUT, `${screen.name}-${label}.png`),
    fullPage: screen.whole ?? false,
    animations: 'disabled',
    caret: 'hide',
  });
}

// A trace of every picture is dear, and what failed has its picture.
test.use({ trace: 'off' });

for (const screen of SCREENS) {
  test(`looks: ${screen.name}`, async ({ people, demo }) => {
    test.setTimeout(120_000);
    const afterwards: (() => Promise<void>)[] = [];
    try {
      const page = await screen.arrive({ people, demo, later: (task) => afterwards.push(task) });
      await everyLook(page, async (label, theme) => {
        await picture(page, screen, label);
        expect.soft(await violations(page, theme === 'light' ? 'and everything else' : 'only'), label).toEqual([]);
      });
      // An icon whose drawing is not in the page is an empty place that nothing else would notice.
      for (const frame of page.frames()) expect.soft(await undrawn(frame)).toEqual([]);
    } finally {
      for (const task of afterwards) await task();
    }
  });
}

/** Waits until a screen stands as it was before its language changed. */
type Settled = (page: Page, language: Language) => Promise<void>;

const panelOf = (page: Page): FrameLocator => page.frameLocator('vitrine-chat[floating] iframe');

const form: Settled = async (page, language) => {
  await expect(panelOf(page).getByRole('button', { name: named('Send message', language) })).toBeVisible();
};
const start: Settled = async (page, language) => {
  await expect(panelOf(page).getByRole('button', { name: named('Start Chat', language) })).toBeVisible();
};
const talk: Settled = async (page, language) => {
  await expect(panelOf(page).getByRole('log', { name: named('Conversation', language) })).toContainText('Perfect 👍');
};
const ended: Settled = async (page, language) => {
  await talk(page, language);
  await expect(panelOf(page).getByRole('group', { name: named('Rate this chat', language) })).toBeVisible();
};
const asItIs: Settled = async () => {};
const loaded: Settled = async (page, language) => {
  await expect(page.getByRole('status').filter({ hasText: naming('Loading…', language) })).toHaveCount(0);
};
const atStep =
  (step: string): Settled =>
  async (page, language) => {
    await loaded(page, language);
    await page.getByRole('tab', { name: named(step, language) }).click();
    const preview = page.getByRole('region', { name: named('Preview', language) });
    await preview.getByTitle(named('Preview of the chat window', language)).last().contentFrame().getByRole('banner').waitFor();
  };

/** The screens that hold the longest texts. */
const SPOKEN: Record<string, Settled> = {
  'panel-form': form,
  'panel-start': start,
  'panel-chat': talk,
  'panel-ended': ended,
  home: asItIs,
  'sign-in': asItIs,
  'desk-overview': loaded,
  'desk-recap': loaded,
  'desk-history': loaded,
  'desk-offline-messages': loaded,
  'desk-configuration': atStep('Retailer settings'),
  'desk-configuration-online': atStep('Online chat window'),
  'desk-configuration-offline': atStep('Offline'),
  'desk-staff': loaded,
  'desk-privacy': loaded,
  'desk-mail': loaded,
  'desk-help': loaded,
};

/** Changes the language as a person does: by the link at the foot of the panel or of a public page, by one's own menu at the desk. */
async function speak(page: Page, language: Language, vendor: Vendor | undefined): Promise<void> {
  if (await page.locator('vitrine-chat').count()) {
    const panel = panelOf(page);
    await panel.getByRole('link', { name: OWN_NAMES[language], exact: true }).click();
    await expect(panel.locator(`html[lang="${language}"] body[data-ready="1"]`)).toBeAttached();
    return;
  }
  if (vendor) await vendor.speak(OWN_NAMES[language]);
  else await page.getByRole('link', { name: OWN_NAMES[language], exact: true }).click();
  await expect(page.locator('html')).toHaveAttribute('lang', language);
}

for (const [name, settled] of Object.entries(SPOKEN)) {
  test(`looks: ${name} in the other languages`, async ({ people, demo }) => {
    test.setTimeout(120_000);
    const screen = SCREENS.find((each) => each.name === name);
    if (!screen) throw new Error(`there is no screen called ${name}`);
    const vendors: Vendor[] = [];
    const known: People = {
      ...people,
      async vendor(options) {
        const vendor = await people.vendor(options);
        vendors.push(vendor);
        return vendor;
      },
    };
    const afterwards: (() => Promise<void>)[] = [];
    let vendor: Vendor | undefined;
    try {
      const page = await screen.arrive({ people: known, demo, later: (task) => afterwards.push(task) });
      vendor = vendors.find((each) => each.page === page);
      for (const language of LANGUAGES.slice(1)) {
        await speak(page, language, vendor);
        await settled(page, language);
        await bothEnds(page, async (width) => {
          await picture(page, screen, `${language}-${width}`);
          const frame = frameOf(page, demo.vitrine('/')) ?? page;
          if (width === 390) expect.soft(await scrollsSideways(frame), `${name} in ${language} is scrolled sideways`).toBe(false);
        });
        // What is left out where it is narrow is found where it is wide.
        await page.setViewportSize({ width: 1440, height: 900 });
      }
    } finally {
      // The language is the person's own, and the next test meets the same person.
      await vendor?.page.setViewportSize({ width: 1440, height: 900 });
      await vendor?.speak(OWN_NAMES.en);
      for (const task of afterwards) await task();
    }
  });
}
