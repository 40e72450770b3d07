// Integrations: a key is made, opens the API, and is revoked; a file is checked and taken in. The server draws the pages, and whoever is on
// one stays at the desk.
import { expect, test } from '../fixtures';
import { NETWORK_TROUBLE } from '../support/noise';

test('HB-18 a key is shown once, hands over an order, and ends at once when it is revoked', async ({ people }) => {
  const vendor = await people.vendor();
  const main = await vendor.integrations('API keys');
  const name = `Shop ${Date.now()}`;
  const form = main.getByRole('form', { name: 'A new key' });
  vendor.noise.expect(/status of 422/);
  // Without a name it is refused beside the field, and what was chosen stays.
  await form.getByRole('checkbox', { name: 'Write' }).check();
  await form.getByRole('button', { name: 'Make key' }).click();
  await expect(form.getByRole('textbox', { name: 'Name' })).toHaveAttribute('aria-invalid', 'true');
  await expect(form.getByRole('checkbox', { name: 'Write' })).toBeChecked();
  await form.getByRole('textbox', { name: 'Name' }).fill(name);
  await form.getByRole('button', { name: 'Make key' }).click();
  const key = (await main.getByRole('region', { name: 'Key', exact: true }).locator('pre').innerText()).trim();
  expect(key).toMatch(/^vtr_\S{40,}$/);

  const address = vendor.server.vitrine(`/api/v1/orders/E-${Date.now()}`);
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  const order = {
    state: 'shipped',
    currency: 'EUR',
    total_minor: 6480,
    placed_at: '2026-07-01T10:00:00Z',
    email: 'jane@customer.example',
    lines: [{ sku: 'TEA-1', name: 'Teapot', quantity: 1, price_minor: 6480 }],
  };
  const put = (body: unknown) => fetch(address, { method: 'PUT', headers, body: JSON.stringify(body) });
  expect((await put(order)).status).toBe(201);
  expect((await put(order)).status).toBe(200);
  const refused = await put({ ...order, currency: 'DOGE' });
  expect(refused.status).toBe(422);
  expect(await refused.json()).toMatchObject({ code: 'unknown_currency', field: 'currency' });

  // Coming back, nobody reads the key again.
  await vendor.integrations('API keys');
  await expect(main.getByText(key)).toHaveCount(0);
  await main.getByRole('button', { name: `Revoke ${name}` }).click();
  await expect(main.getByRole('status').filter({ hasText: 'The key is revoked.' })).toBeVisible();
  expect((await fetch(address, { headers })).status).toBe(401);
});

test('the desk stays around its served pages: on duty, with an address and a way back for each', async ({ people, demo }) => {
  const vendor = await people.vendor();
  await vendor.goOnline();
  const main = await vendor.integrations('Webhooks');
  const heading = (name: string) => main.getByRole('heading', { name, level: 1 });
  await expect(heading('Webhooks')).toBeFocused();
  await expect(vendor.menu('Integrations')).toHaveAttribute('aria-current', 'page');
  await expect(vendor.page).toHaveURL(demo.vitrine('/desk/settings/webhooks'));
  await main.getByRole('link', { name: 'Import', exact: true }).click();
  await expect(heading('Import')).toBeVisible();
  await vendor.page.goBack();
  await expect(heading('Webhooks')).toBeVisible();
  await vendor.page.reload();
  await expect(heading('Webhooks')).toBeVisible();
  await expect(vendor.duty).toBeChecked();
});

test('a served page that does not come says so, and comes when it is asked again', async ({ people }) => {
  const vendor = await people.vendor();
  vendor.noise.expect(...NETWORK_TROUBLE);
  const main = vendor.page.getByRole('main');
  await vendor.page.route('**/desk/pages/**', (route) => route.abort());
  await vendor.menu('Integrations').click();
  await expect(main.getByRole('alert')).toBeVisible();
  await vendor.page.unroute('**/desk/pages/**');
  await main.getByRole('button', { name: 'Try again' }).click();
  await expect(main.getByRole('heading', { name: 'API keys', level: 1 })).toBeVisible();

  // What was typed stays when a form does not arrive.
  const name = main.getByRole('textbox', { name: 'Name' });
  await name.fill('The shop');
  await vendor.page.route('**/desk/pages/**', (route) => route.abort());
  await main.getByRole('button', { name: 'Make key' }).click();
  await expect(vendor.page.getByText('We could not reach the server').first()).toBeVisible();
  await expect(name).toHaveValue('The shop');
});

test('A file of customers is checked, its bad line named, and taken in whole', async ({ people }) => {
  const vendor = await people.vendor();
  vendor.noise.expect(/status of 422/);
  const main = await vendor.integrations('Import');
  const choose = (text: string) =>
    main.getByLabel('CSV file').setInputFiles({ name: 'customers.csv', mimeType: 'text/csv', buffer: Buffer.from(text) });
  await choose('external_id,email\nE-1,jane@customer.example\nE-2,nobody\n');
  await main.getByRole('button', { name: 'Import', exact: true }).click();
  await expect(main.getByRole('alert')).toContainText('Nothing was imported');
  const line = main.getByRole('region', { name: 'Lines that need a look' }).getByRole('row').last();
  await expect(line).toContainText('3');
  await expect(line).toContainText('email');
  await choose('external_id,email\nE-1,jane@customer.example\n');
  await main.getByRole('button', { name: 'Only check' }).click();
  await expect(main.getByRole('status')).toContainText('The file is fine: 1 record.');
  await choose('external_id,email\nE-1,jane@customer.example\n');
  await main.getByRole('button', { name: 'Import', exact: true }).click();
  await expect(main.getByRole('status')).toContainText('Imported: 1 record.');
});
