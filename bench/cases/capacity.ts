import { Client } from 'pg';
import { connect } from 'node:net';
import { startDovecot, type Dovecot } from '../../tests/servers/index.js';
import { assumed, type Cost, type Costs } from '../capacity-model.js';
import { capacityPage } from '../capacity-page.js';
import { mail, mails } from '../corpus.js';
import { cpuOfFamily } from '../cpu.js';
import { Fleet } from '../fleet.js';
import { leftMemory, memoryCost, type LeftMemory } from '../left-memory.js';
import { memoryOf, programOf } from '../memory.js';
import { inParallel, pause } from '../measured.js';
import { startShape, type Part, type Shape } from '../shapes.js';
import { holdWarm } from './burst.js';

/*
 * What everything costs that phones do, in each part of an installation: one gateway, one actor host, Redis, PostgreSQL,
 * Dovecot behind. Processor time and memory, which a busy machine changes little, and no times.
 */
const FIRST_MAILS = 1000;
const REST_SECONDS = 10;
const PASSWORD = 'secret';
const WIDTH = 4;

export interface CapacitySizes {
  /** Accounts, each with an Inbox of 20 mails; and so many devices of each. */
  readonly accounts: number;
  readonly devices: number;
  readonly quietSyncs: number;
  readonly news: number;
  readonly firsts: number;
}

export const quickCapacity: CapacitySizes = {
  accounts: 20,
  devices: 15,
  quietSyncs: 400,
  news: 60,
  firsts: 3,
};
export const fullCapacity: CapacitySizes = {
  accounts: 40,
  devices: 50,
  quietSyncs: 4000,
  news: 400,
  firsts: 10,
};

/** What was found beside the model's costs. */
export interface Found extends Costs {
  /** A second of an installation where nobody is. */
  readonly idle: Cost;
  /** An imap process of Dovecot's, by itself. */
  readonly dovecotImapBytes: number;
  /** Devices of the accounts that were measured with. */
  readonly devices: number;
}

const parts: readonly Part[] = ['gateway', 'host', 'postgres', 'redis'];

/** Processor time of each part for one of `count` things that `work` does, in milliseconds. */
async function costOf(shape: Shape, count: number, work: () => Promise<unknown>): Promise<Cost> {
  const used = (): number[] => parts.map((part) => cpuOfFamily(shape.pids(part)));
  const before = used();
  await work();
  const [gateway = 0, host = 0, postgres = 0, redis = 0] = used().map(
    (now, index) => (now - (before[index] ?? 0)) / count,
  );
  return { gateway, host, postgres, redis };
}

/** Bytes of tables with their indexes. */
async function tableBytes(url: string, tables: readonly string[]): Promise<number> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query('vacuum full');
    const { rows } = await client.query<{ bytes: string }>(
      'select coalesce(sum(pg_total_relation_size(oid)), 0) as bytes from pg_class where relname = any($1)',
      [tables],
    );
    return Number(rows[0]?.bytes ?? 0);
  } finally {
    await client.end();
  }
}

const deviceTables = ['accounts', 'devices', 'device_search', 'collections', 'folders', 'device_events'];
const mailTables = ['known_segments'];

/** `used_memory` of a Redis. */
function redisBytes(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.end('INFO memory\r\nQUIT\r\n'));
    let text = '';
    socket.on('data', (data) => (text += data.toString('latin1')));
    socket.on('end', () => resolve(Number(/^used_memory:(\d+)/m.exec(text)?.[1] ?? NaN)));
    socket.on('error', reject);
  });
}

/** Bytes one imap process of Dovecot has for itself. */
function imapBytes(dovecot: Dovecot): number {
  const processes = dovecot.pids().filter((pid) => programOf(pid) === 'imap');
  const bytes = processes.reduce((sum, pid) => sum + memoryOf([pid]), 0);
  return processes.length === 0 ? NaN : bytes / processes.length;
}

interface Scene {
  readonly shape: Shape;
  readonly dovecot: Dovecot;
  readonly fleet: Fleet;
  readonly sizes: CapacitySizes;
  readonly user: (index: number) => string;
}

async function syncCosts(scene: Scene): Promise<Pick<Found, 'quietSync' | 'news' | 'pingAgain'>> {
  const { shape, dovecot, fleet, sizes, user } = scene;
  const count = fleet.phones.length;
  const quietSync = await costOf(shape, sizes.quietSyncs, () =>
    inParallel(sizes.quietSyncs, WIDTH, (run) => fleet.sync(run % count)),
  );
  const pings = Math.min(count, sizes.quietSyncs);
  const pingAgain = await costOf(shape, pings, () =>
    inParallel(pings, pings, async (index) => void (await fleet.hold(index, 1))),
  );
  let next = 0;
  const news = await costOf(shape, sizes.news, async () => {
    for (let run = 0; run < sizes.news; run++) {
      const index = next++ % sizes.accounts;
      const told = fleet.hold(index);
      // The Ping has to be held when the mail comes.
      await pause(60);
      await dovecot.deliver(user(index), mail(4_000_000 + run, user(index)));
      await told;
      await fleet.sync(index);
    }
  });
  return { quietSync, pingAgain, news };
}

/** What a device and its mails take in the database, and a first Sync of processors. */
async function firstSyncs({
  shape,
  dovecot,
  sizes,
}: Scene): Promise<Pick<Found, 'firstThousand' | 'thousandMailsBytes'>> {
  const user = (index: number): string => `first-${index}@example.test`;
  for (let index = 0; index < sizes.firsts; index++) dovecot.seed(user(index), mails(FIRST_MAILS));
  const before = await tableBytes(shape.database, mailTables);
  const fleet = new Fleet(shape.url, { user, password: PASSWORD }, sizes.firsts);
  const firstThousand = await costOf(shape, sizes.firsts, () => fleet.grow(sizes.firsts));
  fleet.end();
  const after = await tableBytes(shape.database, mailTables);
  return { firstThousand, thousandMailsBytes: (after - before) / sizes.firsts };
}

const atRest = (shape: Shape): Promise<Cost> => costOf(shape, REST_SECONDS, () => pause(REST_SECONDS * 1000));

/** What devices that only are there and wait cost beyond an installation where nobody is. */
async function waitingCosts(
  { shape, fleet }: Scene,
  idle: Cost,
): Promise<Pick<Found, 'waitingBytes' | 'waitingSecond' | 'redisDeviceBytes'>> {
  const count = fleet.phones.length;
  const idleRedis = await redisBytes(shape.redisPort);
  const live = (index: number): void => void fleet.live(index, () => undefined).catch(() => undefined);
  const left = await holdWarm(shape, fleet, live);
  const rest = await atRest(shape);
  const redis = (await redisBytes(shape.redisPort)) - idleRedis;
  const each = (part: Part): number => Math.max(0, rest[part] - idle[part]) / count;
  fleet.hangUp();
  // The gateway notices.
  await pause(2000);
  return {
    waitingBytes: memoryCost(left),
    waitingSecond: {
      gateway: each('gateway'),
      host: each('host'),
      postgres: each('postgres'),
      redis: each('redis'),
    },
    redisDeviceBytes: Math.max(0, redis) / count,
  };
}

async function wireBytes(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  let bytes = 0;
  for (const [, value = '0'] of text.matchAll(/^godwit_(?:request|response)_bytes_total\{[^}]*\} (\d+)/gm))
    bytes += Number(value);
  return bytes;
}

const grown = (before: LeftMemory, after: LeftMemory): LeftMemory => ({
  resident: after.resident - before.resident,
  heap: after.heap - before.heap,
  external: after.external - before.external,
});

async function measure(scene: Scene, say: (text: string) => void): Promise<Found> {
  const { shape, dovecot, fleet, sizes } = scene;
  const [gateway, host] = [await leftMemory(shape.gateway.pid), await leftMemory(shape.host.pid)];
  const idle = await atRest(shape);
  // One device of each account: what is open for an account is counted with it. The first ones bring what all share.
  const first = Math.floor(sizes.accounts / 2);
  await fleet.grow(first);
  const begun = await leftMemory(shape.host.pid);
  await fleet.grow(sizes.accounts - first);
  const opened = await leftMemory(shape.host.pid);
  const rows = await tableBytes(shape.database, deviceTables);
  say('devices are set up');
  const more = sizes.accounts * (sizes.devices - 1);
  await fleet.grow(more);
  const deviceRowBytes = ((await tableBytes(shape.database, deviceTables)) - rows) / more;
  say('phones wait');
  const waiting = await waitingCosts(scene, idle);
  say('phones sync');
  const wire = await wireBytes(shape.url);
  const syncs = await syncCosts(scene);
  const newsWireBytes = ((await wireBytes(shape.url)) - wire) / sizes.news;
  say(`first Syncs of ${FIRST_MAILS} mails`);
  const firsts = await firstSyncs(scene);
  const dovecotImapBytes = imapBytes(dovecot);
  return {
    ...syncs,
    ...firsts,
    ...waiting,
    gatewayBytes: gateway.resident,
    hostBytes: host.resident,
    imapBytes: memoryCost(grown(begun, opened)) / (sizes.accounts - first),
    deviceRowBytes,
    idle,
    newsWireBytes,
    dovecotImapBytes,
    devices: fleet.phones.length,
  };
}

/** Measures, and gives the page's tables in Markdown. */
export async function measureCapacity(
  sizes: CapacitySizes,
  changed: Readonly<Record<string, number>>,
  say: (text: string) => void,
): Promise<string> {
  const dovecot = await startDovecot({ password: PASSWORD });
  const user = (index: number): string => `phone-${index % sizes.accounts}@example.test`;
  for (let index = 0; index < sizes.accounts; index++) dovecot.seed(user(index), mails(20));
  const shape = await startShape['through Redis']({
    domains: ['*'],
    provisioning: 'off',
    mail: { kind: 'imap', host: dovecot.host, port: dovecot.port, tls: 'none' },
  });
  const fleet = new Fleet(shape.url, { user, password: PASSWORD }, sizes.accounts);
  try {
    const found = await measure({ shape, dovecot, fleet, sizes, user }, say);
    return capacityPage(found, { ...assumed, ...changed });
  } finally {
    fleet.end();
    await shape.stop();
    await dovecot.stop();
  }
}
