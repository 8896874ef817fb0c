import { mails } from '../corpus.js';
import { timed, type Measured } from '../measured.js';
import type { Case, Stage, Target } from '../stage.js';

/** Monday morning: many users who have never been here come at once. Measured once, as only the first time is the first. */
const MAILS = 20;
const BUDGET = 600;
const BUDGET_USERS = 40;
export const crowdMailbox = (index: number): string => `crowd-${index}`;

export async function seedCrowd(stage: Stage, count: number): Promise<void> {
  for (let index = 0; index < count; index++) {
    await stage.mailboxes.seed(stage.user(crowdMailbox(index)), () => mails(MAILS));
  }
}

async function firstSync(stage: Stage, target: Target, mailbox: string): Promise<void> {
  const { inbox } = await stage.ready(target, mailbox);
  const { status } = await inbox.syncAll({ bodyPreference: [{ Type: 2 }] });
  if (status !== 1 || inbox.items.size < MAILS)
    throw new Error(`${target.name}: Status ${status}, ${inbox.items.size} of ${MAILS} mails`);
}

/** Others who came earlier that morning: a gateway that has just been started runs code that is not compiled yet. */
async function warmUp(stage: Stage, target: Target, count: number): Promise<void> {
  const names = Array.from({ length: count }, (_, index) => `early-${index}`);
  for (const name of names) await stage.mailboxes.seed(stage.user(name), () => mails(MAILS));
  for (const name of names) await firstSync(stage, target, name);
}

/** The same users at the mail server itself: sign in, open, fetch. */
async function bare(stage: Stage, index: number): Promise<boolean> {
  const client = await stage.mailboxes.connect(stage.user(crowdMailbox(index)));
  if (!client) return false;
  await client.mailboxOpen('INBOX', { readOnly: true });
  const parts = { uid: true, flags: true, envelope: true, bodyStructure: true, bodyParts: ['1', '2'] };
  for await (const _mail of client.fetch('1:*', parts));
  await client.logout();
  return true;
}

export const crowd: Case = {
  name: 'crowd',
  async run(stage, target) {
    const count = stage.sizes.crowd;
    const each = Array.from({ length: count }, (_, index) => index);
    stage.say(`${target.name}: ${count} users at once`);
    await seedCrowd(stage, count);
    await warmUp(stage, target, 2 * count);
    const first = (index: number): Promise<void> => firstSync(stage, target, crowdMailbox(index));
    const { ms } = await timed(() => Promise.all(each.map(first)));
    const atServer = await timed(() => Promise.all(each.map((index) => bare(stage, index))));
    const measured: Measured = {
      row: 'crowd',
      title: `first sync of ${count} users at once, ${count * MAILS} mails`,
      unit: 'ms',
      value: ms,
      budget: (BUDGET * count) / BUDGET_USERS,
      ...(atServer.result.every((done) => done) && {
        bound: { what: 'bare imapflow, sign-in and fetch', value: atServer.ms },
      }),
    };
    return [measured];
  },
};
