import type { Phone } from '#phone';
import { mailWithAttachment } from '../corpus.js';
import { riseDuring } from '../memory.js';
import { median, timed, type Measured } from '../measured.js';
import type { Case, Stage, Target } from '../stage.js';

/** A large attachment: how long, when the first byte comes, and what it costs in memory. */
const MIB = 1024 * 1024;
const TIME_BUDGET_PER_MIB = 250 / 20;
const FIRST_BYTE_BUDGET = 30;
const MEMORY_BUDGET = 10;
const IN_BASE64 = 4 / 3;

const mailboxOf = (mib: number): string => `attachment-${mib}`;

async function referenceIn(
  stage: Stage,
  target: Target,
  mib: number,
): Promise<{ phone: Phone; reference: string }> {
  const { phone, inbox } = await stage.ready(target, mailboxOf(mib));
  await inbox.syncAll({ bodyPreference: [{ Type: 1, TruncationSize: 100 }] });
  const [serverId = ''] = inbox.items.keys();
  const { data } = await phone.fetchItem(inbox, serverId);
  const reference = data.Email?.Attachments?.Attachment?.[0]?.FileReference;
  if (reference === undefined)
    throw new Error(`${target.name} shows no attachment in the mail of ${mib} MiB`);
  return { phone, reference };
}

async function fetch(
  phone: Phone,
  reference: string,
  mib: number,
): Promise<{ total: number; firstByte: number }> {
  const Fetch = { Store: 'Mailbox', FileReference: reference };
  const { kind, timing } = await phone.command('ItemOperations', [{ Fetch }], { discard: true });
  if (kind !== 'discarded' || timing.bytes < mib * MIB * IN_BASE64)
    throw new Error(`the attachment of ${mib} MiB came as ${timing.bytes} bytes (${kind})`);
  return timing;
}

async function bareDownload(stage: Stage, mib: number): Promise<number | null> {
  const client = await stage.mailboxes.connect(stage.user(mailboxOf(mib)));
  if (!client) return null;
  await client.mailboxOpen('INBOX', { readOnly: true });
  const { ms } = await timed(async () => {
    const { content } = await client.download('*', '2');
    for await (const _chunk of content ?? []);
  });
  await client.logout();
  return ms;
}

export const attachments: Case = {
  name: 'attachments',
  async run(stage, target) {
    const measured: Measured[] = [];
    for (const mib of stage.sizes.attachments) {
      stage.say(`${target.name}: an attachment of ${mib} MiB`);
      const mail = (): { source: Buffer }[] => [{ source: mailWithAttachment(mib * MIB) }];
      await stage.mailboxes.seed(stage.user(mailboxOf(mib)), mail);
      measured.push(...(await measure(stage, target, mib)));
    }
    return measured;
  },
};

async function measure(stage: Stage, target: Target, mib: number): Promise<Measured[]> {
  const { phone, reference } = await referenceIn(stage, target, mib);
  await fetch(phone, reference, mib);
  const runs: { total: number; firstByte: number; rise: number; bare: number | null }[] = [];
  for (let run = 0; run < stage.sizes.runs; run++) {
    let timing = { total: 0, firstByte: 0 };
    const rise = await riseDuring(target.pids(), async () => {
      timing = await fetch(phone, reference, mib);
    });
    runs.push({ ...timing, rise, bare: await bareDownload(stage, mib) });
  }
  const bares = runs.flatMap(({ bare }) => (bare === null ? [] : [bare]));
  const title = `attachment of ${mib} MiB`;
  return [
    {
      row: `attachment-${mib}`,
      title: `${title}: time`,
      unit: 'ms',
      value: median(runs.map(({ total }) => total)),
      budget: TIME_BUDGET_PER_MIB * mib,
      ...(bares.length > 0 && { bound: { what: 'bare IMAP download', value: median(bares) } }),
    },
    {
      row: `attachment-${mib}-first-byte`,
      title: `${title}: first byte`,
      unit: 'ms',
      value: median(runs.map(({ firstByte }) => firstByte)),
      budget: FIRST_BYTE_BUDGET,
    },
    ...(target.pids().length === 0
      ? []
      : [
          {
            row: `attachment-${mib}-memory`,
            title: `${title}: memory on top`,
            unit: 'MiB' as const,
            value: median(runs.map(({ rise }) => rise)) / MIB,
            budget: MEMORY_BUDGET,
          },
        ]),
  ];
}
