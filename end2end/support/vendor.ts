// Somebody of a store's staff, in the back office.
import { type Browser, type BrowserContext, type BrowserContextOptions, expect, type Locator, type Page } from '@playwright/test';
import { Noise } from './noise';
import type { Server } from './server';
import { DEMO_PASSWORD, type Person } from './shopper';
import { Thread } from './thread';

export const ANNA: Person = { name: 'Anna de Vries', email: 'anna@delft.example' };
export const BRAM: Person = { name: 'Bram Jansen', email: 'bram@delft.example' };
export const LUCIA: Person = { name: 'Lucía Romero', email: 'lucia@oliva.example' };

/** Signs in once per person and server: a later browser of the same person gets the same session. */
type Session = Awaited<ReturnType<BrowserContext['storageState']>>;
const SESSIONS = new WeakMap<Server, Map<string, Session>>();

export class Vendor {
  /** Whether this person went on duty here, and so has to be sent home. */
  onDuty = false;

  private constructor(
    readonly server: Server,
    readonly context: BrowserContext,
    readonly page: Page,
    readonly noise: Noise,
    readonly who: Person,
  ) {}

  /** Signed in and looking at the back office. */
  static async arrive(browser: Browser, server: Server, who: Person, options: BrowserContextOptions = {}): Promise<Vendor> {
    const sessions = SESSIONS.get(server) ?? new Map<string, Session>();
    SESSIONS.set(server, sessions);
    const context = await browser.newContext({ storageState: sessions.get(who.email), ...options });
    const noise = new Noise(who.name);
    noise.listenTo(context);
    const vendor = new Vendor(server, context, await context.newPage(), noise, who);
    if (sessions.has(who.email)) {
      await vendor.visit();
    } else {
      await vendor.signIn();
      sessions.set(who.email, await context.storageState());
    }
    return vendor;
  }

  async signIn(password: string = DEMO_PASSWORD): Promise<void> {
    await this.page.goto(this.server.vitrine('/sign-in'));
    await this.page.getByRole('textbox', { name: 'Email' }).fill(this.who.email);
    await this.page.getByLabel('Password').fill(password);
    await this.page.getByRole('button', { name: 'Sign in' }).click();
    await this.isReady();
  }

  async visit(path: string = '/desk'): Promise<void> {
    await this.page.goto(this.server.vitrine(path));
    await this.isReady();
  }

  /** One of the pages behind "Integrations" in the menu, as it is now. */
  async integrations(name: string): Promise<Locator> {
    await this.menu('Integrations').click();
    const main = this.page.getByRole('main');
    await main.getByRole('navigation', { name: 'Integrations' }).getByRole('link', { name, exact: true }).click();
    await expect(main.getByRole('heading', { name, level: 1 })).toBeVisible();
    await expect(main.locator('[aria-busy]')).toHaveCount(0);
    return main;
  }

  async isReady(page: Page = this.page): Promise<void> {
    await page.waitForURL(/\/desk/);
    await expect(page.locator('body[data-ready="1"]')).toBeAttached();
  }

  get recap(): Locator {
    return this.page.getByRole('region', { name: 'Recap' });
  }

  get duty(): Locator {
    return this.recap.getByRole('switch', { name: 'Online' });
  }

  async goOnline(): Promise<void> {
    this.onDuty = true;
    if (!(await this.duty.isChecked())) await this.duty.click();
    await expect(this.duty).toBeChecked();
  }

  async goOffline(): Promise<void> {
    if (await this.duty.isChecked()) await this.duty.click();
    await expect(this.duty).not.toBeChecked();
    this.onDuty = false;
  }

  /** Off duty, from wherever this person is; the next test finds nobody there. */
  async goHome(): Promise<void> {
    await this.visit();
    await this.goOffline();
  }

  /** The line of somebody in the recap window, under the tab that is chosen. */
  row(name: string): Locator {
    return this.recap.getByRole('tabpanel').getByRole('button').filter({ hasText: name });
  }

  async showTab(name: 'Ongoing conversations' | 'Finished conversations'): Promise<void> {
    const tab = this.recap.getByRole('tab', { name });
    await tab.click();
    await expect(tab).toHaveAttribute('aria-selected', 'true');
  }

  /** Somebody's chat window, if it is open. It is named after the guest's id; the name that a guest typed stands in it. */
  region(name: string): Locator {
    const hide = this.page.getByRole('button', { name: 'Hide', exact: true });
    return this.page.getByRole('region').filter({ has: hide }).filter({ hasText: name });
  }

  /** Somebody's chat window, opened from the recap window when it is not there yet. */
  async window(name: string): Promise<Thread> {
    const region = this.region(name);
    await expect(region.or(this.row(name)).first()).toBeVisible();
    if (!(await region.isVisible())) await this.row(name).click();
    await expect(region).toBeVisible();
    return new Thread(region);
  }

  /** Ends a conversation, and says yes when asked. */
  async end(name: string): Promise<void> {
    await this.region(name).getByRole('button', { name: 'End the conversation', exact: true }).click();
    const dialog = this.page.getByRole('dialog', { name: 'End the conversation?' });
    await dialog.getByRole('button', { name: 'End', exact: true }).click();
    await expect(dialog).toBeHidden();
  }

  /** "Chat Now" in the menu opens the console in a window of its own. */
  async openConsole(): Promise<Page> {
    const opened = this.context.waitForEvent('page');
    await this.menu('Chat Now').click();
    const page = await opened;
    await this.isReady(page);
    return page;
  }

  /** Chooses a language, by its own name, in this person's menu. */
  async speak(language: string): Promise<void> {
    await this.page.getByRole('banner').getByText(this.who.name).click();
    const choice = this.page.getByRole('button', { name: language, exact: true });
    const loaded = this.page.waitForEvent('load');
    await choice.click();
    await loaded;
    await this.isReady();
  }

  menu(name: string): Locator {
    return this.page.getByRole('navigation').getByRole('link', { name: new RegExp(`^${name}`) });
  }
}
