import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startGodwit, startPostgres, startRedis, type GodwitProcess } from '../tests/servers/index.js';
import { endAtExit, processTree, signalAll } from '../tests/servers/processes.js';
import { PROBE } from './left-memory.js';
import { programOf } from './memory.js';

export type ShapeName = 'in process' | 'through Redis';

/** Where the mail of a bench without a mail server lies: one Maildir for each account. */
export interface MailFolder {
  /** Login of the account of that number. */
  user(index: number): string;
  readonly password: string;
  /** The mail is in the Inbox when it resolves: one file more in `new`, as a delivery agent leaves it. */
  deliver(index: number, mail: string): Promise<void>;
  readonly tenant: Readonly<Record<string, unknown>>;
  remove(): Promise<void>;
}

const PASSWORD = 'secret';
const nameOf = (index: number): string => `phone-${index}@example.test`;

/** Makes the Maildirs of so many accounts in a temporary folder. */
export async function makeMailFolder(accounts: number): Promise<MailFolder> {
  const root = await mkdtemp(join(tmpdir(), 'godwit-bench-mail-'));
  endAtExit(() => void rm(root, { recursive: true, force: true }));
  const names = Array.from({ length: accounts }, (_, index) => nameOf(index));
  for (const name of names)
    await Promise.all(
      ['new', 'cur', 'tmp'].map((part) => mkdir(join(root, name, part), { recursive: true })),
    );
  let delivered = 0;
  return {
    user: nameOf,
    password: PASSWORD,
    deliver: (index, mail) =>
      writeFile(join(root, nameOf(index), 'new', `${Date.now()}.bench-${delivered++}.local`), mail),
    tenant: {
      domains: ['*'],
      provisioning: 'off',
      mail: {
        kind: 'maildir',
        path: join(root, '{user}'),
        passwords: Object.fromEntries(names.map((name) => [name, PASSWORD])),
      },
    },
    remove: () => rm(root, { recursive: true, force: true }),
  };
}

/** Godwit, all in one process or as a hosting company runs it: one gateway and one actor host over Redis. */
export interface Shape {
  readonly name: ShapeName;
  readonly url: string;
  /** Where its own PostgreSQL is; empty where that is Godwit's alone. */
  readonly database: string;
  /** Port of its Redis; 0 for none. */
  readonly redisPort: number;
  /** Holds the phones. */
  readonly gateway: GodwitProcess;
  /** Hosts the actors; the same process as the gateway in the one shape. */
  readonly host: GodwitProcess;
  /** What belongs to each part, at this moment. */
  pids(part: Part): number[];
  stop(): Promise<void>;
}

export type Part = 'gateway' | 'host' | 'postgres' | 'redis';

const configurationOf = (tenant: Readonly<Record<string, unknown>>): Record<string, unknown> => ({
  log: { level: 'warn' },
  // A Ping that ends at once can be measured, too.
  heartbeat: { minSeconds: 1, marginSeconds: 0 },
  tenants: [tenant],
});

const isPostgres = (pid: number): boolean => programOf(pid) === 'postgres';

async function inProcess(tenant: MailFolder['tenant']): Promise<Shape> {
  const process = await startGodwit('serve', configurationOf(tenant), { node: PROBE });
  const orphans = process.pids().filter(isPostgres);
  const pids = (part: Part): number[] => {
    if (part === 'postgres') return process.pids().filter(isPostgres);
    return part === 'redis' ? [] : [process.pid];
  };
  return {
    name: 'in process',
    url: process.url,
    database: '',
    redisPort: 0,
    gateway: process,
    host: process,
    pids,
    async stop() {
      const database = pids('postgres');
      await process.stop();
      // One that outlived a kill of its Godwit is nobody's child any more.
      signalAll([...orphans, ...database], 'SIGKILL');
    },
  };
}

async function throughRedis(tenant: MailFolder['tenant']): Promise<Shape> {
  const [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
  const configuration = {
    ...configurationOf(tenant),
    database: postgres.url,
    actors: redis.url,
    secret: 'known to every node of this bench',
  };
  const [gateway, host] = await Promise.all([
    startGodwit('gateway', configuration, { node: PROBE }),
    startGodwit('actors', configuration, { node: PROBE }),
  ]);
  const pids = (part: Part): number[] => {
    if (part === 'postgres') return processTree(process.pid).filter(isPostgres);
    return [part === 'redis' ? redis.pid : part === 'host' ? host.pid : gateway.pid];
  };
  return {
    name: 'through Redis',
    url: gateway.url,
    database: postgres.url,
    redisPort: redis.port,
    gateway,
    host,
    pids,
    async stop() {
      await gateway.stop();
      await host.stop();
      await Promise.all([redis.stop(), postgres.stop()]);
    },
  };
}

export const startShape: Readonly<Record<ShapeName, (tenant: MailFolder['tenant']) => Promise<Shape>>> = {
  'in process': inProcess,
  'through Redis': throughRedis,
};
