import { cpus } from 'node:os';
import { startDovecot, startGodwit, startSmtpSink } from '../tests/servers/index.js';
import { measureAdminList } from './cases/admin-list.js';
import { attachments } from './cases/attachments.js';
import { measureBurst } from './cases/burst.js';
import { fullCapacity, measureCapacity, quickCapacity } from './cases/capacity.js';
import { writeCapacityPage } from './capacity-page.js';
import { crowd } from './cases/crowd.js';
import { measureDirectory } from './cases/directory.js';
import { initial } from './cases/initial.js';
import { liveView } from './cases/live-view.js';
import { loops } from './cases/loops.js';
import { measurePim } from './cases/pim.js';
import { measureRedis } from './cases/redis.js';
import { rest } from './cases/rest.js';
import { search } from './cases/search.js';
import { smartForward } from './cases/smart-forward.js';
import { steady } from './cases/steady.js';
import { waiting } from './cases/waiting.js';
import { PROBE } from './left-memory.js';
import { PrivateMailboxes, RemoteMailboxes, type Mailboxes } from './mailboxes.js';
import type { Measured } from './measured.js';
import { readOptions, sizesOf, type BenchOptions } from './options.js';
import { Stage, type Case, type Target } from './stage.js';
import { passes, table, type Column } from './table.js';

/*
 * `npm run bench`: what is measured and how, see README.md. At rest a server has to be fresh; a crowd has to meet users who
 * have never been there, but a program that is warm.
 */
const cases: readonly Case[] = [
  rest,
  initial,
  steady,
  search,
  crowd,
  attachments,
  smartForward,
  loops,
  waiting,
  liveView,
];

interface World {
  readonly mailboxes: Mailboxes;
  readonly targets: readonly Target[];
  close(): Promise<void>;
}

/** Our own Dovecot and Godwit. */
async function privateWorld(options: BenchOptions): Promise<World> {
  const [dovecot, sink] = await Promise.all([
    startDovecot({ password: options.password }),
    startSmtpSink({ keep: false }),
  ]);
  const godwit = await startGodwit(
    'serve',
    {
      log: { level: 'warn' },
      tenants: [
        {
          domains: ['*'],
          provisioning: 'off',
          mail: { kind: 'imap', host: dovecot.host, port: dovecot.port, tls: 'none' },
          submission: { kind: 'smtp', host: '127.0.0.1', port: sink.port, tls: 'none', authenticate: false },
        },
      ],
    },
    { node: PROBE },
  );
  return {
    mailboxes: new PrivateMailboxes(dovecot),
    targets: [
      {
        name: 'godwit',
        url: godwit.url,
        sends: true,
        probed: true,
        pids: () => [godwit.pid],
        admin: { url: godwit.adminUrl, token: godwit.adminToken },
      },
      ...others(options),
    ],
    async close() {
      const noise = godwit.output();
      if (noise !== '') process.stderr.write(`\n${noise}`);
      await godwit.stop();
      await Promise.all([dovecot.stop(), sink.stop()]);
    },
  };
}

const others = ({ vs, vsPids }: BenchOptions): Target[] =>
  vs.map((url) => ({
    name: new URL(url).host,
    url,
    sends: false,
    pids: () => (vs.length === 1 ? vsPids : []),
  }));

function remoteWorld(options: BenchOptions, url: string): World {
  const { imap, password, seed, pids } = options;
  return {
    mailboxes: new RemoteMailboxes(imap, password, seed),
    targets: [{ name: new URL(url).host, url, sends: false, pids: () => pids }, ...others(options)],
    close: () => Promise.resolve(),
  };
}

async function measure(stage: Stage, target: Target, only: readonly string[]): Promise<Measured[]> {
  const measured: Measured[] = [];
  for (const one of cases) {
    if (only.length > 0 && !only.includes(one.name)) continue;
    try {
      measured.push(...(await one.run(stage, target)));
    } catch (error) {
      process.exitCode = 1;
      process.stderr.write(
        `  ${target.name}: ${one.name} failed: ${(error as Error).stack ?? String(error)}\n`,
      );
    }
  }
  return measured;
}

async function measureServers(options: BenchOptions): Promise<Column[]> {
  const world = options.url === undefined ? await privateWorld(options) : remoteWorld(options, options.url);
  const stage = new Stage(options, sizesOf(options), world.mailboxes);
  const columns: Column[] = [];
  try {
    for (const target of world.targets) {
      columns.push({ target: target.name, measured: await measure(stage, target, options.only) });
    }
  } finally {
    stage.close();
    await world.close();
  }
  return columns;
}

/** Cases that bring servers of their own. */
const withoutDovecot: readonly string[] = ['redis', 'directory', 'pim', 'admin-list', 'burst', 'capacity'];

const say = (text: string): void => void process.stderr.write(`  ${text}\n`);

const machine = (): string =>
  `${cpus().length} cores (${(cpus()[0]?.model ?? '').trim()}), Node ${process.version}`;

/** Tables for people to read; see docs/operate/capacity.md. */
async function capacity({ quick, assume, write }: BenchOptions): Promise<void> {
  const tables = await measureCapacity(quick ? quickCapacity : fullCapacity, assume, say);
  const how = `npm run bench -- --only capacity${quick ? ' --quick' : ''}`;
  const about = `Measured on ${new Date().toISOString().slice(0, 10)} by \`${how}\`: ${machine()}.`;
  if (write) writeCapacityPage(tables, about);
  process.stdout.write(`${about}\n\n${tables}\n`);
}

async function run(options: BenchOptions): Promise<void> {
  const { only, redis } = options;
  const isOwnAlone = only.length > 0 && only.every((name) => withoutDovecot.includes(name));
  const columns = isOwnAlone ? [{ target: 'godwit', measured: [] }] : await measureServers(options);
  const sizes = sizesOf(options);
  const own = redis || only.includes('redis') ? await measureRedis(sizes.loopSeconds) : [];
  if (only.includes('admin-list')) own.push(...(await measureAdminList()));
  if (only.includes('directory')) own.push(...(await measureDirectory()));
  if (only.includes('pim')) own.push(...(await measurePim(sizes, say)));
  if (only.includes('burst')) own.push(...(await measureBurst(sizes, say)));
  if (only.includes('capacity')) await capacity(options);
  if (only.length !== 1 || only[0] !== 'capacity') print(options, columns, own);
}

function print(options: BenchOptions, columns: readonly Column[], own: readonly Measured[]): void {
  const [first, ...rest] = columns;
  const shown = first ? [{ ...first, measured: [...first.measured, ...own] }, ...rest] : [];
  const machine = { cores: cpus().length, model: cpus()[0]?.model ?? '', node: process.version };
  if (shown[0]?.measured.some((one) => passes(one) === false) === true) process.exitCode = 1;
  process.stdout.write(
    options.json
      ? `${JSON.stringify({ machine, columns: shown }, null, 2)}\n`
      : `\n${table(shown)}\n${machine.cores} cores (${machine.model.trim()}), Node ${machine.node}\n`,
  );
}

await run(readOptions(process.argv.slice(2)));
