// An empty installation becomes somebody's shop: the one-time link, the first administrator, the snippet to copy.
import { expect, test } from '../fixtures';
import { Server, until } from '../support/server';

const OWNER = { name: 'Marieke Smit', email: 'marieke@smit.example', password: 'paper and ink 2026' };

test('a fresh installation is set up by its one-time link, and then told to a shop', async ({ browser, people }) => {
  const server = await Server.fresh();
  const noise = people.noise(OWNER.name);
  const context = await browser.newContext();
  noise.listenTo(context);
  // The dead links are asked for on purpose, and a site that is none is typed so.
  noise.expect(/status of 404/, /status of 422/);
  try {
    const link = await until('the one-time link', 5_000, () => /https?:\/\/\S+\/setup\?token=\S+/.exec(server.output)?.[0]);
    const page = await context.newPage();

    expect((await context.request.get(server.vitrine('/setup'))).status(), 'without its token').toBe(404);
    expect((await context.request.get(server.vitrine('/setup?token=guessed'))).status(), 'with a guess').toBe(404);

    await page.goto(server.vitrine(new URL(link).pathname + new URL(link).search));
    const typed = { store_name: 'Smit Papier', slug: 'smit', origin: 'https://smit.example', ...OWNER };
    for (const [name, text] of Object.entries(typed)) await page.locator(`input[name="${name}"]`).fill(text);
    await page.getByRole('main').getByRole('button').last().click();
    await page.waitForURL(/\/(desk|sign-in)/);

    // The link is good once.
    const again = await page.context().request.get(link);
    expect(again.status()).toBe(404);

    if (page.url().includes('/sign-in')) {
      await page.getByRole('textbox', { name: 'Email' }).fill(OWNER.email);
      await page.getByLabel('Password').fill(OWNER.password);
      await page.getByRole('button', { name: 'Sign in' }).click();
    }
    await page.waitForURL(/\/desk/);
    await expect(page.locator('body[data-ready="1"]')).toBeAttached();
    await expect(page.getByText('Smit Papier').first()).toBeVisible();

    await page.getByRole('navigation').getByRole('link', { name: 'Your site', exact: true }).click();
    const main = page.getByRole('main');
    await expect(main.getByRole('heading', { name: 'Your site' })).toBeVisible();
    await expect(main).toContainText(`<script async src="${server.vitrine('/embed.js')}" data-vitrine-store="smit"`);
    await expect(main.getByRole('button', { name: /copy/i })).toBeVisible();

    // One more site may show the chat; the one from the set-up stays.
    const sites = main.getByRole('listitem');
    await expect(sites.filter({ hasText: 'https://smit.example' })).toBeVisible();
    const site = main.getByRole('textbox');
    await site.fill('https://smit.example/with/a/path?');
    await site.press('Enter');
    await expect(site).toHaveAttribute('aria-invalid', 'true');
    await site.fill('https://www.smit.example');
    await site.press('Enter');
    await expect(sites.filter({ hasText: 'https://www.smit.example' })).toBeVisible();
    await page.reload();
    await expect(sites).toHaveCount(2);
    const panel = await context.request.get(server.vitrine('/widget/smit?o=https%3A%2F%2Fwww.smit.example'));
    expect(panel.headers()['content-security-policy']).toContain('https://www.smit.example');

    // The secret is shown once.
    await expect(page.locator('body[data-ready="1"]')).toBeAttached();
    await main.getByRole('button', { name: /secret/i }).click();
    const secret = main.getByRole('status').locator('pre');
    await expect(secret).toHaveText(/^\S{32,}$/);
    const shown = await secret.innerText();
    await page.reload();
    await expect(main.getByRole('heading', { name: 'Your site' })).toBeVisible();
    expect(await page.content()).not.toContain(shown);
  } finally {
    await context.close();
    await server.stop();
  }
});
