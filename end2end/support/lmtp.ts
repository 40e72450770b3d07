// The mail server in front of Vitrine: letters, and the door that they are handed over at.
import { connect } from 'node:net';

/** Hands a letter over by LMTP, and answers what was said of it. */
export async function handOver(port: number, from: string, to: string, lines: string[]): Promise<string> {
  const letter = lines.map((line) => (line.startsWith('.') ? `.${line}` : line)).join('\r\n');
  const steps = ['LHLO test', `MAIL FROM:<${from}>`, `RCPT TO:<${to}>`, 'DATA', `${letter}\r\n.`, 'QUIT'];
  return new Promise((done, failed) => {
    const socket = connect(port, '127.0.0.1');
    const answers: string[] = [];
    let heard = '';
    socket.setEncoding('utf8');
    socket.setTimeout(10_000, () => failed(new Error(`the door says nothing after ${answers.join(' | ')}`)));
    socket.on('error', failed);
    socket.on('close', () => done(answers.at(-2) ?? ''));
    socket.on('data', (text: string) => {
      heard += text;
      // An answer ends with a line that has a space behind its number.
      for (let end = /^\d{3} .*\r\n/m.exec(heard); end !== null; end = /^\d{3} .*\r\n/m.exec(heard)) {
        answers.push(end[0].trim());
        heard = heard.slice(end.index + end[0].length);
        const next = steps.shift();
        if (next !== undefined) socket.write(`${next}\r\n`);
      }
    });
  });
}

/** A letter as lines; `heads` come before its own. */
export function letter(from: string, subject: string, text: string, ...heads: string[]): string[] {
  const domain = from.split('@')[1] ?? '';
  const id = `<${Math.random().toString(36).slice(2)}@${domain}>`;
  return [...heads, `Message-ID: ${id}`, `From: ${from}`, `Subject: ${subject}`, 'Content-Type: text/plain; charset=utf-8', '', text];
}
