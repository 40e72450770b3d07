// The real executable, started the way its documentation says, on free ports and a folder of its own.
// It can be killed and started again on the same data and the same ports; it never outlives the test that asked for it.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const EXECUTABLE = process.env.VITRINE_BIN ?? resolve(__dirname, '../../target/release/vitrine');
const READY_WITHIN_MS = 30_000;
const STOPPED_WITHIN_MS = 35_000;
const OUTPUT_KEPT = 200_000;

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  return new Promise((found, failed) => {
    const probe = createServer();
    probe.once('error', failed);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => (address !== null && typeof address === 'object' ? found(address.port) : failed(new Error('no port'))));
    });
  });
}

/** Runs until the condition holds, looking again every few milliseconds; says what it waited for when it never does. */
export async function until<T>(what: string, withinMs: number, look: () => Promise<T | undefined> | T | undefined): Promise<T> {
  const end = Date.now() + withinMs;
  for (;;) {
    const seen = await look();
    if (seen !== undefined) return seen;
    if (Date.now() > end) throw new Error(`waited ${withinMs} ms in vain for ${what}`);
    await new Promise((again) => setTimeout(again, 20));
  }
}

export class Server {
  /** Everything it printed, on both streams. */
  output = '';
  private child: ChildProcess | undefined;

  private constructor(
    private readonly args: string[],
    private readonly folder: string,
    private readonly port: number,
    private readonly shopPort: number,
    private readonly settings: Record<string, string> = {},
  ) {}

  /** The demo marketplace with its shop on another site; `settings` go into its environment. */
  static async demo(settings: Record<string, string> = {}): Promise<Server> {
    const [port, shopPort, folder] = [await freePort(), await freePort(), await newFolder()];
    const args = ['demo', '--listen', `127.0.0.1:${port}`, '--shop', `127.0.0.1:${shopPort}`, '--data', folder];
    return new Server(args, folder, port, shopPort, settings).started();
  }

  /** An installation that nobody has set up yet. */
  static async fresh(): Promise<Server> {
    const [port, folder] = [await freePort(), await newFolder()];
    return new Server(['serve', '--listen', `127.0.0.1:${port}`, '--data', folder], folder, port, 0).started();
  }

  /** The origin of Vitrine, and an address on it. */
  vitrine(path = ''): string {
    return `http://127.0.0.1:${this.port}${path}`;
  }

  /** The origin of the shop, which is another site, and an address on it. */
  shop(path = ''): string {
    return `http://localhost:${this.shopPort}${path}`;
  }

  /** The accessible name of the panel's frame, as the loader is told it. */
  async panelTitle(store: string, language: string): Promise<string> {
    const answer = await fetch(this.vitrine(`/status/${store}?lang=${language}`));
    const status = (await answer.json()) as { title: string };
    return status.title;
  }

  /** Starts it (again) and waits for its first healthy answer. */
  async run(): Promise<void> {
    const { VITRINE_RATE_FACTOR: _, ...env } = process.env;
    // How much disk the machine has left is not what is examined: a build beside it may have taken most.
    const child = spawn(EXECUTABLE, this.args, { env: { ...env, VITRINE_DISK_FLOOR: '0', ...this.settings }, stdio: ['ignore', 'pipe', 'pipe'] });
    this.child = child;
    let failed: Error | undefined;
    const keep = (text: string) => {
      this.output = (this.output + text).slice(-OUTPUT_KEPT);
    };
    child.stdout.setEncoding('utf8').on('data', keep);
    child.stderr.setEncoding('utf8').on('data', keep);
    child.once('error', (error) => {
      failed = error;
    });
    await until('/healthz', READY_WITHIN_MS, async () => {
      if (failed) throw failed;
      if (!isRunning(child)) throw new Error(`${EXECUTABLE} ${this.args.join(' ')} ended by itself:\n${this.output}`);
      const answer = await fetch(this.vitrine('/healthz')).catch(() => undefined);
      return answer?.ok ? true : undefined;
    });
  }

  /** `kill -9`: no goodbye, nothing flushed. */
  async kill9(): Promise<void> {
    await this.end('SIGKILL');
  }

  /** The file that everything is in while it does not run. */
  get database(): string {
    return join(this.folder, 'vitrine.db');
  }

  /** SIGTERM, and a new life on the same data, or on what became of it `meanwhile`. Returns the code it ended with. */
  async restart(meanwhile: () => void = () => undefined): Promise<number | null> {
    const code = await this.end('SIGTERM');
    meanwhile();
    await this.run();
    return code;
  }

  /** Ends it for good and removes its data. */
  async stop(): Promise<void> {
    await this.end('SIGKILL');
    await rm(this.folder, { recursive: true, force: true });
  }

  private async started(): Promise<Server> {
    try {
      await this.run();
    } catch (error) {
      await this.stop();
      throw error;
    }
    return this;
  }

  private async end(signal: NodeJS.Signals): Promise<number | null> {
    const child = this.child;
    if (!child) return null;
    if (isRunning(child)) {
      child.kill(signal);
      await until(`the server to end after ${signal}`, STOPPED_WITHIN_MS, () => (isRunning(child) ? undefined : true));
    }
    return child.exitCode;
  }
}

function isRunning(child: ChildProcess): boolean {
  return child.pid !== undefined && child.exitCode === null && child.signalCode === null;
}

function newFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'vitrine-end2end-'));
}
