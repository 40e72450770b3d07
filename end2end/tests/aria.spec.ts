// What a screen reader finds, and what it says by itself: the trees of the screens that matter most, and the text of the live regions.
// Only what stays the same is written down; times and numbers are patterns.
import type { Frame, Page } from '@playwright/test';
import { expect, test } from '../fixtures';
import { frameOf } from '../support/page';
import type { Shopper } from '../support/shopper';
import { ANNA } from '../support/vendor';

declare global {
  interface Window {
    /** What was read aloud, in order: the role of the region, and its words. */
    heard: { region: string; text: string }[];
    /** Where the focus came and went. */
    moved: string[];
    /** What had it before. */
    stood: Element | null;
  }
}

const QUESTION = 'Do you wrap presents?';
const ANSWER = 'Gladly, in blue paper.';

test('the tree of the panel: before, during and after a chat', async ({ people }) => {
  const [vendor, shopper] = [await people.vendor(), await people.shopper()];
  await vendor.goOnline();
  await shopper.visit();
  await shopper.openChat();
  const body = shopper.panel.locator('body');
  await expect(body).toMatchAriaSnapshot(String.raw`
    - banner:
      - heading "Atelier Delft" [level=1]
      - paragraph: Atelier Delft is here for you
      - button "Minimize"
    - main:
      - paragraph: /Welcome! Ask us anything/
      - textbox "Name"
      - paragraph: Optional
      - textbox "Email"
      - paragraph: Optional
      - paragraph: /What you write here is kept by Atelier Delft/
      - button "Start Chat"
    - contentinfo:
      - navigation "Language":
        - list:
          - listitem:
            - link "English"
          - listitem:
            - link "Nederlands"
          - listitem:
            - link "Español"
          - listitem:
            - link "Français"
  `);

  await shopper.startChat();
  await shopper.say(QUESTION);
  const window = await vendor.window(shopper.who.name);
  await window.say(ANSWER);
  await shopper.sees(ANSWER);
  await expect(body).toMatchAriaSnapshot(String.raw`
    - banner:
      - heading "Atelier Delft" [level=1]
      - button "Minimize"
    - main:
      - status: /Anna de Vries/
      - button "End Chat"
      - log "Conversation":
        - paragraph: /Welcome! Ask us anything/
        - list:
          - listitem:
            - paragraph: Do you wrap presents?
            - time: /\d:\d\d/
            - text: /Sent|Delivered|Read/
          - listitem:
            - text: Anna de Vries joined the conversation
            - time: /\d:\d\d/
          - listitem:
            - paragraph: Gladly, in blue paper.
            - text: Anna de Vries
            - time: /\d:\d\d/
      - button "Attach a file"
      - button "Emoji"
      - textbox "Message"
      - button "Send"
  `);

  await shopper.end();
  await expect(body).toMatchAriaSnapshot(String.raw`
    - main:
      - status: /This chat has ended/
      - log "Conversation":
        - list:
          - listitem: You ended the chat
      - group "Rate this chat":
        - radio "1"
        - radio "2"
        - radio "3"
        - radio "4"
        - radio "5"
        - text: /1 is poor, 5 is excellent/
      - textbox "Comment"
      - checkbox "Send me a copy by email"
      - button "Submit"
      - button "Start a new chat"
      - textbox "Message"
      - button "Send"
  `);
  await expect(body.getByRole('button', { name: 'End Chat' })).toBeHidden();
});

test('the tree of the panel: nobody there', async ({ people }) => {
  const shopper = await people.shopper();
  await shopper.visit();
  await shopper.openChat();
  await expect(shopper.panel.locator('body')).toMatchAriaSnapshot(String.raw`
    - banner:
      - heading "Atelier Delft" [level=1]
      - paragraph: We are not here right now
      - button "Minimize"
    - main:
      - paragraph: /Leave us a message/
      - textbox "First name"
      - textbox "Last name"
      - textbox "Email"
      - textbox "Message"
      - paragraph: /What you write here is kept by Atelier Delft/
      - button "Send message"
    - contentinfo:
      - navigation "Language"
  `);
});

test('the trees of the recap window and of a chat window', async ({ people }) => {
  const [vendor, shopper] = [await people.vendor(), await people.shopper()];
  await vendor.goOnline();
  await shopper.begin();
  await shopper.say(QUESTION);
  const window = await vendor.window(shopper.who.name);
  await window.say(ANSWER);

  const first = shopper.who.name.split(' ')[0] ?? '';
  await expect(vendor.recap).toMatchAriaSnapshot(String.raw`
    - region "Recap":
      - heading "Recap" [level=2]:
        - button "Recap" [expanded]
      - switch "Online" [checked]
      - tablist "Recap":
        - tab "Ongoing conversations" [selected]
        - tab "Finished conversations"
      - tabpanel "Ongoing conversations":
        - list "Ongoing conversations":
          - listitem:
            - button /Guest \d+.*${first}.*Gladly, in blue paper/
  `);
  await expect(vendor.region(shopper.who.name)).toMatchAriaSnapshot(String.raw`
    - region /^Guest \d+$/:
      - heading /^Guest \d+/ [level=2]
      - button "Hide"
      - button "Minimize"
      - button "End the conversation"
      - paragraph: /On the site now/
      - button "Save Chat"
      - button "Block this visitor"
      - log "Conversation":
        - list:
          - listitem:
            - paragraph: Do you wrap presents?
            - time: /\d:\d\d/
          - listitem:
            - paragraph: Gladly, in blue paper.
            - text: Anna de Vries
            - time: /\d:\d\d/
            - text: /Sent|Delivered|Read/
      - button "Attach a file"
      - button "Emoji"
      - textbox "Message"
      - button "Send"
      - switch "Note for colleagues"
      - button "Transfer"
  `);
});

test('P-56 the tree of the history table', async ({ people }) => {
  const vendor = await people.vendor();
  await vendor.menu('Conversation history').click();
  const table = vendor.page.getByRole('table', { name: 'Conversation history' });
  await expect(table).toMatchAriaSnapshot(String.raw`
    - table "Conversation history":
      - rowgroup:
        - row:
          - cell:
            - checkbox "Select all lines"
          - columnheader "Customer":
            - button "Customer"
          - columnheader "Date":
            - button "Date"
          - columnheader "Last message"
          - columnheader "Email"
          - columnheader "Phone"
          - columnheader "Rating"
          - columnheader "Actions"
      - rowgroup:
        - row:
          - cell:
            - checkbox /^Select \S/
          - rowheader /\S/
          - cell /\d:\d\d/
          - cell
          - cell
          - cell
          - cell
          - cell:
            - button "See the conversation"
  `);
  // The order of the table is told as well.
  await expect(table.getByRole('columnheader', { name: 'Date' })).toHaveAttribute('aria-sort', 'descending');
  await expect(table.getByRole('columnheader', { name: 'Customer' })).toHaveAttribute('aria-sort', 'none');
});

test('P-06 the tree of the first step of the configuration', async ({ people }) => {
  const vendor = await people.vendor();
  await vendor.menu('Configuration').click();
  await expect(vendor.page.getByRole('main')).toMatchAriaSnapshot(String.raw`
    - heading "Configuration" [level=1]
    - tablist "Configuration":
      - tab "Retailer settings" [selected]
      - tab "Online chat window"
      - tab "Offline"
    - tabpanel "Retailer settings":
      - region "You, at the desk":
        - heading "You, at the desk" [level=2]
        - textbox "Operator name"
        - switch "Sound for new messages"
        - switch "Sound for new conversations"
      - region "Your customers":
        - spinbutton "Maximum number of customers chatting at once"
        - combobox "Who may start a live chat"
        - combobox "Who may leave a message"
      - region "When nobody is there":
        - switch "Offline mode" [checked]
      - region "Rules":
        - combobox "A chat that nobody takes becomes a message after"
        - combobox "You are online"
        - combobox "A finished conversation enters the history"
    - button "Save"
    - region "Preview":
      - heading "Preview" [level=2]
  `);
});

/** From now on it is written down what the live regions say, and where the focus goes. */
async function listen(frame: Frame | Page): Promise<void> {
  await frame.evaluate(() => {
    const LIVE = '[role="log"], [role="status"], [role="alert"], [aria-live]';
    const words = (node: Node) => ((node instanceof HTMLElement ? node.innerText : node.textContent) ?? '').replace(/\s+/g, ' ').trim();
    window.heard = [];
    window.moved = [];
    const say = (region: Element, text: string) => {
      if (text !== '') window.heard.push({ region: region.getAttribute('role') ?? 'live', text });
    };
    new MutationObserver((changes) => {
      const whole = new Set<Element>();
      for (const { target, addedNodes } of changes) {
        const place = target instanceof Element ? target : target.parentElement;
        const region = place?.closest(LIVE);
        // What is not shown is not said, and neither is what is hidden from those who listen.
        if (!place || !region || region.getClientRects().length === 0 || place.closest('[aria-hidden="true"]')) continue;
        // A log says what is added to it; the others say their text, whatever became of it.
        if (region.getAttribute('role') === 'log') for (const node of addedNodes) say(region, words(node));
        else whole.add(region);
      }
      for (const region of whole) say(region, words(region));
    }).observe(document.body, { childList: true, subtree: true, characterData: true });
    for (const kind of ['focusin', 'focusout']) {
      document.addEventListener(kind, ({ target }) => {
        window.moved.push(`${kind} ${target instanceof Element ? target.outerHTML.slice(0, 80) : ''}`);
      });
    }
  });
}

/** Everything said since then. */
const heardIn = (frame: Frame | Page) => frame.evaluate(() => window.heard);

/** What the log said, a line each. */
const logOf = async (frame: Frame | Page) => (await heardIn(frame)).filter(({ region }) => region === 'log').map(({ text }) => text);

/** Asks where the focus went while something happens: nowhere. */
async function keepsItsFocus(frame: Frame | Page, during: () => Promise<void>): Promise<void> {
  await frame.evaluate(() => {
    window.moved = [];
    window.stood = document.activeElement;
  });
  await during();
  expect(await frame.evaluate(() => window.moved)).toEqual([]);
  expect(await frame.evaluate(() => window.stood === document.activeElement)).toBe(true);
}

const times = (text: string, part: string) => text.split(part).length - 1;

function panelOf(shopper: Shopper): Frame {
  const frame = frameOf(shopper.page, shopper.server.vitrine('/'));
  if (!frame) throw new Error('the panel has no frame');
  return frame;
}

test('the panel reads each message once, with its author once, and never takes the focus', async ({ people }) => {
  const [vendor, shopper] = [await people.vendor(), await people.shopper()];
  await vendor.goOnline();
  await shopper.begin();
  const frame = panelOf(shopper);
  await listen(frame);

  // One's own words are said when they are sent, and not again when they have arrived and were read.
  await shopper.say(QUESTION);
  const window = await vendor.window(shopper.who.name);
  await window.sees(QUESTION);
  await window.box.click();
  await expect(shopper.thread.log.getByText('Read', { exact: true })).toBeVisible();

  // Answers come while the next question is written …
  await expect(shopper.thread.box).toBeFocused();
  await shopper.page.keyboard.type('And does it');
  const answers = [ANSWER, 'It costs nothing.', 'Shall we?', 'One more thing: the ribbon is white.'];
  const [one = '', two = '', three = '', four = ''] = answers;
  await keepsItsFocus(frame, async () => {
    for (const answer of [one, two]) {
      await window.say(answer);
      await shopper.sees(answer);
    }
  });
  await expect(shopper.thread.box).toHaveValue('And does it');

  // … while the focus is on a button …
  const end = shopper.panel.getByRole('button', { name: 'End Chat' });
  await end.focus();
  await keepsItsFocus(frame, async () => {
    await window.say(three);
    await shopper.sees(three);
  });
  await expect(end).toBeFocused();

  // … and while something is chosen.
  await shopper.panel.getByRole('button', { name: 'Emoji' }).press('Enter');
  const face = shopper.panel.getByRole('button', { name: '😀', exact: true });
  await expect(face).toBeFocused();
  await keepsItsFocus(frame, async () => {
    await window.say(four);
    await shopper.sees(four);
  });
  await expect(face).toBeFocused();
  await shopper.page.keyboard.press('Escape');

  // The end is told like everything else.
  await shopper.thread.box.focus();
  await keepsItsFocus(frame, async () => {
    await vendor.end(shopper.who.name);
    await shopper.sees(`${ANNA.name} ended the chat`);
  });
  await expect(shopper.thread.box).toHaveValue('And does it');

  const log = await logOf(frame);
  const from = (answer: string) => expect.stringMatching(new RegExp(`^${answer.replace(/[.?]/g, '\\$&')} ?${ANNA.name}.*\\d:\\d\\d`));
  expect(log).toEqual([
    expect.stringMatching(/^Do you wrap presents\?.*\d:\d\d/),
    expect.stringMatching(`^${ANNA.name} joined the conversation`),
    ...answers.map(from),
    expect.stringMatching(`^${ANNA.name} ended the chat`),
  ]);
  for (const answer of answers) {
    const lines = log.filter((line) => line.includes(answer));
    expect(lines.map((line) => [times(line, answer), times(line, ANNA.name)]), answer).toEqual([[1, 1]]);
  }

  // No other region repeats any of it, and who is there is not said twice in a row.
  const others = (await heardIn(frame)).filter(({ region }) => region !== 'log');
  for (const said of [QUESTION, ...answers]) expect(others.filter(({ text }) => text.includes(said))).toEqual([]);
  const presence = others.filter(({ region }) => region === 'status').map(({ text }) => text);
  expect(presence.filter((text, n) => text === presence[n - 1])).toEqual([]);
  expect(presence.join('\n')).toContain(ANNA.name);
});

test('the desk reads each message once, and never takes the focus', async ({ people }) => {
  const [vendor, shopper, other] = [await people.vendor(), await people.shopper(), await people.shopper()];
  await vendor.goOnline();
  await shopper.begin();
  await shopper.say(QUESTION);
  const window = await vendor.window(shopper.who.name);
  await window.say(ANSWER);
  await expect(window.box).toBeFocused();
  await vendor.page.keyboard.type('By the way');
  await listen(vendor.page);

  const more = ['Thank you!', 'And the ribbon?'];
  await keepsItsFocus(vendor.page, async () => {
    for (const text of more) {
      await shopper.say(text);
      await window.sees(text);
    }
  });
  expect(await logOf(vendor.page)).toEqual([expect.stringMatching(/^Thank you!.*\d:\d\d/), expect.stringMatching(/^And the ribbon\?.*\d:\d\d/)]);
  for (const text of more) {
    const lines = (await heardIn(vendor.page)).filter((said) => said.text.includes(text));
    expect(lines.map((said) => [said.region, times(said.text, text)]), text).toEqual([['log', 1]]);
  }

  // Somebody new comes, and is heard, while the sentence is still being written.
  await keepsItsFocus(vendor.page, async () => {
    await other.begin();
    await other.say('Hello! Is anybody there?');
    await expect(vendor.row(other.who.name).or(vendor.region(other.who.name)).first()).toBeVisible();
    await expect(vendor.page.getByRole('alert').filter({ hasText: /nobody has taken/ })).toBeVisible();
  });
  await expect(window.box).toHaveValue('By the way');
});
