// Who is there, and who may be: the staff page, the switch Live chat, invitations, and what shoppers see of it.
import { expect, test } from '../fixtures';
import { BRAM, type Vendor } from '../support/vendor';

const AT_ONCE = { timeout: 2_000 };

async function staffPage(vendor: Vendor) {
  await vendor.menu('Staff').click();
  const main = vendor.page.getByRole('main');
  await expect(main.getByRole('heading', { name: 'Staff' })).toBeVisible();
  const table = main.getByRole('table', { name: 'Staff' });
  const row = (name: string) => table.getByRole('row').filter({ hasText: name });
  return { main, row, liveChat: (name: string) => row(name).getByRole('switch', { name: 'Live chat' }) };
}

test('D-02 D-03 D-06 D-i1 the owner switches live chat off: it holds at once, and the chat waits for a colleague', async ({ people }) => {
  const [anna, bram, shopper] = [await people.vendor(), await people.vendor({ who: BRAM }), await people.shopper()];
  await bram.speak('English');
  await anna.goOnline();
  await bram.goOnline();
  await shopper.begin();
  await shopper.say('Is the blue one in stock?');
  const his = await bram.window(shopper.who.name);
  await his.say('Good afternoon, let me look.');
  await shopper.sees('Good afternoon, let me look.');

  const { liveChat } = await staffPage(anna);
  await expect(liveChat(BRAM.name)).toBeChecked();
  await liveChat(BRAM.name).click();
  await expect(liveChat(BRAM.name)).not.toBeChecked();
  await expect(liveChat(BRAM.name)).toBeFocused();
  // Off duty, and without a way back: neither the switch nor Chat Now is there any more.
  await expect(bram.duty).toHaveCount(0, AT_ONCE);
  await expect(bram.menu('Chat Now')).toHaveCount(0, AT_ONCE);
  bram.onDuty = false;

  // What he types now does not go, and is not lost.
  await his.hurry('Am I still here?');
  await expect(bram.page.getByText('Am I still here?').first()).toBeVisible();

  // Anna finds the chat waiting, and answers.
  const hers = await anna.window(shopper.who.name);
  await hers.say('Anna here: it is.');
  await shopper.sees('Anna here: it is.');
  await shopper.thread.doesNotSee('Am I still here?');

  await liveChat(BRAM.name).click();
  await expect(liveChat(BRAM.name)).toBeChecked();
  await expect(bram.duty).toBeVisible(AT_ONCE);
  await expect(bram.menu('Chat Now')).toBeVisible(AT_ONCE);
});

test('D-03 staff is the owner’s: others find neither the entry nor the page', async ({ people }) => {
  const bram = await people.vendor({ who: BRAM });
  bram.noise.expect(/status of 403/);
  await expect(bram.page.getByRole('navigation').getByRole('link', { name: /^(Staff|Medewerkers)/ })).toHaveCount(0);
  await bram.visit('/desk/staff');
  await expect(bram.page.getByRole('main').getByRole('alert')).toBeVisible();
  await expect(bram.page.getByRole('table')).toHaveCount(0);
});

test('D-16 somebody is invited, joins with a name and a password, and answers customers', async ({ people, browser, demo }) => {
  const [anna, shopper] = [await people.vendor(), await people.shopper()];
  const { main, row } = await staffPage(anna);
  await main.getByRole('button', { name: 'Invite', exact: true }).click();
  const dialog = anna.page.getByRole('dialog', { name: 'Invite somebody' });
  const email = dialog.getByRole('textbox', { name: 'Email' });
  await email.fill('noor at home');
  await dialog.getByRole('button', { name: 'Send the invitation' }).click();
  await expect(email).toHaveAttribute('aria-invalid', 'true');
  await expect(email).toHaveValue('noor at home');
  anna.noise.expect(/status of 422/);
  await email.fill(BRAM.email);
  await dialog.getByRole('button', { name: 'Send the invitation' }).click();
  await expect(email).toHaveAccessibleDescription(/already/);
  await email.fill('noor@delft.example');
  await dialog.getByRole('button', { name: 'Send the invitation' }).click();
  const shown = dialog.locator('pre');
  await expect(shown).toHaveText(/\/invite\/\S{30,}/);
  const link = await shown.innerText();
  await dialog.getByRole('button', { name: 'Close' }).click();
  await expect(main.getByRole('listitem').filter({ hasText: 'noor@delft.example' })).toBeVisible();

  // The link opens in another browser, once.
  const noise = people.noise('Noor');
  const context = await browser.newContext();
  noise.listenTo(context);
  noise.expect(/status of 4\d\d/);
  try {
    const page = await context.newPage();
    await page.goto(link);
    await expect(page.getByRole('heading', { name: 'Join Atelier Delft' })).toBeVisible();
    await page.getByRole('textbox', { name: 'Name' }).fill('Noor van Dam');
    await page.getByLabel('Password').fill('short');
    await page.getByRole('button', { name: 'Join' }).click();
    await expect(page.getByLabel('Password')).toHaveAttribute('aria-invalid', 'true');
    await expect(page.getByRole('textbox', { name: 'Name' })).toHaveValue('Noor van Dam');
    await page.getByLabel('Password').fill('paper and ink 2026');
    await page.getByRole('button', { name: 'Join' }).click();
    await page.waitForURL(/\/desk/);
    await expect(page.locator('body[data-ready="1"]')).toBeAttached();
    expect((await context.request.get(link)).status(), 'used up').toBe(404);

    const online = page.getByRole('region', { name: 'Recap' }).getByRole('switch', { name: 'Online' });
    await online.click();
    await expect(online).toBeChecked();
    await expect(row('Noor van Dam')).toContainText('online now');
    await shopper.begin();
    await shopper.say('Hello Noor');
    await expect(page.getByRole('log').filter({ hasText: 'Hello Noor' })).toBeVisible();

    // Deactivated: asked first, then signed out at once.
    await row('Noor van Dam').getByRole('button', { name: 'Deactivate' }).click();
    const question = anna.page.getByRole('dialog', { name: 'Deactivate this person?' });
    await question.getByRole('button', { name: 'Deactivate' }).click();
    await expect(row('Noor van Dam')).toContainText('deactivated');
    await page.goto(demo.vitrine('/desk'));
    await expect(page.getByRole('button', { name: 'Sign in' })).toBeVisible();
  } finally {
    await context.close();
  }
});

test('P-05 P-47 P-48 A-02 A-06 A-07 A-22 the shop shows a chat when somebody is online, and the form when nobody is', async ({ people, demo }) => {
  const [anna, shopper] = [await people.vendor(), await people.shopper()];
  const status = async () => ((await (await fetch(demo.vitrine('/status/delft'))).json()) as { availability: string }).availability;
  await expect.poll(status).toBe('away');
  await shopper.visit();
  await shopper.openChat();
  await expect(shopper.panel.getByRole('button', { name: 'Send message' })).toBeVisible();

  // The switch at the lower right of the back office (P-05).
  await anna.goOnline();
  await expect.poll(status).toBe('online');
  await shopper.visit();
  await shopper.openChat();
  await expect(shopper.panel.getByRole('button', { name: 'Start Chat' })).toBeVisible();
  await anna.goOffline();
  await expect.poll(status).toBe('away');
});

test('D-07 D-08 D-09 D-10 the console: Connect goes online, closing its window goes offline', async ({ people, demo }) => {
  const anna = await people.vendor();
  const status = async () => ((await (await fetch(demo.vitrine('/status/delft'))).json()) as { availability: string }).availability;
  const page = await anna.openConsole();
  await expect(page.getByText('You are offline')).toBeVisible();
  expect(await status(), 'to open the window is not enough').toBe('away');
  await page.getByRole('button', { name: 'Connect', exact: true }).click();
  await expect(page.getByText('You are online')).toBeVisible();
  anna.onDuty = true;
  expect(await status()).toBe('online');
  // The back office stays open; the window that was connected is the one that counts.
  await page.close({ runBeforeUnload: true });
  await expect.poll(status, { timeout: 30_000 }).toBe('away');
});

test('P-49 P-i5 finished conversations survive a reload and leave for the history at sign-off', async ({ people }) => {
  const [anna, shopper] = [await people.vendor(), await people.shopper()];
  await anna.goOnline();
  await shopper.begin();
  await shopper.say('Thank you, that was all.');
  await anna.window(shopper.who.name);
  await anna.end(shopper.who.name);
  await anna.visit();
  await anna.showTab('Finished conversations');
  await expect(anna.row(shopper.who.name)).toBeVisible();
  await anna.goOffline();
  await expect(anna.row(shopper.who.name)).toHaveCount(0);
  await anna.menu('Conversation history').click();
  await expect(anna.page.getByRole('table', { name: 'Conversation history' })).toContainText('Thank you, that was all.');
});

test('P-47 opening hours close the store whoever is online, and say so at the desk', async ({ people, demo }) => {
  const anna = await people.vendor();
  const status = async () => ((await (await fetch(demo.vitrine('/status/delft'))).json()) as { availability: string }).availability;
  await anna.goOnline();
  await anna.menu('Configuration').click();
  const main = anna.page.getByRole('main');
  const only = main.getByRole('switch', { name: 'Only during opening hours' });
  const save = main.getByRole('button', { name: 'Save', exact: true });
  await only.click();
  const week = main.getByRole('group', { name: 'Opening hours' });
  await week.getByLabel('Monday, opens').fill('18:00');
  await week.getByLabel('Monday, opens').blur();
  await expect(week.getByRole('group', { name: 'Monday' }).getByRole('alert')).toContainText('must end after it begins');
  for (const day of ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday']) {
    await week.getByRole('button', { name: `Remove these hours on ${day}` }).click();
    await expect(week.getByRole('group', { name: day })).toContainText('Closed');
  }
  await save.click();
  await expect.poll(status).toBe('away');
  // The desk is told, at the latest when it looks again.
  await anna.visit();
  await expect(anna.recap).toContainText('Your opening hours keep the store closed now');

  await anna.menu('Configuration').click();
  await only.click();
  await save.click();
  await expect.poll(status).toBe('online');
});
