// What every browser test begins with: a running demo, and people who can be called in.
//
// The tests of a file share a demo, with its budgets as they are for everybody; `freshDemo` is one of a test's own, for those who
// break things.
// When a test ends, everybody on duty goes home, and what any browser complained about fails the test.
import { type BrowserContextOptions, expect, test as base } from '@playwright/test';
import { Noise } from './support/noise';
import { Server } from './support/server';
import { type Person, Shopper } from './support/shopper';
import { ANNA, Vendor } from './support/vendor';

export { expect };

/** Calls people in. Each has a browser of their own. */
export interface People {
  /** A guest with a name nobody else has, unless somebody is named. */
  shopper(options?: { who?: Person; at?: Server; browser?: BrowserContextOptions }): Promise<Shopper>;
  /** Anna of Atelier Delft, unless somebody else is named. */
  vendor(options?: { who?: Person; at?: Server; browser?: BrowserContextOptions }): Promise<Vendor>;
  /** Complaints of a browser that is neither's. */
  noise(whose: string): Noise;
}

const FIRST_NAMES = 'Noor Hugo Inés Camille Sanne Mateo Élodie Oliver Fatima Jurre Carla Basile Femke Diego Manon Ruben Aisha Lukas Paula Théo'.split(' ');
const LAST_NAMES =
  'van Dam,Peeters,Ortega,Lefèvre,Visser,Navarro,Moreau,Clarke,Aydin,de Wit,Serrano,Girard,Hendriks,Molina,Faure,Kuipers,Haddad,Novak,Ribas,Blanchard'.split(',');
let met = 0;

/** Somebody nobody has met before: names differ, so that tests can share a store. */
export function somebody(): Person {
  const round = Math.floor(met / FIRST_NAMES.length);
  const first = FIRST_NAMES[met % FIRST_NAMES.length] ?? '';
  const last = LAST_NAMES[(met + round) % LAST_NAMES.length] ?? '';
  met += 1;
  return { name: `${first} ${last}`, email: `guest.${met}@customer.example` };
}

interface TestFixtures {
  /** What is done when everybody has gone home. */
  afterwards: (() => Promise<void>)[];
  demo: Server;
  freshDemo: Server;
  people: People;
}

interface WorkerFixtures {
  demos: { of(file: string): Promise<Server> };
}

export const test = base.extend<TestFixtures, WorkerFixtures>({
  demos: [
    async ({}, use) => {
      // One at a time: the next file's tests begin with a store of their own.
      const running = new Map<string, Server>();
      const stopAll = async () => {
        for (const server of running.values()) await server.stop();
        running.clear();
      };
      await use({
        async of(file) {
          const known = running.get(file);
          if (known) return known;
          await stopAll();
          const server = await Server.demo();
          running.set(file, server);
          return server;
        },
      });
      await stopAll();
    },
    { scope: 'worker' },
  ],

  demo: async ({ demos }, use, info) => {
    await use(await demos.of(info.file));
  },

  afterwards: async ({}, use) => {
    const tasks: (() => Promise<void>)[] = [];
    await use(tasks);
    for (const task of tasks) await task();
  },

  // It stops after the people have gone: a page that is still open would complain.
  freshDemo: async ({ afterwards }, use, info) => {
    const server = await Server.demo();
    afterwards.push(() => server.stop());
    await use(server);
    if (info.status !== info.expectedStatus) await info.attach('server.log', { body: server.output });
  },

  people: async ({ browser, demo, afterwards: _ }, use, info) => {
    const shoppers: Shopper[] = [];
    const vendors: Vendor[] = [];
    const noises: Noise[] = [];
    await use({
      async shopper({ who = somebody(), at = demo, browser: options = {} } = {}) {
        const shopper = await Shopper.arrive(browser, at, who, options);
        shoppers.push(shopper);
        return shopper;
      },
      async vendor({ who = ANNA, at = demo, browser: options = {} } = {}) {
        const vendor = await Vendor.arrive(browser, at, who, options);
        vendors.push(vendor);
        return vendor;
      },
      noise(whose) {
        const noise = new Noise(whose);
        noises.push(noise);
        return noise;
      },
    });
    const complaints = [...shoppers, ...vendors].map((person) => person.noise).concat(noises).flatMap((noise) => noise.complaints);
    const well = info.status === info.expectedStatus;
    if (well) for (const vendor of vendors) if (vendor.onDuty && vendor.server === demo) await vendor.goHome();
    for (const person of [...shoppers, ...vendors]) await person.context.close();
    if (!well) await info.attach('server.log', { body: demo.output });
    expect(complaints, 'browsers complained').toEqual([]);
  },
});
