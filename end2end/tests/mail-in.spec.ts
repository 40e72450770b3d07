// Mail that arrives: a customer writes to the store's own address and answers a letter, somebody pretends, a machine answers; the vendor
// sees what became of each. The test is the mail server in front of Vitrine and hands the letters over.
import { expect, test } from '../fixtures';
import { handOver, letter } from '../support/lmtp';
import { Server, freePort } from '../support/server';

const DOMAIN = 'in.vitrine.example';
const AUTHSERV = 'mx.vitrine.example';

const vouched = (domain: string) => `Authentication-Results: ${AUTHSERV}; dmarc=pass header.from=${domain}`;

test('S-i5 HE-5 HE-9 a letter begins a message, a pretender is marked, and a machine is left alone', async ({ people }) => {
  const port = await freePort();
  const server = await Server.demo({
    VITRINE_MAIL_IN_DOMAIN: DOMAIN,
    VITRINE_MAIL_IN_AUTHSERV: AUTHSERV,
    VITRINE_LMTP_LISTEN: `127.0.0.1:${port}`,
  });
  try {
    const to = `delft@${DOMAIN}`;
    const jane = 'jane.letter@customer.example';
    const asks = letter(jane, 'A question', 'Do you ship to Texel?', vouched('customer.example'));
    expect(await handOver(port, jane, to, asks)).toMatch(/^250/);
    expect(await handOver(port, jane, to, asks), 'the same letter again is no second message').toMatch(/^250/);
    const joe = 'joe.letter@customer.example';
    expect(await handOver(port, joe, to, letter(joe, 'Me too', 'And to Vlieland?'))).toMatch(/^250/);
    const away = letter(jane, 'Away', 'I am on holiday.', 'Auto-Submitted: auto-replied');
    expect(await handOver(port, jane, to, away)).toMatch(/^250/);
    expect(await handOver(port, jane, `reply+aaaa.bbbb@${DOMAIN}`, letter(jane, 'Guess', 'Let me in'))).toMatch(/^250/);

    const vendor = await people.vendor({ at: server });
    const { page } = vendor;
    const main = await vendor.integrations('Arrived mail');
    await expect(main).toContainText(to);
    const row = (subject: string) => main.getByRole('row').filter({ hasText: subject });
    await expect(row('A question')).toHaveCount(1);
    await expect(row('A question')).toContainText('Began a new message');
    await expect(row('Away')).toContainText('A machine wrote it.');
    await expect(row('Guess'), 'a guessed address names no store').toHaveCount(0);

    const opened = vendor.context.waitForEvent('page');
    await row('A question').getByRole('link', { name: /Read as it came/ }).click();
    const raw = await opened;
    await expect(raw.locator('body')).toContainText('Do you ship to Texel?');
    await raw.close();

    await row('A question').getByRole('link', { name: 'Began a new message' }).click();
    const said = page.getByRole('log', { name: 'Conversation' }).getByRole('listitem');
    const words = said.filter({ hasText: 'Do you ship to Texel?' });
    await expect(words.first()).toContainText('By mail');
    await expect(words.first()).not.toContainText('not verified');
    await vendor.integrations('Arrived mail');
    await row('Me too').getByRole('link', { name: 'Began a new message' }).click();
    await expect(said.filter({ hasText: 'And to Vlieland?' }).first()).toContainText(`By mail, not verified, from ${joe}`);
    // The desk would miss its server.
    await page.goto('about:blank');
  } finally {
    await server.stop();
  }
});
