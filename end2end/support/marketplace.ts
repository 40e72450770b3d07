// The marketplace around the shops: its team, the shoppers' own side, and rooms, which look the same wherever they stand.
import { expect, type Locator, type Page } from '@playwright/test';
import type { Customer, Person, Shopper } from './shopper';

/** Administers the marketplace. */
export const MIRA: Person = { name: 'Mira Novak', email: 'mira@market.example' };
/** Answers tickets. */
export const TOM: Person = { name: 'Tom Okafor', email: 'tom@market.example' };

export const CARMEN: Customer = { name: 'Carmen Ruiz', email: 'carmen@customer.example', number: 'C-1003' };
export const LUC: Customer = { name: 'Luc Martin', email: 'luc@customer.example', number: 'C-1004' };

/** Something to attach. */
export const PAPER = { name: 'return label.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.7\n%a label') };

/** From a page of the shop, by one of its links, into the member centre. */
export async function enter(shopper: Shopper, from: string, link: string): Promise<void> {
  await shopper.signIn();
  await shopper.visit(from);
  await shopper.page.getByRole('link', { name: link, exact: true }).click();
  await shopper.page.getByRole('button', { name: 'Continue' }).click();
  await expect(shopper.page.getByRole('button', { name: 'Sign out' })).toBeVisible();
}

/** What was said in a room. */
export function log(scope: Page | Locator): Locator {
  return scope.getByRole('log', { name: 'Conversation' });
}

/** Says something in a room, with a file if there is one. */
export async function say(scope: Page | Locator, text: string, file?: typeof PAPER): Promise<void> {
  await scope.getByRole('textbox', { name: 'Message', exact: true }).fill(text);
  if (file) await scope.getByLabel('Attach a file').setInputFiles(file);
  await scope.getByRole('button', { name: 'Send', exact: true }).click();
  await expect(log(scope).getByText(text, { exact: true })).toBeVisible();
  if (file) await expect(log(scope).getByRole('link', { name: new RegExp(file.name) })).toBeVisible();
}

/** The line of a table that is about something. */
export function row(scope: Page | Locator, text: string): Locator {
  return scope.getByRole('row').filter({ hasText: text });
}

/** What a fact of a case says: its status, its category. */
export function fact(scope: Page | Locator, name: string): Locator {
  return scope.getByRole('term').filter({ hasText: new RegExp(`^${name}$`) }).locator('xpath=following-sibling::dd[1]');
}
