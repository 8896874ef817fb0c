import { bodyPartOf, mails } from '../corpus.js';
import type { Mailboxes } from '../mailboxes.js';
import { median, timed, times, type Measured } from '../measured.js';
import type { Case, Stage, Target } from '../stage.js';

/** A phone's first sync of a whole mailbox, with whole bodies and with cut ones. */
const HTML = 2;
const CUT = 512;
const WINDOW = 100;
const FIRST_BYTE_BUDGET = 50;
const TIMES_BARE = 3;

async function initialSync(stage: Stage, target: Target, size: number, cut: number | null): Promise<number> {
  const { inbox } = await stage.ready(target, size);
  const bodyPreference = [{ Type: HTML, ...(cut !== null && { TruncationSize: cut }) }] as const;
  const { ms, result } = await timed(() => inbox.syncAll({ window: WINDOW, bodyPreference }));
  if (result.status !== 1 || inbox.items.size < size) {
    throw new Error(`${target.name}: Status ${result.status}, ${inbox.items.size} of ${size} mails`);
  }
  return ms;
}

/** The same mails and parts by a bare imapflow, over a connection that is already open. */
async function bareFetch(mailboxes: Mailboxes, user: string, cut: number | null): Promise<number | null> {
  const client = await mailboxes.connect(user);
  if (!client) return null;
  const mailbox = await client.mailboxOpen('INBOX', { readOnly: true });
  const { ms } = await timed(async () => {
    const head = { uid: true, flags: true, envelope: true, bodyStructure: true, internalDate: true };
    const byPart = { '1': [] as number[], '2': [] as number[] };
    let index = 0;
    for await (const { uid } of client.fetch(`1:${mailbox.exists}`, head))
      byPart[bodyPartOf(index++)].push(uid);
    for (const [part, uids] of Object.entries(byPart)) {
      const bodyParts = cut === null ? [part] : [{ key: part, start: 0, maxLength: cut }];
      for await (const _mail of client.fetch(uids, { bodyParts }, { uid: true }));
    }
  });
  await client.logout();
  return ms;
}

async function measure(stage: Stage, target: Target, size: number, cut: number | null): Promise<Measured> {
  const runs = size > 1000 ? Math.min(stage.sizes.runs, 3) : stage.sizes.runs;
  const all: number[] = [];
  const bare: number[] = [];
  for (let run = 0; run < runs; run++) {
    all.push(await initialSync(stage, target, size, cut));
    const bound = await bareFetch(stage.mailboxes, stage.user(size), cut);
    if (bound !== null) bare.push(bound);
  }
  const kind = cut === null ? 'whole' : 'cut';
  const title = `initial sync, ${size.toLocaleString('en')} mails, ${cut === null ? 'whole bodies' : `cut at ${cut}`}`;
  const value = median(all);
  if (bare.length === 0) return { row: `initial-${size}-${kind}`, title, unit: 'ms', value };
  const bound = { what: 'bare imapflow fetch', value: median(bare) };
  return {
    row: `initial-${size}-${kind}`,
    title,
    unit: 'ms',
    value,
    bound,
    budget: bound.value * TIMES_BARE,
  };
}

async function firstByte(stage: Stage, target: Target, size: number): Promise<Measured> {
  const values: number[] = [];
  await times(stage.sizes.runs, async () => {
    const { inbox } = await stage.ready(target, size);
    await inbox.prime();
    const page = await inbox.sync({ window: WINDOW, bodyPreference: [{ Type: HTML }] });
    values.push(page.timing.firstByte);
  });
  return {
    row: 'first-byte',
    title: `first byte of a page of ${WINDOW} mails`,
    unit: 'ms',
    value: median(values),
    budget: FIRST_BYTE_BUDGET,
  };
}

export const initial: Case = {
  name: 'initial',
  async run(stage, target) {
    const measured: Measured[] = [];
    for (const size of stage.sizes.initial) {
      stage.say(`${target.name}: initial sync of ${size} mails`);
      await stage.mailboxes.seed(stage.user(size), () => mails(size));
      measured.push(await measure(stage, target, size, null), await measure(stage, target, size, CUT));
    }
    const [small, large] = stage.sizes.initial;
    measured.push(await firstByte(stage, target, small ?? 0));
    return measured.map((one) => withGrowthBudget(one, measured, small, large));
  },
};

/** A large mailbox may take as many times longer as it is larger: nothing grows with each mail. */
function withGrowthBudget(
  one: Measured,
  all: readonly Measured[],
  small: number | undefined,
  large: number | undefined,
): Measured {
  if (small === undefined || large === undefined || !one.row.startsWith(`initial-${large}-`)) return one;
  const twin = all.find(({ row }) => row === one.row.replace(String(large), String(small)));
  return twin ? { ...one, budget: (twin.value * large) / small } : one;
}
