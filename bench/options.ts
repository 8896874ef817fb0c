import { Command } from 'commander';

export interface BenchOptions {
  readonly url: string | undefined;
  readonly vs: readonly string[];
  /** `{name}` stands for the mailbox: `100`, `1000`, `attachments`, `crowd-7`, ... */
  readonly user: string;
  readonly password: string;
  readonly imap: string | undefined;
  readonly seed: boolean;
  readonly pids: readonly number[];
  readonly vsPids: readonly number[];
  readonly quick: boolean;
  readonly json: boolean;
  readonly redis: boolean;
  readonly insecure: boolean;
  readonly only: readonly string[];
  /** Of the capacity model, by name. */
  readonly assume: Readonly<Record<string, number>>;
  /** Puts the tables of capacity into its page. */
  readonly write: boolean;
  readonly sizes: readonly number[] | undefined;
  readonly pings: number | undefined;
  readonly runs: number | undefined;
}

const list = (text: string): string[] => text.split(',').filter((item) => item !== '');
const numberList = (text: string): number[] => list(text).map(Number);

export function readOptions(argv: readonly string[]): BenchOptions {
  const options = new Command('npm run bench --')
    .description(
      'Measures an ActiveSync server; without --url a Godwit of its own before a Dovecot of its own.',
    )
    .option('--url <url>', 'the server to measure')
    .option('--vs <url>', 'one more, with the same accounts; may be repeated', collect, [])
    .option('--user <pattern>', 'login of the mailbox {name}', 'bench-{name}@example.test')
    .option('--password <password>', 'the same for all', 'secret')
    .option('--imap <host:port>', 'IMAP server of the accounts: for bounds, seeding and delivery')
    .option('--seed', 'fill the mailboxes over IMAP first', false)
    .option(
      '--pids <pids>',
      "the server's processes, for its memory (comma; children are found)",
      numberList,
      [],
    )
    .option('--vs-pids <pids>', 'those of --vs', numberList, [])
    .option(
      '--only <cases>',
      'initial,steady,search,attachments,smart-forward,crowd,loops,waiting,live-view,rest,redis,directory,pim,burst,capacity',
      list,
      [],
    )
    .option('--sizes <counts>', 'mailbox sizes of the no-change Sync', numberList)
    .option('--pings <count>', 'phones that wait at once, at most 10,000', Number)
    .option('--runs <count>', 'how often each is measured; the median is shown', Number)
    .option('--redis', 'also an ask through a private Redis', false)
    .option('--insecure', 'accept any certificate', false)
    .option(
      '--assume <name=value,...>',
      'what phones do, for capacity: waiting=0.8,mails=10',
      assumptions,
      {},
    )
    .option('--write', 'put the tables of capacity into docs/operate/capacity.md', false)
    .option('--quick', 'smaller sizes', false)
    .option('--json', 'one JSON object instead of a table', false)
    .parse(argv, { from: 'user' })
    .opts<BenchOptions>();
  return options;
}

const assumptions = (text: string): Record<string, number> =>
  Object.fromEntries(list(text).map((pair) => [pair.split('=')[0] ?? '', Number(pair.split('=')[1])]));

const collect = (value: string, previous: readonly string[]): string[] => [...previous, value];

/** Sizes of a run. */
export interface Sizes {
  readonly initial: readonly number[];
  readonly steady: readonly number[];
  readonly search: number;
  /** Contacts, and events. */
  readonly pim: number;
  /** MiB. */
  readonly attachments: readonly number[];
  readonly crowd: number;
  readonly loops: number;
  readonly loopSeconds: number;
  readonly pings: number;
  readonly runs: number;
}

export function sizesOf({ quick, sizes, pings, runs }: BenchOptions): Sizes {
  const base: Sizes = quick
    ? {
        initial: [200, 1000],
        steady: [100, 1000],
        search: 1000,
        pim: 1000,
        attachments: [5, 20],
        crowd: 10,
        loops: 16,
        loopSeconds: 2,
        pings: 500,
        runs: 3,
      }
    : {
        initial: [1000, 10_000],
        steady: [100, 10_000, 100_000],
        search: 10_000,
        pim: 5000,
        attachments: [20, 50],
        crowd: 40,
        loops: 16,
        loopSeconds: 5,
        pings: 10_000,
        runs: 5,
      };
  return { ...base, steady: sizes ?? base.steady, pings: pings ?? base.pings, runs: runs ?? base.runs };
}
