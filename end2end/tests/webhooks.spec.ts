// Webhooks: the owner names an address, is shown its secret once, and a program of theirs hears what shoppers write, signed. What it did
// not take comes again when the owner says so.
import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from '../fixtures';
import { Server, until } from '../support/server';

interface Heard {
  id: string;
  body: string;
  signed: boolean;
}

test('news of messages arrive at a program of the shop, signed, and are sent again on request', async ({ people }) => {
  const heard: Heard[] = [];
  let [answer, secret] = [500, ''];
  const program = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (more: string) => {
      body += more;
    });
    request.on('end', () => {
      const header = (name: string) => String(request.headers[name]);
      const [id, at] = [header('webhook-id'), header('webhook-timestamp')];
      const key = Uint8Array.from(Buffer.from(secret.replace('whsec_', ''), 'base64'));
      const expected = `v1,${createHmac('sha256', key).update(`${id}.${at}.${body}`).digest('base64')}`;
      heard.push({ id, body, signed: header('webhook-signature') === expected });
      response.writeHead(answer).end();
    });
  });
  await new Promise<void>((open) => program.listen(0, '127.0.0.1', open));
  const { port } = program.address() as AddressInfo;
  const server = await Server.demo({ VITRINE_WEBHOOK_ALLOW: '127.0.0.0/8' });
  try {
    const vendor = await people.vendor({ at: server });
    vendor.noise.expect(/status of 422/);
    const main = await vendor.integrations('Webhooks');
    const url = main.getByRole('textbox', { name: 'Web address' });
    await url.fill('http://192.168.1.1/in');
    await main.getByRole('button', { name: 'Add address' }).click();
    await expect(url).toHaveAttribute('aria-invalid', 'true');
    await expect(url).toHaveValue('http://192.168.1.1/in');

    await url.fill(`http://127.0.0.1:${port}/in`);
    for (const more of ['A conversation was begun', 'A conversation was moved', 'A conversation has ended', 'A customer gave a rating']) {
      await main.getByRole('checkbox', { name: more }).uncheck();
    }
    await main.getByRole('button', { name: 'Add address' }).click();
    secret = (await main.getByRole('region', { name: 'Secret' }).locator('pre').innerText()).trim();
    expect(secret).toMatch(/^whsec_/);
    await vendor.integrations('Webhooks');
    await expect(main.getByText('whsec_')).toHaveCount(0);

    const shopper = await people.shopper({ at: server });
    await shopper.visit();
    await shopper.openChat();
    const field = (name: string) => shopper.panel.getByRole('textbox', { name, exact: true });
    await field('First name').fill(shopper.who.name);
    await field('Email').fill(shopper.who.email);
    await field('Message').fill('Is the tulip vase still there?');
    await shopper.panel.getByRole('button', { name: 'Send message' }).click();
    await until('the first call', 15_000, () => (heard.length > 0 ? true : undefined));
    expect(heard[0]?.body).toContain('Is the tulip vase still there?');
    expect(heard[0]?.signed).toBe(true);

    answer = 204;
    await until('the second call', 15_000, () => (heard.length > 1 ? true : undefined));
    expect(heard[1]?.id).toBe(heard[0]?.id);
    const row = main.getByRole('row').filter({ hasText: 'message.created' });
    await until('the row that says so', 10_000, async () => {
      await vendor.integrations('Webhooks');
      return (await row.filter({ hasText: 'Arrived' }).count()) > 0 ? true : undefined;
    });
    await row.getByRole('button', { name: /Send message\.created of .* again/ }).click();
    await expect(main.getByRole('status').filter({ hasText: 'It is on its way once more.' })).toBeVisible();
    await until('the third call', 15_000, () => (heard.length > 2 ? true : undefined));
    expect(heard[2]?.id).toBe(heard[0]?.id);

    await vendor.integrations('Webhooks');
    await main.getByRole('button', { name: `Remove http://127.0.0.1:${port}/in` }).click();
    await expect(main.getByText('There are no addresses yet.')).toBeVisible();
  } finally {
    await server.stop();
    program.closeAllConnections();
    program.close();
  }
});
