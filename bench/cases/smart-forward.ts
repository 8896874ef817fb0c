import { setTimeout as pause } from 'node:timers/promises';
import { mailWithAttachment } from '../corpus.js';
import { riseDuring } from '../memory.js';
import { median, timed, type Measured } from '../measured.js';
import type { Case } from '../stage.js';

/** A mail with a large attachment is forwarded: how long it takes, and what it costs in memory. */
const MIB = 1024 * 1024;
const ATTACHMENT = 50;
const MEMORY_BUDGET = 16;
const MAILBOX = 'smart-forward';
/** Milliseconds in which the server may forget what the run before needed. */
const REST = 500;

const written = [
  'To: receiver@example.test',
  'Subject: FW: Attachment',
  'MIME-Version: 1.0',
  'Content-Type: text/plain; charset=utf-8',
  '',
  'Please see below.',
  '',
].join('\r\n');

export const smartForward: Case = {
  name: 'smart-forward',
  async run(stage, target) {
    if (!target.sends) return [];
    stage.say(`${target.name}: forwarding ${ATTACHMENT} MiB`);
    await stage.mailboxes.seed(stage.user(MAILBOX), () => [{ source: mailWithAttachment(ATTACHMENT * MIB) }]);
    const { phone, inbox } = await stage.ready(target, MAILBOX);
    await inbox.syncAll({ bodyPreference: [{ Type: 1, TruncationSize: 100 }] });
    const [itemId = ''] = inbox.items.keys();
    const forward = async (): Promise<void> => {
      const { status, isLost } = await phone.smartForward({ folderId: inbox.id, itemId }, written, {
        save: false,
      });
      if (status !== undefined || isLost) throw new Error(`${target.name}: SmartForward: Status ${status}`);
    };
    await forward();
    const runs: { ms: number; rise: number }[] = [];
    for (let run = 0; run < stage.sizes.runs; run++) {
      await pause(REST);
      let ms = 0;
      const rise = await riseDuring(target.pids(), async () => void ({ ms } = await timed(forward)));
      runs.push({ ms, rise });
    }
    const title = `forwarding an attachment of ${ATTACHMENT} MiB`;
    const measured: Measured[] = [
      { row: 'smart-forward', title: `${title}: time`, unit: 'ms', value: median(runs.map(({ ms }) => ms)) },
    ];
    if (target.pids().length > 0) {
      measured.push({
        row: 'smart-forward-memory',
        title: `${title}: memory on top`,
        unit: 'MiB',
        value: median(runs.map(({ rise }) => rise)) / MIB,
        budget: MEMORY_BUDGET,
      });
    }
    return measured;
  },
};
