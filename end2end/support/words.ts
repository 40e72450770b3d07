// The product's own catalogue, read backwards: what an English name on screen is called in another language.
// Tests then find elements by role and name in every language, and know no translation key.
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

export type Language = 'en' | 'nl' | 'es' | 'fr';
export const LANGUAGES: Language[] = ['en', 'nl', 'es', 'fr'];
export const OWN_NAMES: Record<Language, string> = { en: 'English', nl: 'Nederlands', es: 'Español', fr: 'Français' };

type Entry = Partial<Record<Language, string>>;

const FOLDER = resolve(__dirname, '../../locales');
const ENTRIES: Entry[] = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.yml'))
  .flatMap((file) => entries(readFileSync(join(FOLDER, file), 'utf8')));

/** An exact accessible name in a language, for role locators. Words that several keys share may be said in several ways. */
export function named(english: string, language: Language): RegExp {
  return new RegExp(`^(?:${ways(english, language)})$`);
}

/** The same, somewhere in a sentence. */
export function naming(english: string, language: Language): RegExp {
  return new RegExp(ways(english, language), 'i');
}

function ways(english: string, language: Language): string {
  const said = ENTRIES.filter((entry) => entry.en === english).map((entry) => entry[language] ?? '');
  if (said.length === 0) throw new Error(`the catalogue does not know "${english}"`);
  return [...new Set(said)].map(literally).join('|');
}

/** The flat files of the catalogue: a key, and below it one line per language. */
function entries(yaml: string): Entry[] {
  const found: Entry[] = [];
  for (const line of yaml.split('\n')) {
    if (/^[\w.]+:\s*$/.test(line)) found.push({});
    const said = /^ {2}(en|nl|es|fr): *(.*?) *$/.exec(line);
    const entry = found.at(-1);
    if (said && entry) entry[said[1] as Language] = unquoted(said[2] ?? '');
  }
  return found;
}

function unquoted(text: string): string {
  if (text.startsWith('"')) return JSON.parse(text) as string;
  if (text.startsWith("'")) return text.slice(1, -1).replaceAll("''", "'");
  return text;
}

function literally(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
