// Customers: the list and its search, the card with its tags and notes, and the orders that open from it.
import { expect, test } from '../fixtures';
import { JANE } from '../support/shopper';
import { BRAM, type Vendor } from '../support/vendor';

async function customersPage(vendor: Vendor) {
  await vendor.menu('Customers').click();
  const main = vendor.page.getByRole('main');
  await expect(main.getByRole('heading', { name: 'Customers', level: 1 })).toBeVisible();
  return main;
}

async function cardOfJane(vendor: Vendor) {
  const main = await customersPage(vendor);
  await main.getByRole('searchbox', { name: 'Search' }).fill('jane@');
  await main.getByRole('button', { name: 'Find', exact: true }).click();
  const list = main.getByRole('list', { name: 'Customers' });
  await expect(list.getByRole('listitem')).toHaveCount(1);
  await list.getByRole('button').filter({ hasText: JANE.name }).click();
  const card = main.getByRole('region', { name: 'Customer', exact: true });
  await expect(card.getByRole('heading', { name: JANE.name })).toBeVisible();
  return card;
}

test('S-09 S-12 customers are found by name, address and number, and the card says who is a member', async ({ people }) => {
  const vendor = await people.vendor();
  const main = await customersPage(vendor);
  const search = main.getByRole('searchbox', { name: 'Search' });
  const list = main.getByRole('list', { name: 'Customers' });
  for (const by of [JANE.name, JANE.email, JANE.number]) {
    await search.fill(by);
    await search.press('Enter');
    await expect(list.getByRole('listitem')).toHaveCount(1);
    await expect(list.getByRole('button')).toContainText(JANE.name);
  }
  await search.fill('nobody of this name');
  await search.press('Enter');
  await expect(main.getByText('Nobody found')).toBeVisible();
  const card = await cardOfJane(vendor);
  await expect(card.getByText(`Member ${JANE.number}`)).toBeVisible();
  await expect(card.getByRole('link', { name: JANE.email })).toBeVisible();
  await expect(card.getByRole('button', { name: 'Register as member' })).toBeHidden();
});

test('S-14 S-15 S-i8 tags and notes say who wrote them, and a colleague may change a note', async ({ people }) => {
  const anna = await people.vendor();
  anna.noise.expect(/status of 422/);
  const card = await cardOfJane(anna);
  const tag = card.getByRole('textbox', { name: 'Tag' });
  // What cannot be a tag is said beside the box, and stays in it.
  await tag.fill('one, two');
  await card.getByRole('button', { name: 'Add tag' }).click();
  await expect(tag).toHaveAttribute('aria-invalid', 'true');
  await expect(tag).toHaveValue('one, two');
  await tag.fill('Invoice');
  await tag.press('Enter');
  const tags = card.getByRole('list', { name: 'Tags' });
  await expect(tags.getByRole('listitem').filter({ hasText: 'Invoice' })).toContainText(anna.who.name);
  await expect(tag).toHaveValue('');

  await card.getByRole('textbox', { name: 'Note' }).fill('Wants everything in one parcel.');
  await card.getByRole('button', { name: 'Add note' }).click();
  const note = card.getByRole('list', { name: 'Notes' }).getByRole('listitem').filter({ hasText: 'in one parcel' });
  await expect(note).toContainText(anna.who.name);

  const bram = await people.vendor({ who: BRAM });
  await bram.speak('English');
  const same = await cardOfJane(bram);
  const his = same.getByRole('list', { name: 'Notes' }).getByRole('listitem').filter({ hasText: 'in one parcel' });
  await his.getByRole('button', { name: 'Edit this note' }).click();
  await same.getByRole('textbox', { name: 'Note' }).fill('Wants everything in one parcel, to her office.');
  await same.getByRole('button', { name: 'Save note' }).click();
  const changed = same.getByRole('list', { name: 'Notes' }).getByRole('listitem').filter({ hasText: 'to her office' });
  await expect(changed).toContainText(`Changed: ${bram.who.name}`);
  await expect(changed).toContainText(anna.who.name);

  await same.getByRole('button', { name: 'Remove the tag Invoice' }).click();
  await expect(same.getByText('Invoice')).toHaveCount(0);
});

test('S-16 S-17 all orders stand on the card, and one opens with its lines, total and state', async ({ people }) => {
  const vendor = await people.vendor();
  const card = await cardOfJane(vendor);
  const orders = card.getByRole('list', { name: 'Orders' });
  const first = orders.getByRole('button').first();
  const number = ((await first.textContent()) ?? '').trim();
  await first.click();
  const dialog = vendor.page.getByRole('dialog', { name: 'Order' });
  await expect(dialog).toBeVisible();
  await expect(dialog.getByText(number, { exact: true })).toBeVisible();
  await expect(dialog.getByText('Total', { exact: true })).toBeVisible();
  await expect(dialog.getByText('State', { exact: true })).toBeVisible();
  await expect(dialog.getByRole('listitem').first()).toContainText('×');
  await dialog.getByRole('button', { name: 'Close' }).click();
  await expect(dialog).toBeHidden();
  await expect(first).toBeFocused();
});
