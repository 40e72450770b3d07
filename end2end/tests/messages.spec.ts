// The message center: the lists with their red numbers, answering beside the customer's orders, remarks, searching, and moving a conversation.
import type { Locator, Page } from '@playwright/test';
import { expect, test } from '../fixtures';
import { type Customer, JANE, type Shopper } from '../support/shopper';
import { Thread } from '../support/thread';
import { BRAM, type Vendor } from '../support/vendor';

const ORDER = 'M-20418';
/** Her order at this store has no conversation yet. */
const CARMEN: Customer = { name: 'Carmen Ruiz', email: 'carmen@customer.example', number: 'C-1003' };

/** A message that is written in the member centre; the store's pages of a shop lead there. */
async function writes(shopper: Shopper, from: string, link: string, text: string): Promise<void> {
  await shopper.visit(from);
  await shopper.page.getByRole('link', { name: link }).click();
  await shopper.page.getByRole('button', { name: 'Continue' }).click();
  await shopper.page.getByRole('textbox', { name: 'Message', exact: true }).fill(text);
  await shopper.page.getByRole('button', { name: 'Send message' }).click();
  const thread = new Thread(shopper.page.getByTitle(/^Conversation with/).contentFrame());
  await thread.sees(text);
}

const toTheShop = (shopper: Shopper, text: string) => writes(shopper, '/stores/delft', 'My messages', text);
const aboutTheOrder = (shopper: Shopper, text: string) => writes(shopper, `/orders/${ORDER}`, 'Contact customer service', text);

/** A guest's message in the form, while nobody is there. */
async function leaves(shopper: Shopper, text: string): Promise<void> {
  await shopper.visit();
  await shopper.openChat();
  const field = (name: string) => shopper.panel.getByRole('textbox', { name, exact: true });
  await field('First name').fill(shopper.who.name);
  await field('Email').fill(shopper.who.email);
  await field('Message').fill(text);
  await shopper.panel.getByRole('button', { name: 'Send message' }).click();
  await shopper.panel.getByRole('status').filter({ hasText: /thank/i }).waitFor();
}

class Center {
  readonly main: Locator;

  constructor(readonly page: Page) {
    this.main = page.getByRole('main');
  }

  static async of(vendor: Vendor): Promise<Center> {
    await vendor.menu('Messages').click();
    const center = new Center(vendor.page);
    await expect(center.main.getByRole('heading', { name: 'Message center' })).toBeVisible();
    return center;
  }

  tab(name: 'Shop messages' | 'Order messages'): Locator {
    return this.main.getByRole('tab', { name: new RegExp(`^${name}`) });
  }

  get lines(): Locator {
    return this.main.getByRole('list', { name: 'Messages', exact: true }).getByRole('listitem');
  }

  line(text: string): Locator {
    return this.lines.filter({ hasText: text });
  }

  async open(text: string): Promise<Thread> {
    await this.line(text).getByRole('link').click();
    const thread = new Thread(this.main);
    await thread.sees(text);
    return thread;
  }

  async search(words: string): Promise<void> {
    await this.main.getByRole('searchbox', { name: 'Search' }).fill(words);
  }

  /** Gives the opened conversation another place. */
  async move(to: string | RegExp): Promise<void> {
    await this.main.getByRole('button', { name: 'Move…' }).click();
    const dialog = this.page.getByRole('dialog', { name: 'Move this conversation' });
    await dialog.getByRole('list').getByText(to).click();
    await expect(dialog).toBeHidden();
  }
}

test('S-01 S-03 S-04 S-05 S-07 S-08 S-10 S-11 S-i1 a message to the shop comes in without a reload, is counted in red, and answered', async ({ people }) => {
  const [vendor, jane] = [await people.vendor(), await people.shopper({ who: JANE })];
  await jane.signIn();
  const center = await Center.of(vendor);
  await toTheShop(jane, 'Do you have the large dish in green?');
  await expect(center.line('large dish in green')).toContainText(JANE.name);
  await expect(center.line('large dish in green').getByText(/1 new message/)).toBeAttached();
  await expect(center.tab('Shop messages')).toHaveAccessibleName(/new message/);
  await expect(vendor.menu('Messages')).toHaveAccessibleName(/new message/);
  await expect(center.lines.first()).toContainText('large dish in green');

  const thread = await center.open('Do you have the large dish in green?');
  await expect(center.main.getByRole('region', { name: 'Customer', exact: true }).getByRole('heading', { name: JANE.name })).toBeVisible();
  await expect(center.line('large dish in green').getByText(/new message/)).toHaveCount(0);
  await center.main.getByRole('button', { name: 'Reply', exact: true }).click();
  await expect(thread.box).toBeFocused();
  await center.main.getByRole('button', { name: 'Emoji' }).click();
  await center.main.getByRole('group', { name: 'Choose one' }).getByRole('button').first().click();
  await thread.box.press('End');
  await thread.box.pressSequentially(' In green, on Thursday.');
  await center.main.getByRole('button', { name: 'Send', exact: true }).click();
  await expect(thread.log).toContainText('In green, on Thursday.');
  await expect(center.lines.first()).toContainText('In green, on Thursday.');

  // Its address leads a colleague to it.
  const bram = await people.vendor({ who: BRAM });
  await bram.speak('English');
  await bram.visit(new URL(vendor.page.url()).pathname);
  await new Thread(bram.page.getByRole('main')).sees('Do you have the large dish in green?');
});

test('S-27 S-28 S-29 S-30 S-31 S-i6 an order message is answered with its order in view, and remarks stay among colleagues', async ({ people }) => {
  const [vendor, jane] = [await people.vendor(), await people.shopper({ who: JANE })];
  await jane.signIn();
  await aboutTheOrder(jane, 'One saucer came in two pieces.');
  const center = await Center.of(vendor);
  await center.tab('Order messages').click();
  const thread = await center.open('One saucer came in two pieces.');
  await expect(center.main.getByRole('region', { name: 'Customer', exact: true }).getByRole('heading', { name: JANE.name })).toBeVisible();

  // The order opens over the answer that is being written.
  await thread.box.fill('I am sorry! ');
  await center.main.getByRole('button', { name: `Order ${ORDER}` }).click();
  const order = vendor.page.getByRole('dialog', { name: 'Order' });
  await expect(order).toContainText(ORDER);
  await expect(order).toContainText('€163.90');
  await vendor.page.keyboard.press('Escape');
  await expect(thread.box).toHaveValue('I am sorry! ');

  await center.main.getByRole('button', { name: 'Add remark', exact: true }).click();
  const remark = center.main.getByRole('textbox', { name: 'Remark', exact: true });
  await expect(remark).toBeFocused();
  await expect(remark, 'what was typed as an answer is no remark').toHaveValue('');
  await remark.fill('Second broken saucer this month: ask the packers.');
  await center.main.getByRole('button', { name: 'Save remark' }).click();
  await expect(thread.line('Second broken saucer')).toContainText('for colleagues only');

  await center.main.getByRole('button', { name: 'Reply', exact: true }).click();
  await expect(thread.box).toHaveValue('I am sorry! ');
  await thread.say('I am sorry! A new one leaves today.');
  const hers = new Thread(jane.page.getByTitle(/^Conversation with/).contentFrame());
  await hers.sees('I am sorry! A new one leaves today.');
  await expect(hers.log).not.toContainText('packers');

  const bram = await people.vendor({ who: BRAM });
  await bram.speak('English');
  await bram.visit(new URL(vendor.page.url()).pathname);
  await expect(bram.page.getByRole('main')).toContainText('Second broken saucer this month');
});

test('S-06 S-i7 messages are found by address, name, order number and words', async ({ people }) => {
  const [vendor, jane] = [await people.vendor(), await people.shopper({ who: JANE })];
  await jane.signIn();
  await toTheShop(jane, 'Is the vermilion glaze safe for a dishwasher?');
  const center = await Center.of(vendor);
  const mine = center.line('vermilion glaze');
  for (const words of [JANE.email, JANE.name, ORDER, 'vermil']) {
    await center.search('nothing of the kind');
    await expect(center.main.getByText('Nothing found')).toBeVisible();
    await center.search(words);
    await expect(mine, words).toBeVisible();
  }
  await center.tab('Order messages').click();
  await expect(center.line('vermilion glaze')).toHaveCount(0);
});

test('S-28 what was left while nobody was there is moved among the shop messages, and a message beside its order', async ({ people }) => {
  const [vendor, guest, carmen] = [await people.vendor(), await people.shopper(), await people.shopper({ who: CARMEN })];
  await leaves(guest, 'Do you also sell to restaurants?');
  await vendor.menu('Offline messages').click();
  const center = new Center(vendor.page);
  await center.main.getByRole('button').filter({ hasText: 'sell to restaurants' }).click();
  await center.main.getByRole('button', { name: 'Move…' }).click();
  const dialog = vendor.page.getByRole('dialog', { name: 'Move this conversation' });
  await expect(dialog).toContainText('no orders');
  await dialog.getByRole('button', { name: 'Shop messages' }).click();
  await expect(center.main.getByRole('heading', { name: 'Message center' })).toBeVisible();
  await expect(center.line('sell to restaurants')).toBeVisible();
  await expect(new Thread(center.main).log).toContainText('among the messages to the shop');

  // Carmen's goes beside her order.
  await carmen.signIn();
  await toTheShop(carmen, 'My parcel is late, too.');
  await center.open('My parcel is late, too.');
  await center.move(/^Order [A-Z]-\d+$/);
  await expect(center.tab('Order messages')).toHaveAttribute('aria-selected', 'true');
  await expect(center.line('My parcel is late')).toBeVisible();
  await expect(center.main.getByRole('button', { name: /^Order [A-Z]-\d+$/ })).toBeVisible();
  await expect(new Thread(center.main).log).toContainText(/is about order/);
  await center.move('Shop messages');
  await expect(center.tab('Shop messages')).toHaveAttribute('aria-selected', 'true');
});

test('S-07 on a phone there is the list, then the message, and a way back', async ({ people }) => {
  const jane = await people.shopper({ who: JANE });
  await jane.signIn();
  await toTheShop(jane, 'Does the cup fit a large hand?');
  const vendor = await people.vendor({ browser: { viewport: { width: 390, height: 844 } } });
  await vendor.visit('/desk/messages');
  const center = new Center(vendor.page);
  await center.open('Does the cup fit a large hand?');
  await expect(center.line('Does the cup fit')).toBeHidden();
  await center.main.getByRole('link', { name: 'Back to the list' }).click();
  await expect(center.line('Does the cup fit')).toBeVisible();
});
