// Every screen and state that a person can stand before, and how one gets there. The looks are taken of these, and each is
// examined for accessibility, in three widths and both themes.
import type { Page } from '@playwright/test';
import { type People, somebody } from './fixtures';
import { LUC, log, MIRA, row } from './support/marketplace';
import { Server, until } from './support/server';
import { JANE, PRODUCT, type Shopper, STORE_PAGE } from './support/shopper';
import { BRAM, type Vendor } from './support/vendor';

export const WIDTHS = [1440, 768, 390] as const;
export const THEMES = ['light', 'dark'] as const;
const HEIGHTS = { 1440: 900, 768: 1024, 390: 844 } as const;

/** The stage a screen is played on. `later` is called when the curtain has fallen. */
export interface Stage {
  people: People;
  demo: Server;
  later(task: () => Promise<void>): void;
}

export interface Screen {
  name: string;
  /** Whether its length matters, and not only what fits. */
  whole?: true;
  arrive(stage: Stage): Promise<Page>;
}

/** With a link to the shop itself: one to elsewhere would be asked about first. */
const longMessage = ({ server }: Shopper): string => `Good afternoon! I bought the large tulip vase in March, as a present for my parents' fortieth anniversary, and they liked it so
much that they now want the matching candle holders, but on the site I can only find them in the small size.

Is the large size coming back? And if it is: could you send both in one parcel, well wrapped, to an address in Curaçao? Last time the
customs form said "pottery", which made everybody at the post office very curious. You can see the vase here:
${server.shop('/stores/delft/products/tulip-vase-large?utm_source=anniversary&colour=royal-blue')}

One more thing: the glaze of the vase has a tiny spot at the foot. I do not mind at all, I even like it, but perhaps you want to know.`;

/** A page of the shop with the panel open. */
async function atThePanel({ people }: Stage): Promise<Shopper> {
  const shopper = await people.shopper();
  await shopper.visit();
  await shopper.openChat();
  return shopper;
}

async function onDuty({ people }: Stage): Promise<Vendor> {
  const vendor = await people.vendor();
  await vendor.goOnline();
  return vendor;
}

/** A conversation with something to read in it. */
async function chat(stage: Stage, vendor: Vendor, name?: string): Promise<Shopper> {
  const who = somebody();
  const shopper = await stage.people.shopper({ who: name === undefined ? who : { ...who, name } });
  await shopper.begin();
  await shopper.say('Hello! Is anybody there?');
  const window = await vendor.window(shopper.who.name);
  await window.say('Good afternoon, Anna here. How can I help?');
  await shopper.sees('Good afternoon, Anna here. How can I help?');
  await shopper.thread.hurry(longMessage(shopper));
  await window.say('What a lovely present. The large ones come out of the kiln on Thursday.');
  await shopper.sees('What a lovely present. The large ones come out of the kiln on Thursday.');
  await shopper.say('Perfect 👍');
  await window.sees('Perfect 👍');
  return shopper;
}

/** A message in the form, sent. */
async function leaveMessage(shopper: Shopper): Promise<void> {
  const field = (name: string) => shopper.panel.getByRole('textbox', { name, exact: true });
  await field('First name').fill(shopper.who.name);
  await field('Email').fill(shopper.who.email);
  await field('Message').fill(longMessage(shopper));
  await shopper.panel.getByRole('button', { name: 'Send message' }).click();
  await shopper.panel.getByRole('status').filter({ hasText: /thank/i }).waitFor();
}

/** Jane, handed over by the shop to the member centre. */
async function inTheAccount({ people }: Stage, from: string, link: string): Promise<Shopper> {
  const shopper = await people.shopper({ who: JANE });
  await shopper.signIn();
  await shopper.visit(from);
  await shopper.page.getByRole('link', { name: link }).click();
  await shopper.page.getByRole('button', { name: 'Continue' }).click();
  await shopper.page.getByRole('button', { name: 'Sign out' }).waitFor();
  return shopper;
}

/** A table of the desk, and what is opened from it. */
const opened = (name: string, line?: string) => async (stage: Stage) => {
  const page = await menu(name)(stage);
  const main = page.getByRole('main');
  await main.getByRole('table', { name }).waitFor();
  if (line === undefined) return page;
  await row(main, line).getByRole('link').first().click();
  await log(main).first().waitFor();
  return page;
};

/** A page of the team's house, and what is opened from its table. */
const house = (path: string, line?: string) => async ({ people, demo }: Stage) => {
  const { page } = await people.vendor({ who: MIRA });
  await page.goto(demo.vitrine(`/team/${path}`));
  await page.getByRole('heading', { level: 1 }).waitFor();
  if (line === undefined) return page;
  await row(page, line).getByRole('link').first().click();
  await page.getByRole('heading', { level: 1 }).waitFor();
  return page;
};

/** What is opened in the member centre, from a table of its own. */
const inMyAccount = (tab: string, line?: string) => async (stage: Stage) => {
  const { page } = await inTheAccount(stage, '/stores/delft', 'My messages');
  await page.getByRole('link', { name: tab }).click();
  await page.getByRole('table', { name: tab }).waitFor();
  if (line === undefined) return page;
  await row(page, line).getByRole('link').first().click();
  await log(page).waitFor();
  return page;
};

/** The dispute about an order of Luc's, with an offer on the table. */
async function aDispute({ people }: Stage): Promise<Shopper> {
  const shopper = await people.shopper({ who: LUC });
  await shopper.signIn();
  await shopper.visit('/orders/M-20383');
  await shopper.page.getByRole('link', { name: 'Contact customer service' }).click();
  await shopper.page.getByRole('button', { name: 'Continue' }).click();
  await shopper.page.getByRole('link', { name: /^Dispute \d+/ }).first().click();
  await log(shopper.page).waitFor();
  return shopper;
}

/** A page that anybody can open. */
const anybody = (path: (stage: Stage) => string) => async (stage: Stage) => {
  const { page, noise } = await stage.people.shopper();
  noise.expect(/status of 404/);
  await page.goto(path(stage));
  return page;
};

/** A page of the back office, chosen in its menu. */
const menu = (name: string) => async (stage: Stage) => {
  const vendor = await stage.people.vendor();
  await vendor.menu(name).click();
  return vendor.page;
};

/** A step of the configuration, with its preview drawn. */
const configurationAt = (step: string) => async (stage: Stage) => {
  const page = await menu('Configuration')(stage);
  await page.getByRole('tab', { name: step, exact: true }).click();
  await page.getByRole('region', { name: 'Preview' }).getByTitle('Preview of the chat window').last().contentFrame().getByRole('banner').waitFor();
  return page;
};

export const SCREENS: Screen[] = [
  { name: 'shop-home', arrive: anybody(({ demo }) => demo.shop('/')) },
  { name: 'shop-store', arrive: anybody(({ demo }) => demo.shop(STORE_PAGE)) },
  { name: 'shop-product', arrive: anybody(({ demo }) => demo.shop(PRODUCT.path)) },
  { name: 'shop-login', arrive: anybody(({ demo }) => demo.shop('/login')) },
  {
    name: 'panel-form',
    arrive: async (stage) => (await atThePanel(stage)).page,
  },
  {
    name: 'panel-form-refused',
    async arrive(stage) {
      const shopper = await atThePanel(stage);
      await shopper.panel.getByRole('textbox', { name: 'Email', exact: true }).fill('noor at home');
      await shopper.panel.getByRole('button', { name: 'Send message' }).click();
      await shopper.panel.locator('[aria-invalid="true"]').first().waitFor();
      return shopper.page;
    },
  },
  {
    name: 'panel-thanks',
    async arrive(stage) {
      const shopper = await atThePanel(stage);
      await leaveMessage(shopper);
      return shopper.page;
    },
  },
  {
    name: 'panel-order-asked',
    async arrive(stage) {
      const shopper = await atThePanel(stage);
      await shopper.panel.getByRole('link', { name: 'Where is my order?' }).click();
      await shopper.panel.getByRole('button', { name: 'Mail me a code' }).waitFor();
      return shopper.page;
    },
  },
  {
    name: 'order-code',
    async arrive({ people, demo }) {
      const { page } = await people.shopper();
      await page.goto(demo.vitrine('/c/delft/order'));
      await page.getByRole('textbox', { name: 'Order number' }).fill('M-20999');
      await page.getByRole('button', { name: 'Mail me a code' }).click();
      await page.getByRole('textbox', { name: 'Code' }).waitFor();
      return page;
    },
  },
  {
    name: 'order-shown',
    whole: true,
    async arrive({ people, demo }) {
      const { page } = await people.shopper();
      await page.goto(demo.vitrine('/c/delft/order'));
      await page.getByRole('textbox', { name: 'Order number' }).fill('M-20418');
      await page.getByRole('textbox', { name: 'Email or postcode' }).fill('BS1 4QA');
      await page.getByRole('button', { name: 'Show my order' }).click();
      await page.getByRole('heading', { name: 'This does not help?' }).waitFor();
      return page;
    },
  },
  {
    name: 'panel-start',
    async arrive(stage) {
      await onDuty(stage);
      return (await atThePanel(stage)).page;
    },
  },
  {
    name: 'panel-chat',
    arrive: async (stage) => (await chat(stage, await onDuty(stage))).page,
  },
  {
    name: 'panel-end-question',
    async arrive(stage) {
      const shopper = await chat(stage, await onDuty(stage));
      await shopper.panel.getByRole('button', { name: 'End Chat' }).click();
      await shopper.panel.getByRole('dialog').waitFor();
      return shopper.page;
    },
  },
  {
    name: 'panel-ended',
    async arrive(stage) {
      const shopper = await chat(stage, await onDuty(stage));
      await shopper.end();
      return shopper.page;
    },
  },
  {
    name: 'panel-rated',
    async arrive(stage) {
      const shopper = await chat(stage, await onDuty(stage));
      await shopper.end();
      await shopper.panel.getByRole('radio', { name: '5', exact: true }).check();
      await shopper.panel.getByRole('textbox', { name: 'Comment' }).fill('Kind, quick, and they know their kilns.');
      await shopper.panel.getByRole('button', { name: 'Submit' }).click();
      await shopper.sees('You rated this chat 5 of 5');
      return shopper.page;
    },
  },
  {
    name: 'panel-file-and-emoji',
    async arrive(stage) {
      const shopper = await chat(stage, await onDuty(stage));
      const label = { name: `Return label ${'for the tall vase '.repeat(5)}.pdf`, mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.7') };
      await shopper.panel.getByRole('button', { name: 'Attach a file' }).setInputFiles(label);
      await shopper.panel.getByRole('link', { name: /Return label/ }).waitFor();
      await shopper.panel.getByRole('button', { name: 'Emoji' }).click();
      await shopper.panel.getByRole('group', { name: 'Choose one' }).waitFor();
      return shopper.page;
    },
  },
  { name: 'page-form', whole: true, arrive: anybody(({ demo }) => demo.vitrine('/c/delft')) },
  {
    name: 'page-start',
    async arrive(stage) {
      await onDuty(stage);
      return anybody(({ demo }) => demo.vitrine('/c/delft'))(stage);
    },
  },
  { name: 'home', whole: true, arrive: anybody(({ demo }) => demo.vitrine('/')) },
  { name: 'sign-in', whole: true, arrive: anybody(({ demo }) => demo.vitrine('/sign-in')) },
  {
    name: 'sign-in-refused',
    whole: true,
    async arrive({ people, demo }) {
      const { page, noise } = await people.shopper();
      noise.expect(/status of 4\d\d/);
      await page.goto(demo.vitrine('/sign-in'));
      await page.getByRole('textbox', { name: 'Email' }).fill('somebody@else.example');
      await page.getByLabel('Password').fill('not the password');
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByRole('alert').waitFor();
      return page;
    },
  },
  {
    name: 'setup',
    whole: true,
    async arrive({ people, later }) {
      const server = await Server.fresh();
      later(() => server.stop());
      const link = await until('the one-time link', 5_000, () => /\/setup\?token=\S+/.exec(server.output)?.[0]);
      const { page } = await people.shopper();
      await page.goto(server.vitrine(link));
      return page;
    },
  },
  { name: 'account-enter', whole: true, arrive: anybody(({ demo }) => demo.vitrine('/account/delft/enter')) },
  {
    name: 'account-messages',
    whole: true,
    arrive: async (stage) => (await inTheAccount(stage, '/stores/delft', 'My messages')).page,
  },
  {
    name: 'account-conversation',
    async arrive(stage) {
      const shopper = await inTheAccount(stage, '/stores/delft', 'My messages');
      const { page } = shopper;
      await page.getByRole('textbox', { name: 'Message', exact: true }).fill(longMessage(shopper));
      await page.getByRole('button', { name: 'Send message' }).click();
      await page.getByTitle('Conversation with Atelier Delft').contentFrame().getByRole('log').waitFor();
      return page;
    },
  },
  {
    name: 'account-orders',
    whole: true,
    async arrive(stage) {
      const { page } = await inTheAccount(stage, '/stores/delft', 'My messages');
      await page.getByRole('link', { name: /^Orders/ }).click();
      await page.getByRole('list', { name: 'Orders' }).waitFor();
      return page;
    },
  },
  {
    name: 'account-order',
    whole: true,
    arrive: async (stage) => (await inTheAccount(stage, '/orders/M-20418', 'Contact customer service')).page,
  },
  { name: 'account-threads', whole: true, arrive: inMyAccount('My Communication History') },
  { name: 'account-thread', whole: true, arrive: inMyAccount('My Communication History', 'A larger Polder bowl?') },
  {
    name: 'account-new-thread',
    whole: true,
    async arrive(stage) {
      const shopper = await inTheAccount(stage, PRODUCT.path, 'Write to the seller');
      const { page, noise } = shopper;
      noise.expect(/status of 422/);
      await page.getByRole('textbox', { name: 'Message', exact: true }).fill(longMessage(shopper));
      await page.getByRole('button', { name: 'Send', exact: true }).click();
      await page.locator('[aria-invalid="true"]').first().waitFor();
      return page;
    },
  },
  {
    name: 'account-contact',
    whole: true,
    async arrive(stage) {
      await onDuty(stage);
      return (await inTheAccount(stage, STORE_PAGE, 'Ways to reach us')).page;
    },
  },
  { name: 'account-tickets', whole: true, arrive: inMyAccount('Tickets') },
  { name: 'account-ticket', whole: true, arrive: inMyAccount('Tickets', 'I cannot open my invoices') },
  {
    name: 'account-new-ticket',
    whole: true,
    async arrive(stage) {
      const page = await inMyAccount('Tickets')(stage);
      await page.getByRole('button', { name: 'Create ticket' }).click();
      await page.getByRole('combobox', { name: 'Category' }).waitFor();
      return page;
    },
  },
  {
    name: 'account-new-dispute',
    whole: true,
    async arrive(stage) {
      const { page } = await inTheAccount(stage, '/orders/M-20418', 'Contact customer service');
      await page.getByRole('link', { name: 'Problem with this order' }).click();
      await page.getByRole('combobox', { name: 'What is wrong?' }).waitFor();
      return page;
    },
  },
  { name: 'account-dispute', whole: true, arrive: async (stage) => (await aDispute(stage)).page },
  {
    name: 'dispute-file',
    whole: true,
    async arrive(stage) {
      const shopper = await aDispute(stage);
      const sheet = shopper.context.waitForEvent('page');
      await shopper.page.getByRole('link', { name: 'Printable file' }).click();
      return sheet;
    },
  },
  { name: 'not-found', arrive: anybody(({ demo }) => demo.vitrine('/nothing-here')) },
  {
    name: 'desk-overview',
    arrive: async ({ people }) => (await people.vendor()).page,
  },
  {
    name: 'desk-recap',
    async arrive(stage) {
      const vendor = await onDuty(stage);
      for (let n = 0; n < 3; n += 1) {
        const shopper = await chat(stage, vendor);
        await vendor.region(shopper.who.name).getByRole('button', { name: 'Hide', exact: true }).click();
      }
      return vendor.page;
    },
  },
  {
    name: 'desk-window',
    async arrive(stage) {
      const vendor = await onDuty(stage);
      await chat(stage, vendor);
      return vendor.page;
    },
  },
  {
    name: 'desk-windows',
    async arrive(stage) {
      const vendor = await onDuty(stage);
      await chat(stage, vendor);
      await chat(stage, vendor);
      await chat(stage, vendor);
      await chat(stage, vendor, `${somebody().name} van Oranje-Nassau tot Lippe-Biesterfeld en Bentheim-Tecklenburg`);
      return vendor.page;
    },
  },
  {
    name: 'desk-end-question',
    async arrive(stage) {
      const vendor = await onDuty(stage);
      const shopper = await chat(stage, vendor);
      await vendor.region(shopper.who.name).getByRole('button', { name: 'End the conversation', exact: true }).click();
      await vendor.page.getByRole('dialog', { name: 'End the conversation?' }).waitFor();
      return vendor.page;
    },
  },
  {
    name: 'desk-finished',
    async arrive(stage) {
      const vendor = await onDuty(stage);
      const shopper = await chat(stage, vendor);
      await vendor.end(shopper.who.name);
      await vendor.showTab('Finished conversations');
      await vendor.row(shopper.who.name).waitFor();
      return vendor.page;
    },
  },
  {
    name: 'desk-offline-messages',
    async arrive(stage) {
      await leaveMessage(await atThePanel(stage));
      return menu('Offline messages')(stage);
    },
  },
  {
    name: 'desk-offline-message',
    async arrive(stage) {
      const shopper = await atThePanel(stage);
      await leaveMessage(shopper);
      const page = await menu('Offline messages')(stage);
      await page.getByRole('main').getByRole('button').filter({ hasText: shopper.who.name }).click();
      await page.getByRole('main').getByText('I do not mind at all').first().waitFor();
      return page;
    },
  },
  { name: 'desk-messages', arrive: menu('Messages') },
  {
    name: 'desk-message',
    async arrive(stage) {
      const shopper = await atThePanel(stage);
      await leaveMessage(shopper);
      const page = await menu('Offline messages')(stage);
      const main = page.getByRole('main');
      await main.getByRole('button').filter({ hasText: shopper.who.name }).click();
      await main.getByRole('button', { name: 'Move…' }).click();
      await page.getByRole('dialog', { name: 'Move this conversation' }).getByRole('button', { name: 'Shop messages' }).click();
      await main.getByRole('button', { name: 'Add remark' }).click();
      await main.getByRole('log').getByText('I do not mind at all').waitFor();
      return page;
    },
  },
  { name: 'desk-communication', whole: true, arrive: opened('My Communication History') },
  { name: 'desk-thread', whole: true, arrive: opened('My Communication History', 'A larger Polder bowl?') },
  {
    name: 'desk-new-thread',
    whole: true,
    async arrive(stage) {
      const page = await menu('Customers')(stage);
      await page.getByRole('list', { name: 'Customers' }).getByRole('button').filter({ hasText: JANE.name }).click();
      const form = page.context().waitForEvent('page');
      await page.getByRole('region', { name: 'Customer', exact: true }).getByRole('link', { name: 'New thread' }).click();
      return form;
    },
  },
  { name: 'desk-tickets', whole: true, arrive: opened('Tickets') },
  { name: 'desk-ticket', whole: true, arrive: opened('Tickets', 'covers our cookie bar') },
  {
    name: 'desk-new-ticket',
    whole: true,
    async arrive(stage) {
      const page = await opened('Tickets')(stage);
      await page.getByRole('main').getByRole('button', { name: 'Create ticket' }).click();
      await page.getByRole('combobox', { name: 'Category' }).waitFor();
      return page;
    },
  },
  { name: 'desk-disputes', whole: true, arrive: opened('Disputes') },
  { name: 'desk-dispute', whole: true, arrive: opened('Disputes', 'M-20383') },
  {
    name: 'desk-everywhere',
    whole: true,
    async arrive({ people }) {
      const vendor = await people.vendor();
      await vendor.visit('/desk/everywhere');
      await vendor.page.getByRole('main').getByText('You are here').waitFor();
      return vendor.page;
    },
  },
  {
    name: 'desk-person-menu',
    async arrive({ people }) {
      const vendor = await people.vendor();
      await vendor.page.getByRole('banner').getByText(vendor.who.name).click();
      await vendor.page.getByRole('link', { name: 'Buyer dashboard' }).waitFor();
      return vendor.page;
    },
  },
  {
    name: 'buyer',
    whole: true,
    async arrive({ people, demo }) {
      const { page } = await people.vendor();
      await page.goto(demo.vitrine('/buyer'));
      await page.getByRole('heading', { name: 'Buyer dashboard' }).waitFor();
      return page;
    },
  },
  {
    name: 'buyer-tickets',
    whole: true,
    async arrive({ people, demo }) {
      const { page } = await people.vendor();
      await page.goto(demo.vitrine('/buyer/tickets'));
      await page.getByRole('button', { name: 'Create ticket' }).waitFor();
      return page;
    },
  },
  { name: 'team-tickets', whole: true, arrive: house('tickets') },
  { name: 'team-ticket', whole: true, arrive: house('tickets', 'covers our cookie bar') },
  { name: 'team-disputes', whole: true, arrive: house('disputes') },
  { name: 'team-dispute', whole: true, arrive: house('disputes', 'M-20402') },
  { name: 'team-stores', whole: true, arrive: house('stores') },
  { name: 'team-store', whole: true, arrive: house('stores', 'Casa Oliva') },
  { name: 'team-people', whole: true, arrive: house('people') },
  { name: 'team-oversight', whole: true, arrive: house('oversight?q=M-20421') },
  {
    name: 'team-oversight-asked',
    whole: true,
    async arrive(stage) {
      const page = await house('oversight?q=M-20421')(stage);
      await page.getByRole('table', { name: 'Found conversations' }).getByRole('link').first().click();
      await page.getByRole('button', { name: 'Read along' }).waitFor();
      return page;
    },
  },
  { name: 'team-reports', whole: true, arrive: house('reports') },
  { name: 'team-audit', whole: true, arrive: house('audit') },
  { name: 'team-safety', whole: true, arrive: house('safety') },
  { name: 'desk-history', arrive: menu('Conversation history') },
  {
    name: 'desk-history-conversation',
    async arrive(stage) {
      const page = await menu('Conversation history')(stage);
      await page.getByRole('button', { name: 'See the conversation' }).first().click();
      await page.getByRole('dialog', { name: 'Conversation' }).getByRole('log').first().waitFor();
      return page;
    },
  },
  {
    name: 'desk-history-delete-question',
    async arrive(stage) {
      const page = await menu('Conversation history')(stage);
      await page.getByRole('row').getByRole('checkbox').nth(1).check();
      await page.getByRole('button', { name: 'Delete', exact: true }).click();
      await page.getByRole('dialog', { name: 'Delete conversations?' }).waitFor();
      return page;
    },
  },
  { name: 'desk-customers', arrive: menu('Customers') },
  {
    name: 'desk-customer-card',
    whole: true,
    async arrive(stage) {
      const page = await menu('Customers')(stage);
      await page.getByRole('list', { name: 'Customers' }).getByRole('button').filter({ hasText: JANE.name }).click();
      const card = page.getByRole('region', { name: 'Customer', exact: true });
      await card.getByRole('list', { name: 'Orders' }).waitFor();
      return page;
    },
  },
  {
    name: 'desk-order',
    async arrive(stage) {
      const page = await menu('Customers')(stage);
      await page.getByRole('list', { name: 'Customers' }).getByRole('button').filter({ hasText: JANE.name }).click();
      const card = page.getByRole('region', { name: 'Customer', exact: true });
      await card.getByRole('list', { name: 'Orders' }).getByRole('button').first().click();
      await page.getByRole('dialog', { name: 'Order' }).waitFor();
      return page;
    },
  },
  { name: 'desk-staff', whole: true, arrive: menu('Staff') },
  {
    name: 'desk-staff-invite',
    async arrive(stage) {
      const page = await menu('Staff')(stage);
      await page.getByRole('button', { name: 'Invite', exact: true }).click();
      await page.getByRole('dialog', { name: 'Invite somebody' }).waitFor();
      return page;
    },
  },
  {
    name: 'invite',
    whole: true,
    async arrive(stage) {
      const page = await menu('Staff')(stage);
      await page.getByRole('button', { name: 'Invite', exact: true }).click();
      const dialog = page.getByRole('dialog', { name: 'Invite somebody' });
      await dialog.getByRole('textbox', { name: 'Email' }).fill('newcomer@delft.example');
      await dialog.getByRole('button', { name: 'Send the invitation' }).click();
      const link = await dialog.locator('pre').innerText();
      const { page: theirs } = await stage.people.shopper();
      await theirs.goto(link);
      return theirs;
    },
  },
  {
    name: 'desk-alarm',
    async arrive(stage) {
      const vendor = await onDuty(stage);
      const shopper = await stage.people.shopper();
      await shopper.begin();
      await shopper.say('Hello! Is anybody there?');
      await vendor.page.getByRole('alert').filter({ hasText: /nobody has taken/ }).waitFor();
      return vendor.page;
    },
  },
  {
    name: 'desk-note',
    async arrive(stage) {
      const vendor = await onDuty(stage);
      const shopper = await chat(stage, vendor);
      const region = vendor.region(shopper.who.name);
      await region.getByRole('switch', { name: 'Note for colleagues' }).click();
      await region.getByRole('textbox', { name: 'Note', exact: true }).fill('Wrap it well: the last one arrived in two pieces.');
      await region.getByRole('button', { name: 'Add note' }).click();
      await region.getByText('Note, for colleagues only').waitFor();
      return vendor.page;
    },
  },
  {
    name: 'settings-api-keys',
    whole: true,
    async arrive({ people }) {
      const vendor = await people.vendor();
      await vendor.integrations('API keys');
      return vendor.page;
    },
  },
  {
    name: 'settings-imports',
    whole: true,
    async arrive({ people }) {
      const vendor = await people.vendor();
      await vendor.integrations('Import');
      return vendor.page;
    },
  },
  {
    name: 'desk-answers-offered',
    async arrive(stage) {
      const vendor = await onDuty(stage);
      const shopper = await chat(stage, vendor);
      const window = await vendor.window(shopper.who.name);
      await window.box.pressSequentially('/');
      await vendor.region(shopper.who.name).getByRole('option').first().waitFor();
      return vendor.page;
    },
  },
  {
    name: 'desk-transfer',
    async arrive(stage) {
      const bram = await stage.people.vendor({ who: BRAM });
      await bram.speak('English');
      await bram.goOnline();
      const vendor = await onDuty(stage);
      const shopper = await chat(stage, vendor);
      await vendor.region(shopper.who.name).getByRole('button', { name: 'Transfer', exact: true }).click();
      await vendor.page.getByRole('dialog', { name: 'Transfer to a colleague' }).getByRole('button', { name: BRAM.name }).waitFor();
      return vendor.page;
    },
  },
  { name: 'desk-canned-replies', whole: true, arrive: menu('Ready-made answers') },
  {
    name: 'desk-canned-reply-refused',
    whole: true,
    async arrive(stage) {
      const page = await menu('Ready-made answers')(stage);
      const main = page.getByRole('main');
      await main.getByRole('button', { name: 'New answer' }).click();
      await main.getByRole('textbox', { name: 'Shortcut' }).fill('two words');
      await main.getByRole('button', { name: 'Save answer' }).click();
      await main.locator('[aria-invalid="true"]').first().waitFor();
      return page;
    },
  },
  {
    name: 'desk-your-site',
    whole: true,
    async arrive(stage) {
      const page = await menu('Your site')(stage);
      await page.getByRole('heading', { name: 'Allowed sites' }).waitFor();
      return page;
    },
  },
  {
    name: 'settings-arrived',
    async arrive(stage) {
      const vendor = await stage.people.vendor();
      await vendor.integrations('Arrived mail');
      return vendor.page;
    },
  },
  {
    name: 'settings-senders',
    whole: true,
    async arrive({ people }) {
      const vendor = await people.vendor();
      const { page } = vendor;
      await vendor.integrations('Senders');
      await page.getByRole('textbox', { name: 'Shop recipient email' }).fill('winkel@delft.example');
      await page.getByRole('button', { name: 'Save', exact: true }).click();
      await page.getByRole('heading', { name: 'Is winkel@delft.example yours?' }).waitFor();
      return page;
    },
  },
  {
    name: 'settings-webhooks',
    whole: true,
    async arrive({ people }) {
      const vendor = await people.vendor();
      const { page } = vendor;
      await vendor.integrations('Webhooks');
      await page.getByRole('textbox', { name: 'Web address' }).fill('https://hooks.delft.example/in');
      await page.getByRole('button', { name: 'Add address' }).click();
      await page.getByText('it is not shown again').waitFor();
      return page;
    },
  },
  { name: 'desk-help', whole: true, arrive: menu('Help') },
  {
    name: 'desk-help-faq',
    whole: true,
    async arrive(stage) {
      const page = await menu('Help')(stage);
      await page.getByRole('tab', { name: 'FAQ' }).click();
      await page.getByText('How do I go online?').click();
      return page;
    },
  },
  {
    name: 'desk-help-contact',
    whole: true,
    async arrive(stage) {
      const page = await menu('Help')(stage);
      await page.getByRole('tab', { name: 'Contact' }).click();
      return page;
    },
  },
  {
    name: 'desk-privacy',
    whole: true,
    async arrive(stage) {
      const shopper = await atThePanel(stage);
      await leaveMessage(shopper);
      const page = await menu('Privacy')(stage);
      await page.getByRole('textbox', { name: 'Who' }).fill(shopper.who.email);
      await page.getByRole('button', { name: 'Find', exact: true }).click();
      await page.getByRole('button', { name: 'Erase this person' }).waitFor();
      return page;
    },
  },
  {
    name: 'desk-block-question',
    async arrive(stage) {
      const vendor = await onDuty(stage);
      const shopper = await chat(stage, vendor);
      await vendor.region(shopper.who.name).getByRole('button', { name: 'Block this visitor' }).click();
      await vendor.page.getByRole('dialog', { name: 'Block this visitor?' }).waitFor();
      return vendor.page;
    },
  },
  {
    name: 'desk-mail',
    whole: true,
    async arrive(stage) {
      await leaveMessage(await atThePanel(stage));
      const page = await menu('Mail')(stage);
      await page.getByRole('table', { name: 'Emails' }).waitFor();
      return page;
    },
  },
  { name: 'desk-configuration', whole: true, arrive: configurationAt('Retailer settings') },
  { name: 'desk-configuration-online', whole: true, arrive: configurationAt('Online chat window') },
  { name: 'desk-configuration-offline', whole: true, arrive: configurationAt('Offline') },
  {
    name: 'desk-console-offline',
    arrive: async ({ people }) => (await people.vendor()).openConsole(),
  },
  {
    name: 'desk-console-history',
    async arrive({ people }) {
      const page = await (await people.vendor()).openConsole();
      await page.getByRole('button', { name: 'Chat History', exact: true }).click();
      await page.getByRole('heading', { name: 'Conversation history' }).first().waitFor();
      return page;
    },
  },
  {
    name: 'desk-console',
    async arrive(stage) {
      const vendor = await onDuty(stage);
      const shopper = await chat(stage, vendor);
      const page = await vendor.openConsole();
      await page.getByRole('list', { name: 'Visitors' }).getByRole('button').filter({ hasText: shopper.who.name }).click();
      await page.getByRole('log').getByText('Perfect 👍').waitFor();
      return page;
    },
  },
];

/** Shows a page in every width and both themes. The widest first: windows that no longer fit do not come back by themselves. */
export async function everyLook(page: Page, look: (label: string, theme: (typeof THEMES)[number]) => Promise<void>): Promise<void> {
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: HEIGHTS[width] });
    for (const theme of THEMES) {
      await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
      await look(`${width}-${theme}`, theme);
    }
  }
}

/** The same for what differs by its words alone: as wide and as narrow as it gets, light. */
export async function bothEnds(page: Page, look: (width: number) => Promise<void>): Promise<void> {
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  for (const width of [1440, 390] as const) {
    await page.setViewportSize({ width, height: HEIGHTS[width] });
    await look(width);
  }
}
