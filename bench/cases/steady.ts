import { mail, mails } from '../corpus.js';
import { median, timed, times, type Measured } from '../measured.js';
import type { Case, ReadyPhone, Stage, Target } from '../stage.js';

/** What a phone does all day: nothing new, one new mail, one flag. None of it may depend on the mailbox's size. */
const NO_CHANGE_RUNS = 200;
/** Rounds after which both sides run compiled code: a gateway is started once and runs for months. */
const WARM_UP_RUNS = 3000;
const NO_CHANGE_BUDGET = 3;
const CHANGE_RUNS = 20;
const CHANGE_BUDGET = 10;
const SMALL_BODIES = { window: 512, bodyPreference: [{ Type: 1, TruncationSize: 200 }] } as const;

export const steady: Case = {
  name: 'steady',
  async run(stage, target) {
    const measured: Measured[] = [];
    for (const size of stage.sizes.steady) {
      stage.say(`${target.name}: a day with ${size} mails`);
      await stage.mailboxes.seed(stage.user(size), () => mails(size));
      const ready = await stage.ready(target, size);
      const { status } = await ready.inbox.syncAll(SMALL_BODIES);
      if (status !== 1) throw new Error(`${target.name}: Sync of ${size} mails: Status ${status}`);
      measured.push(await noChange(ready, size), ...(await changes(stage, target, ready, size)));
    }
    return measured;
  },
};

async function noChange({ inbox }: ReadyPhone, size: number): Promise<Measured> {
  await times(WARM_UP_RUNS, () => inbox.sync(SMALL_BODIES));
  const value = median(await times(NO_CHANGE_RUNS, () => inbox.sync(SMALL_BODIES)));
  return {
    row: `no-change-${size}`,
    title: `no-change Sync, ${size.toLocaleString('en')} mails`,
    unit: 'ms',
    value,
    budget: NO_CHANGE_BUDGET,
  };
}

/** What the same news cost a bare imapflow on an open mailbox: one look, one row, one part; and one STORE. */
async function bareChanges(stage: Stage, user: string): Promise<{ arrival: number; flag: number } | null> {
  const client = await stage.mailboxes.connect(user);
  if (!client) return null;
  await client.mailboxOpen('INBOX');
  const arrivals: number[] = [];
  const flags: number[] = [];
  for (let run = 0; run < CHANGE_RUNS; run++) {
    await stage.mailboxes.deliver(user, mail(2_000_000 + run, user));
    const arrival = await timed(async () => {
      await client.noop();
      const head = { uid: true, flags: true, envelope: true, bodyStructure: true, internalDate: true };
      await client.fetchOne('*', head);
      await client.fetchOne('*', { bodyParts: ['1'] });
    });
    arrivals.push(arrival.ms);
    const change = run % 2 === 0 ? 'messageFlagsAdd' : 'messageFlagsRemove';
    flags.push((await timed(() => client[change]('1', ['\\Seen']))).ms);
  }
  await client.logout();
  return { arrival: median(arrivals), flag: median(flags) };
}

async function changes(
  stage: Stage,
  target: Target,
  { inbox }: ReadyPhone,
  size: number,
): Promise<Measured[]> {
  const user = stage.user(size);
  const arrivals: number[] = [];
  for (let run = 0; run < CHANGE_RUNS; run++) {
    await stage.mailboxes.deliver(user, mail(1_000_000 + run, user));
    const { added, timing } = await inbox.sync(SMALL_BODIES);
    if (added.length !== 1) throw new Error(`${target.name}: ${added.length} mails where 1 was new`);
    arrivals.push(timing.total);
  }
  const [serverId = ''] = inbox.items.keys();
  const flags = await times(CHANGE_RUNS, async (run) => {
    const ApplicationData = { Email: { Read: run % 2 === 0 } };
    await inbox.sync({ ...SMALL_BODIES, commands: [{ Change: { ServerId: serverId, ApplicationData } }] });
  });
  const bare = await bareChanges(stage, user);
  const count = size.toLocaleString('en');
  const row = { unit: 'ms', budget: CHANGE_BUDGET } as const;
  return [
    {
      ...row,
      row: `new-mail-${size}`,
      title: `Sync with one new mail, ${count} mails`,
      value: median(arrivals),
      ...(bare && { bound: { what: 'bare imapflow: NOOP, FETCH, FETCH', value: bare.arrival } }),
    },
    {
      ...row,
      row: `flag-${size}`,
      title: `one flag changed by the phone, ${count} mails`,
      value: median(flags),
      ...(bare && { bound: { what: 'bare imapflow: STORE', value: bare.flag } }),
    },
  ];
}
