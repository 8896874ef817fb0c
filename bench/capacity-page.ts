import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { needOf, type Assumptions, type Cost, type Costs, type Need } from './capacity-model.js';

/** The measured costs and what follows from them, as tables in Markdown. */

const KIB = 1024;
const MIB = KIB ** 2;
const SIZES = [10_000, 100_000, 1_000_000];

type Row = readonly (string | number)[];

const table = (head: Row, rows: readonly Row[]): string =>
  [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');

/** Three digits that count. */
function shown(value: number): string {
  if (!Number.isFinite(value)) return 'not measured';
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString('en');
  return value === 0 ? '0' : value.toPrecision(2);
}

const costRow = (what: string, cost: Cost, times = 1): Row => [
  what,
  ...[cost.gateway, cost.host, cost.postgres, cost.redis].map((value) => shown(value * times)),
];

/** Costs, and what else is shown. */
interface Shown extends Costs {
  readonly idle: Cost;
  readonly dovecotImapBytes: number;
}

function processorTable(costs: Shown): string {
  return table(
    ['milliseconds of one core', 'gateway', 'actor host', 'PostgreSQL', 'Redis'],
    [
      costRow('Sync without news (one ask)', costs.quietSync),
      costRow("one new mail: told of, the Ping's answer, Sync, next Ping", costs.news),
      costRow('Ping that ends without news, and the next one', costs.pingAgain),
      costRow('first Sync of 1,000 mails, set-up included', costs.firstThousand),
      costRow('1,000 waiting phones, a second', costs.waitingSecond, 1000),
      costRow('a second where nobody is', costs.idle),
    ],
  );
}

function memoryTable(costs: Shown): string {
  return table(
    ['memory and disk', 'each'],
    [
      ['waiting phone, in the gateway', `${shown(costs.waitingBytes / KIB)} KiB`],
      ['gateway that has just started', `${shown(costs.gatewayBytes / MIB)} MiB`],
      ['actor host that has just started', `${shown(costs.hostBytes / MIB)} MiB`],
      [
        'account with its IMAP connection and one actor, in an actor host',
        `${shown(costs.imapBytes / KIB)} KiB`,
      ],
      ["Dovecot's own process for a connection", `${shown(costs.dovecotImapBytes / KIB)} KiB`],
      ['device, in PostgreSQL with indexes', `${shown(costs.deviceRowBytes / KIB)} KiB`],
      ['1,000 mails a device knows, in PostgreSQL', `${shown(costs.thousandMailsBytes / KIB)} KiB`],
      ['waiting device, in Redis', `${shown(costs.redisDeviceBytes)} bytes`],
      ['a new mail on the wire, both ways', `${shown(costs.newsWireBytes / KIB)} KiB`],
    ],
  );
}

function assumptionTable(given: Assumptions): string {
  const said: Record<keyof Assumptions, string> = {
    waiting: 'part of the devices that wait at the busiest time',
    mails: 'new mails, and other changes, a device hears of in the busiest hour',
    syncs: 'further Syncs of a device in that hour',
    heartbeat: 'minutes a phone lets a Ping wait',
    recheck: 'minutes between two looks at an account of which nothing was told',
    setUps: 'devices of a thousand that are set up in that hour',
    known: 'mails a device knows',
    devicesPerAccount: 'devices of an account',
    load: 'part of a core that a process may be busy with at that time',
    held: 'phones that one gateway holds at most',
    idle: 'seconds an IMAP connection stays open after its last use',
  };
  const names = Object.keys(said) as (keyof Assumptions)[];
  return table(
    ['assumption', 'what it is', 'value'],
    names.map((name) => [`\`${name}\``, said[name], given[name]]),
  );
}

function needTable(costs: Costs, given: Assumptions): string {
  const needs = SIZES.map((devices) => needOf(costs, given, devices));
  const row = (what: string, of: (need: Need) => string): Row => [what, ...needs.map(of)];
  return table(
    ['devices', ...SIZES.map((size) => size.toLocaleString('en'))],
    [
      row('gateways, one of them to spare', (need) => String(need.gateways)),
      row('their memory in all', (need) => `${shown(need.gatewayGiB)} GiB`),
      row('actor hosts, one of them to spare', (need) => String(need.hosts)),
      row('their memory in all', (need) => `${shown(need.hostGiB)} GiB`),
      row('asks a second through Redis', (need) => shown(need.asksPerSecond)),
      row('cores for Redis', (need) => shown(need.redisCores)),
      row('memory of Redis, beside its own', (need) => `${shown(need.redisMiB)} MiB`),
      row('cores for PostgreSQL', (need) => shown(need.postgresCores)),
      row('database', (need) => `${shown(need.databaseGiB)} GiB`),
      row('IMAP connections, accounts watched', (need) => shown(need.imapWatching)),
      row('IMAP connections, servers tell of changes', (need) => shown(need.imapWithPush)),
      row('traffic of new mails', (need) => `${shown(need.megabits)} Mbit/s`),
    ],
  );
}

export const capacityPage = (found: Shown, given: Assumptions): string =>
  [
    '### Processor time',
    processorTable(found),
    '### Memory and disk',
    memoryTable(found),
    '### Assumptions',
    assumptionTable(given),
    '### What so many devices need',
    needTable(found, given),
  ].join('\n\n');

const PAGE = join(process.cwd(), 'docs', 'operate', 'capacity.md');
const BEGIN = '<!-- measured: begin -->';
const END = '<!-- measured: end -->';

/** Puts the tables into the page, in place of those of the last run. */
export function writeCapacityPage(tables: string, about: string): void {
  const page = readFileSync(PAGE, 'utf8');
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`${PAGE} has no place for the tables`);
  const text = `${BEGIN}\n\n${about}\n\n${tables}\n\n`;
  writeFileSync(PAGE, page.slice(0, begin) + text + page.slice(end));
}
