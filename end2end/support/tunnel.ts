// A railway tunnel for one browser: requests fail, and what is on the socket is lost without either side being told.
// At the end of it the old connection turns out to be dead, as it does on a telephone.
import type { BrowserContext, WebSocketRoute } from '@playwright/test';

const SOCKET = /\/ws(\?.*)?$/;
/** No code of ours: a connection that somebody on the way gave up. */
const GIVEN_UP = 3001;

export class Tunnel {
  private dark = false;
  private readonly lines: WebSocketRoute[] = [];

  private constructor(private readonly context: BrowserContext) {}

  /** To be dug before the first page is opened. */
  static async dig(context: BrowserContext): Promise<Tunnel> {
    const tunnel = new Tunnel(context);
    await context.routeWebSocket(SOCKET, (page) => tunnel.carry(page));
    return tunnel;
  }

  async enter(): Promise<void> {
    this.dark = true;
    await this.context.setOffline(true);
  }

  async leave(): Promise<void> {
    this.dark = false;
    await this.context.setOffline(false);
    for (const line of this.lines.splice(0)) await line.close({ code: GIVEN_UP }).catch(() => undefined);
  }

  private carry(page: WebSocketRoute): void {
    if (this.dark) {
      void page.close({ code: GIVEN_UP });
      return;
    }
    const server = page.connectToServer();
    page.onMessage((message) => {
      if (!this.dark) server.send(message);
    });
    server.onMessage((message) => {
      if (!this.dark) page.send(message);
    });
    this.lines.push(page, server);
  }
}

/** A network whose proxies know nothing of sockets: each one is closed before a word is said. */
export async function blockSockets(context: BrowserContext): Promise<void> {
  await context.routeWebSocket(SOCKET, (page) => void page.close({ code: GIVEN_UP }));
}
