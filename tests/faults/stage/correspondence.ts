import { setTimeout as delay } from 'node:timers/promises';
import type { ImapFlow } from 'imapflow';
import type { Dovecot } from '../../servers/index.js';
import { withMailProgram } from '../../stage/mail-program.js';
import type { Chance } from './chance.js';

/** Milliseconds a mail program waits for a server that says nothing. */
const PATIENCE = 10_000;

/**
 * What happens to mailboxes beside the phones: mails arrive by LMTP, and a mail program flags, moves and deletes. What fails,
 * fails: the mail server alone knows what is true.
 */
export class Correspondence {
  private isOver = false;
  private running: Promise<void> | null = null;
  private count = 0;

  constructor(
    private readonly dovecot: Dovecot,
    private readonly users: readonly string[],
    private readonly chance: Chance,
  ) {}

  begin(): void {
    this.isOver = false;
    this.running = this.run();
  }

  async stop(): Promise<void> {
    this.isOver = true;
    await this.running;
  }

  private async run(): Promise<void> {
    while (!this.isOver) {
      const user = this.chance.pick(this.users) ?? '';
      await Promise.race([this.act(user).catch(() => undefined), delay(PATIENCE, undefined, { ref: false })]);
      await delay(50 + this.chance.below(150));
    }
  }

  private act(user: string): Promise<void> {
    if (this.chance.next() < 0.5) return this.deliver(user);
    return withMailProgram(this.dovecot, user, async (client) => {
      await client.mailboxOpen('INBOX');
      await this.tidy(client);
    });
  }

  private deliver(user: string): Promise<void> {
    const subject = `Arrived ${++this.count} for ${user}`;
    const mail = [
      'From: carla@example.org',
      `To: ${user}`,
      `Subject: ${subject}`,
      `Message-ID: <arrived-${this.count}@example.org>`,
      'MIME-Version: 1.0',
      'Content-Type: text/plain; charset=utf-8',
      '',
      `The words of mail ${this.count}.`,
      '',
    ].join('\r\n');
    return this.dovecot.deliver(user, mail);
  }

  private async tidy(client: ImapFlow): Promise<void> {
    const uids = (await client.search({ all: true }, { uid: true })) || [];
    const uid = this.chance.pick(uids);
    if (uid === undefined) return;
    const what = this.chance.weighed({ read: 4, unread: 2, flag: 3, unflag: 2, move: 2, remove: 2 });
    const range = String(uid);
    const byUid = { uid: true };
    if (what === 'read') await client.messageFlagsAdd(range, ['\\Seen'], byUid);
    else if (what === 'unread') await client.messageFlagsRemove(range, ['\\Seen'], byUid);
    else if (what === 'flag') await client.messageFlagsAdd(range, ['\\Flagged'], byUid);
    else if (what === 'unflag') await client.messageFlagsRemove(range, ['\\Flagged'], byUid);
    else if (what === 'move') await client.messageMove(range, 'Archive', byUid);
    else await client.messageDelete(range, byUid);
  }
}
