// Whatever a browser complains about fails the test: errors in the console, uncaught exceptions, refusals of the content
// security policy, hydration that found other markup than it expected. A test that provokes some says which before it does.
import type { BrowserContext } from '@playwright/test';

/** What a browser prints while its network is away, or while the server is. */
export const NETWORK_TROUBLE = [
  /net::ERR_/,
  /WebSocket connection to/,
  /Failed to fetch/,
  /NetworkError/,
  /server responded with a status of 5\d\d/,
];

export class Noise {
  private readonly heard: string[] = [];
  private readonly expected: RegExp[] = [];

  constructor(private readonly whose: string) {}

  listenTo(context: BrowserContext): void {
    context.on('console', (message) => {
      const text = message.text();
      const grave = message.type() === 'error' || /hydrat|content.security.policy|panicked at/i.test(text);
      if (grave) this.heard.push(`${text} (${message.location().url})`);
    });
    context.on('weberror', (error) => this.heard.push(String(error.error())));
  }

  /** From now on these are no surprise. */
  expect(...patterns: RegExp[]): void {
    this.expected.push(...patterns);
  }

  /** What nobody expected, one complaint a line; nothing, if all was well. */
  get complaints(): string[] {
    return this.heard.filter((line) => !this.expected.some((pattern) => pattern.test(line))).map((line) => `${this.whose}: ${line}`);
  }
}
