// Somebody who shops: a browser of their own, on the demo shop, with the panel in its frame.
import { type Browser, type BrowserContext, type BrowserContextOptions, expect, type FrameLocator, type Locator, type Page } from '@playwright/test';
import { Noise } from './noise';
import type { Server } from './server';
import { Thread } from './thread';

export interface Person {
  name: string;
  email: string;
}

/** Signed in at the demo shop; `number` is the customer's id there. */
export interface Customer extends Person {
  number: string;
}

export const JANE: Customer = { name: 'Jane Doe', email: 'jane@customer.example', number: 'C-1001' };
export const PIETER: Customer = { name: 'Pieter Bakker', email: 'pieter@customer.example', number: 'C-1002' };
export const DEMO_PASSWORD = 'vitrine-demo';

export const STORE_PAGE = '/stores/delft';
export const PRODUCT = { path: '/stores/delft/products/DB-TEAPOT', sku: 'DB-TEAPOT', name: 'Canal teapot' };

export class Shopper {
  private constructor(
    readonly server: Server,
    readonly context: BrowserContext,
    readonly page: Page,
    readonly noise: Noise,
    readonly who: Person,
    private readonly title: string,
  ) {}

  static async arrive(browser: Browser, server: Server, who: Person, options: BrowserContextOptions = {}): Promise<Shopper> {
    const context = await browser.newContext(options);
    const noise = new Noise(who.name);
    noise.listenTo(context);
    const language = (options.locale ?? 'en').slice(0, 2);
    const title = await server.panelTitle('delft', language);
    return new Shopper(server, context, await context.newPage(), noise, who, title);
  }

  async visit(path: string = STORE_PAGE): Promise<void> {
    await this.page.goto(this.server.shop(path));
  }

  async signIn(password: string = DEMO_PASSWORD): Promise<void> {
    await this.visit('/login');
    await this.page.getByRole('textbox', { name: 'Email' }).fill(this.who.email);
    await this.page.getByLabel('Password').fill(password);
    await this.page.getByRole('main').getByRole('button', { name: 'Sign in' }).click();
    await expect(this.page.getByText(this.who.name).first()).toBeVisible();
  }

  /** The floating button. */
  get launcher(): Locator {
    return this.page.locator('vitrine-chat[floating]').getByRole('button');
  }

  /** The button that the shop placed: on the store's banner, or beside the product. */
  get inlineButton(): Locator {
    return this.page.locator('[data-vitrine-chat]').getByRole('button', { name: 'Chat Now' });
  }

  /** The number of unread messages on the floating button; empty when there are none. */
  get unread(): Locator {
    return this.page.locator('vitrine-chat[floating]').getByRole('status');
  }

  get frame(): Locator {
    return this.page.getByTitle(this.title, { exact: true });
  }

  get panel(): FrameLocator {
    return this.frame.contentFrame();
  }

  get thread(): Thread {
    return new Thread(this.panel);
  }

  /** Opens the panel and waits until its program runs. */
  async openChat(button: Locator = this.launcher): Promise<void> {
    await button.click();
    await this.isReady();
  }

  async isReady(): Promise<void> {
    await expect(this.frame).toBeVisible();
    await expect(this.panel.locator('body[data-ready="1"]')).toBeAttached();
  }

  async startChat(name: string = this.who.name, email: string = this.who.email): Promise<void> {
    await this.panel.getByRole('textbox', { name: 'Name', exact: true }).fill(name);
    await this.panel.getByRole('textbox', { name: 'Email', exact: true }).fill(email);
    await this.panel.getByRole('button', { name: 'Start Chat' }).click();
    await expect(this.thread.box).toBeVisible();
  }

  /** Everything up to the first word. */
  async begin(path: string = STORE_PAGE): Promise<void> {
    await this.visit(path);
    await this.openChat();
    await this.startChat();
  }

  /** Another tab of the same browser, with the panel open. */
  async secondTab(path: string = STORE_PAGE): Promise<Shopper> {
    const tab = new Shopper(this.server, this.context, await this.context.newPage(), this.noise, this.who, this.title);
    await tab.visit(path);
    await tab.openChat();
    return tab;
  }

  async say(text: string): Promise<void> {
    await this.thread.say(text);
  }

  async sees(text: string): Promise<void> {
    await this.thread.sees(text);
  }

  /** Ends the chat, and says yes when asked. */
  async end(): Promise<void> {
    await this.panel.getByRole('button', { name: 'End Chat' }).click();
    await this.panel.getByRole('dialog').getByRole('button', { name: /^End/ }).click();
    await expect(this.panel.getByRole('dialog')).toBeHidden();
  }
}
