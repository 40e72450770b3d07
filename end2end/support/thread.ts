// A conversation as a person uses it, in the panel and in a window of the back office alike.
import { expect, type FrameLocator, type Locator, type Page } from '@playwright/test';

/** Anything that can be searched by role and name. */
export type Scope = Page | FrameLocator | Locator;

export class Thread {
  readonly log: Locator;
  readonly box: Locator;

  constructor(readonly scope: Scope) {
    this.log = scope.getByRole('log', { name: 'Conversation' });
    this.box = scope.getByRole('textbox', { name: 'Message', exact: true });
  }

  /** Types and sends; the words are on screen at once, whatever the network does. */
  async say(text: string): Promise<void> {
    await this.box.fill(text);
    await this.scope.getByRole('button', { name: 'Send', exact: true }).click();
    await expect(this.box).toHaveValue('');
    await this.sees(text);
  }

  /** The same by keyboard and without looking, for those in a hurry. */
  async hurry(text: string): Promise<void> {
    await this.box.fill(text);
    await this.box.press('Enter');
  }

  async sees(text: string): Promise<void> {
    await expect(this.words(text)).toBeVisible();
  }

  async doesNotSee(text: string): Promise<void> {
    await expect(this.words(text)).toHaveCount(0);
  }

  /** Somebody's words in the log. */
  words(text: string): Locator {
    return this.log.getByText(text, { exact: true });
  }

  /** One line of the conversation: the words with what is said about them. */
  line(text: string): Locator {
    return this.log.getByRole('listitem').filter({ hasText: text });
  }

  /** The numbered messages on screen of one sender, in their order: `S-001`, `S-002`, … */
  async numbers(letter: string): Promise<string[]> {
    const text = await this.log.innerText();
    return text.match(new RegExp(`\\b${letter}-\\d{3}\\b`, 'g')) ?? [];
  }
}

/** `S-007` */
export function numbered(letter: string, n: number): string {
  return `${letter}-${String(n).padStart(3, '0')}`;
}
