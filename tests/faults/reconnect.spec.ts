/** A thousand phones that lose their connections at once and come back at once: all are served, none is told nonsense. */
import { Agent } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { Phone, type PingResult } from '#phone';
import { newUser, some } from '../stage/accounts.js';
import { letter } from '../stage/corpus.js';
import { untilHeld } from '../stage/held.js';
import { isPassing, onPhone, onServer, syncThrough } from '../stage/phones.js';
import { report } from './stage/report.js';
import { bugsOf, startClusterSite, type Site } from './stage/site.js';
import { LEASE } from './stage/trial.js';

const ACCOUNTS = 50;
const PHONES_EACH = 20;
/** Phones that are set up at a time. */
const AT_A_TIME = 25;
/** Milliseconds until all of them wait, on a machine that has other things to do. */
const PATIENCE = 60_000;
/** Milliseconds between two attempts of a phone: they do not all come again in the same millisecond. */
const AGAIN = 500;

jest.setTimeout(300_000);

let site: Site;
const agent = new Agent({ keepAlive: true });

beforeAll(async () => {
  site = await startClusterSite();
});

afterAll(async () => {
  agent.destroy();
  await site?.stop();
});

/** What is passing is tried again. */
async function insist<T>(attempt: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (!isPassing(error)) throw error;
      await delay(AGAIN * (0.5 + Math.random()));
    }
  }
}

async function forEach<T>(all: readonly T[], work: (one: T) => Promise<unknown>): Promise<void> {
  const left = [...all];
  const worker = async (): Promise<void> => {
    for (let one = left.pop(); one !== undefined; one = left.pop()) await work(one);
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, worker));
}

/** Waits for news until there are some, as often as its connection breaks. Resolves to how often it came back. */
async function untilNews(phone: Phone): Promise<number> {
  for (let returns = 0; ; returns++) {
    const answer: PingResult = await insist(() => phone.ping({ interval: 300, folders: [phone.inbox()] }));
    if (answer.kind === 'answered' && answer.status === 2) return returns;
    if (answer.kind === 'answered' && answer.status !== 1) throw new Error(`Ping: Status ${answer.status}`);
  }
}

it('come back within a lease, and each hears of its next mail', async () => {
  const users = Array.from({ length: ACCOUNTS }, () => newUser(site.dovecot, some(3)));
  const phones = users.flatMap((user) =>
    Array.from({ length: PHONES_EACH }, (_, index) => {
      const deviceId = `crowd${user.replace(/\D/g, '')}x${index}`;
      return new Phone({ url: site.url, user, deviceId, password: 'secret', agent });
    }),
  );
  await forEach(phones, async (phone) => {
    await insist(() => phone.provision());
    await insist(() => phone.folderSync());
    await syncThrough(phone.inbox());
  });
  const waiting = phones.map(untilNews);
  const held = { gateways: site.gateways.map(({ process }) => process) };
  await untilHeld(held, phones.length, PATIENCE);

  const began = performance.now();
  const [killed] = held.gateways;
  await killed!.kill();
  await untilHeld({ gateways: held.gateways.slice(1) }, phones.length, PATIENCE);
  const recovery = Math.round(performance.now() - began);
  await killed!.start();

  for (const user of users) await site.dovecot.deliver(user, letter(`After the rush, for ${user}`));
  const returns = (await Promise.all(waiting)).reduce((sum, count) => sum + count, 0);
  await forEach(phones, (phone) => syncThrough(phone.inbox()));
  for (const user of users) {
    const there = await onServer(site.dovecot, user);
    for (const phone of phones.filter(({ link }) => link.identity.user === user)) {
      expect(onPhone(phone.inbox())).toEqual(there);
      expect(phone.inbox().resets).toBe(0);
    }
  }
  expect(bugsOf(site)).toEqual([]);
  report({
    fault: `${phones.length} waiting phones, half of them cut off at once`,
    shape: 'cluster',
    recovery,
    from: 'the fault',
    exchanges: phones.length,
    troubles: returns,
  });
  expect({ isQuick: recovery < LEASE, recovery }).toMatchObject({ isQuick: true });
});
