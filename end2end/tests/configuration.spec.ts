// Configuration: what the vendor sets is what the preview shows, and once it is saved, what shoppers meet.
import { expect, test } from '../fixtures';
import type { Locator, Page } from '@playwright/test';
import type { Vendor } from '../support/vendor';

/** The page, with everything in it. */
async function configuration(vendor: Vendor): Promise<Page> {
  const { page } = vendor;
  await vendor.menu('Configuration').click();
  await expect(page.getByRole('heading', { name: 'Configuration', level: 1 })).toBeVisible();
  await expect(page.getByRole('tab', { name: 'Retailer settings' })).toBeVisible();
  return page;
}

async function step(page: Page, name: 'Retailer settings' | 'Online chat window' | 'Offline'): Promise<void> {
  await page.getByRole('tab', { name, exact: true }).click();
}

async function save(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByRole('status').filter({ hasText: /^Saved\./ })).toBeVisible();
}

const preview = (page: Page) =>
  page.getByRole('region', { name: 'Preview' }).getByTitle('Preview of the chat window').last().contentFrame();

const colour = (page: Page, place: string, which: string): Locator =>
  page.getByRole('group', { name: place, exact: true }).getByLabel(which, { exact: true });

test('P-04 P-06 P-11 P-14 P-22 three steps, and the third only while there is an offline mode', async ({ people }) => {
  const vendor = await people.vendor();
  const page = await configuration(vendor);
  const tabs = page.getByRole('tablist', { name: 'Configuration' }).getByRole('tab');
  await expect(tabs).toHaveText(['Retailer settings', 'Online chat window', 'Offline']);

  const mode = page.getByRole('switch', { name: 'Offline mode' });
  await expect(mode).toBeChecked();
  await mode.click();
  await expect(tabs).toHaveText(['Retailer settings', 'Online chat window']);
  await save(page);
  const shopper = await people.shopper();
  const asked = shopper.page.waitForResponse(/\/status\/delft/);
  await shopper.visit();
  await asked;
  await expect(shopper.launcher).toHaveCount(0);

  await mode.click();
  await expect(tabs).toHaveCount(3);
  await save(page);
  // A browser that asked is told the same for ten seconds; another one is told what is so now.
  const another = await people.shopper();
  await another.visit();
  await expect(another.launcher).toBeVisible();
});

test('P-07 P-08 P-09 P-10 the operator has a name for customers, sounds, and as many places as can be answered', async ({ people }) => {
  const vendor = await people.vendor();
  const page = await configuration(vendor);
  await page.getByRole('textbox', { name: 'Operator name' }).fill('Team Atelier');
  const sounds = page.getByRole('switch', { name: /^Sound for new/ });
  await expect(sounds).toHaveCount(2);
  await sounds.first().click();
  await expect(sounds.first()).not.toBeChecked();
  await expect(sounds.last()).toBeChecked();

  const places = page.getByLabel('Maximum number of customers chatting at once');
  await expect(places).toHaveAccessibleDescription(/no such ceiling/);
  await places.fill('0');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(places).toHaveAttribute('aria-invalid', 'true');
  await expect(places).toBeFocused();
  await expect(places).toHaveValue('0');
  await expect(page.getByRole('textbox', { name: 'Operator name' })).toHaveValue('Team Atelier');
  await places.fill('40');
  await expect(preview(page).getByText('Team Atelier', { exact: true })).toBeVisible();
  await save(page);
  await page.reload();
  await expect(places).toHaveValue('40');
  await expect(sounds.first()).not.toBeChecked();

  await vendor.goOnline();
  const shopper = await people.shopper();
  await shopper.begin();
  await shopper.say('Who is this?');
  const window = await vendor.window(shopper.who.name);
  await window.say('The team of the workshop.');
  await expect(shopper.thread.line('The team of the workshop.')).toContainText('Team Atelier');
  await expect(shopper.thread.line('The team of the workshop.')).not.toContainText(vendor.who.name);
});

test('P-15 P-16 P-17 P-21 P-29 P-i6 the window speaks every language, and the default one where a text is missing', async ({ people }) => {
  const vendor = await people.vendor();
  const page = await configuration(vendor);
  await step(page, 'Online chat window');
  const header = page.getByRole('textbox', { name: 'Header text' });
  const welcome = page.getByRole('textbox', { name: 'Welcome text' });
  const language = (name: string) => page.getByRole('tab', { name, exact: true }).click();

  await header.fill('The workshop is open');
  await welcome.fill('Come in.\nThe kettle is on.');
  await expect(preview(page).getByText('The workshop is open')).toBeVisible();
  await expect(preview(page).getByText('The kettle is on.')).toBeVisible();
  await language('Nederlands');
  await header.fill('De werkplaats is open');
  await expect(preview(page).getByText('De werkplaats is open')).toBeVisible();
  await language('Français');
  await header.fill('');
  await expect(page.getByText('Left empty, the text in English stands here: The workshop is open')).toBeVisible();
  await expect(preview(page).getByText('The workshop is open')).toBeVisible();
  await expect(page.getByRole('status').filter({ hasText: 'not saved' })).toBeVisible();
  await save(page);

  await vendor.goOnline();
  for (const [locale, said] of [
    ['en', 'The workshop is open'],
    ['nl', 'De werkplaats is open'],
    ['fr', 'The workshop is open'],
  ] as const) {
    const shopper = await people.shopper({ browser: { locale } });
    await shopper.visit();
    await shopper.openChat();
    await expect(shopper.panel.getByRole('banner')).toContainText(said);
  }
});

test('P-18 P-19 P-20 P-69 six colours; a pair that cannot be read is refused and the nearest shade offered', async ({ people }) => {
  const vendor = await people.vendor();
  const page = await configuration(vendor);
  await step(page, 'Online chat window');
  await expect(page.getByText(/Tip: take the colours of your own shop/).first()).toBeVisible();
  for (const place of ['Header', 'Operator messages', 'Customer messages']) {
    await expect(colour(page, place, 'Background colour')).toBeVisible();
    await expect(colour(page, place, 'Text colour')).toBeVisible();
  }
  await colour(page, 'Header', 'Background colour').fill('#004080');
  await colour(page, 'Header', 'Text colour').fill('#ffffff');
  await expect(preview(page).getByRole('banner')).toHaveCSS('background-color', 'rgb(0, 64, 128)');

  const mine = page.getByRole('group', { name: 'Customer messages', exact: true });
  await colour(page, 'Customer messages', 'Background colour').fill('#ffffff');
  await colour(page, 'Customer messages', 'Text colour').fill('#999999');
  await expect(mine).toContainText('needs a contrast of at least 4.5 to 1');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByRole('status').filter({ hasText: 'Nothing has been saved yet' })).toBeVisible();
  await expect(colour(page, 'Customer messages', 'Text colour')).toHaveValue('#999999');
  await mine.getByRole('button', { name: /Use this shade/ }).click();
  await expect(colour(page, 'Customer messages', 'Text colour')).toHaveValue('#767676');
  await expect(mine).toContainText('Contrast 4.5 to 1');
  await save(page);

  await vendor.goOnline();
  const shopper = await people.shopper();
  await shopper.visit();
  await expect(shopper.launcher).toHaveCSS('background-color', 'rgb(0, 64, 128)');
  await shopper.openChat();
  await expect(shopper.panel.getByRole('banner')).toHaveCSS('background-color', 'rgb(0, 64, 128)');
  await shopper.startChat();
  await shopper.say('Which blue is this?');
  await expect(shopper.thread.words('Which blue is this?')).toHaveCSS('color', 'rgb(118, 118, 118)');
  await expect(shopper.thread.words('Which blue is this?')).toHaveCSS('background-color', 'rgb(255, 255, 255)');
});

test('P-23 P-24 P-25 P-26 P-27 P-28 the offline window says and asks what the vendor wants to know', async ({ people }) => {
  const vendor = await people.vendor();
  const page = await configuration(vendor);
  await step(page, 'Offline');
  const notify = page.getByRole('textbox', { name: 'Notification address' });
  await notify.fill('desk at delft');
  const field = (name: string) => page.getByRole('group', { name, exact: true });
  await expect(field('Message').getByRole('checkbox', { name: 'Required' })).toBeChecked();
  await expect(field('Message').getByRole('checkbox', { name: 'Required' })).toBeDisabled();
  await field('Phone').getByRole('checkbox', { name: 'Required' }).check();
  await expect(field('Phone').getByRole('checkbox', { name: 'Requested' })).toBeChecked();
  await field('Last name').getByRole('checkbox', { name: 'Requested' }).uncheck();
  await page.getByRole('textbox', { name: 'Header text' }).fill('Gone to the kiln');
  await page.getByRole('textbox', { name: 'Welcome text' }).fill('Tell us what you need, we are back at six.');
  await colour(page, 'Header', 'Background colour').fill('#333333');

  await expect(preview(page).getByText('Gone to the kiln')).toBeVisible();
  await expect(preview(page).getByRole('textbox', { name: 'Phone' })).toBeVisible();
  await expect(preview(page).getByRole('textbox', { name: 'Last name' })).toHaveCount(0);
  await expect(preview(page).getByRole('banner')).toHaveCSS('background-color', 'rgb(51, 51, 51)');

  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(notify).toHaveAttribute('aria-invalid', 'true');
  await expect(notify).toHaveValue('desk at delft');
  await expect(notify).toHaveAccessibleDescription(/name@example\.com/);
  await notify.fill('desk@delft.example');
  await save(page);

  const shopper = await people.shopper();
  await shopper.visit();
  await shopper.openChat();
  await expect(shopper.panel.getByRole('banner')).toContainText('Gone to the kiln');
  await expect(shopper.panel.getByText('Tell us what you need, we are back at six.')).toBeVisible();
  await expect(shopper.panel.getByRole('textbox', { name: 'Last name' })).toHaveCount(0);
  await shopper.panel.getByRole('textbox', { name: 'Message' }).fill('A bowl, please.');
  await shopper.panel.getByRole('button', { name: 'Send message' }).click();
  await expect(shopper.panel.getByRole('textbox', { name: 'Phone' })).toHaveAttribute('aria-invalid', 'true');
});

test('P-29 nobody leaves unsaved changes without being asked', async ({ people }) => {
  const vendor = await people.vendor();
  const page = await configuration(vendor);
  const name = page.getByRole('textbox', { name: 'Operator name' });
  const before = await name.inputValue();
  const dialog = page.getByRole('dialog', { name: 'Leave without saving?' });
  await name.fill('Somebody else');

  // By a link.
  await vendor.menu('Conversation history').click();
  await expect(dialog).toBeVisible();
  await dialog.getByRole('button', { name: 'Stay here' }).click();
  await expect(dialog).toBeHidden();
  await expect(name).toHaveValue('Somebody else');

  // By closing or reloading the page: the browser asks, in its own words.
  const asked = new Promise<string>((heard) =>
    page.once('dialog', async (question) => {
      heard(question.type());
      await question.dismiss();
    }),
  );
  await page.evaluate(() => void setTimeout(() => location.reload(), 0));
  expect(await asked).toBe('beforeunload');
  await expect(name).toHaveValue('Somebody else');

  // By the browser's Back.
  await page.evaluate(() => history.back());
  await expect(dialog).toBeVisible();
  await expect(page).toHaveURL(/\/desk\/configuration$/);
  await dialog.getByRole('button', { name: 'Leave without saving' }).click();
  await expect(page.getByRole('heading', { name: 'Configuration', level: 1 })).toHaveCount(0);
  await expect(page).toHaveURL(/\/desk\/?$/);

  // What was left is gone, and what was never changed is left without a word.
  await configuration(vendor);
  await expect(name).toHaveValue(before);
  await vendor.menu('Conversation history').click();
  await expect(page).toHaveURL(/\/desk\/history/);
  await expect(dialog).toBeHidden();
});

test('P-29 whoever saves second is told, keeps what was typed, and can load what the first one saved', async ({ people }) => {
  const [first, second] = [await people.vendor(), await people.vendor()];
  const [page, other] = [await configuration(first), await configuration(second)];
  const name = (of: Page) => of.getByRole('textbox', { name: 'Operator name' });
  await name(page).fill('Team One');
  await save(page);

  second.noise.expect(/status of 422/);
  await name(other).fill('Team Two');
  await other.getByRole('button', { name: 'Save', exact: true }).click();
  const told = other.getByRole('alert').filter({ hasText: 'Somebody else changed this meanwhile' });
  await expect(told).toBeVisible();
  await expect(name(other)).toHaveValue('Team Two');
  await told.getByRole('button', { name: 'Load it again' }).click();
  await expect(name(other)).toHaveValue('Team One');
  await expect(told).toHaveCount(0);
  await name(other).fill('Team Two');
  await save(other);
});
