import type { Collection, Phone, PingResult } from '#phone';
import { randomUUID } from 'node:crypto';
import { badStatus } from './bad-status.js';
import { catchUp, ONE_DAY } from './catch-up.js';
import { pingCut } from './diagnosis.js';
import { mailToOneself } from './mail-to-oneself.js';
import { StepFailed, type Finding } from './step.js';

/** MS-ASCMD 2.2.3.177.11. */
const PingStatus = { quiet: 1, news: 2, interval: 5, hierarchy: 7 } as const;
const ARRIVAL_SECONDS = 60;
const LOOK_AGAIN_MS = 500;
const PING_ATTEMPTS = 4;

/** Whether news reach a waiting phone. The phone has to be in sync with its Inbox. */
export class PushCheck {
  readonly #phone: Phone;
  /** Seconds: what a Ping asks for; after a refusal, what the server grants. */
  #interval = ARRIVAL_SECONDS;

  constructor(phone: Phone) {
    this.#phone = phone;
  }

  /** Holds a Ping for so long, or as long as the server insists on and hangs up then. */
  async hold(seconds: number): Promise<Finding> {
    this.#interval = seconds;
    for (let attempt = 0; attempt < PING_ATTEMPTS; attempt++) {
      const begun = performance.now();
      const result = await this.#ping(this.#interval, seconds);
      const elapsed = (performance.now() - begun) / 1000;
      const finding = await this.#judgePing(result, elapsed, seconds);
      if (finding) return finding;
    }
    throw new StepFailed('The server never holds a Ping: it always has something to say at once.', [
      'It takes what the phone has just synchronised for news. Its log may tell of a folder that keeps changing.',
    ]);
  }

  #ping(interval: number, seconds: number): Promise<PingResult> {
    // A little beyond what was asked, so that a server which grants it may answer.
    const signal = AbortSignal.timeout(seconds * 1000 + 1000);
    return this.#phone.ping({ interval, folders: [this.#phone.inbox()], signal });
  }

  /** Null: not yet, once more. */
  async #judgePing(result: PingResult, elapsed: number, seconds: number): Promise<Finding | null> {
    if (result.kind === 'cut') throw pingCut(elapsed, seconds);
    if (result.kind === 'aborted') {
      const granted = this.#interval > seconds ? `; the server grants no less than ${this.#interval} s` : '';
      return { detail: `held for ${elapsed.toFixed(1)} s, then hung up${granted}` };
    }
    switch (result.status) {
      case PingStatus.quiet:
        return { detail: `held for ${elapsed.toFixed(1)} s, then answered "nothing new"` };
      case PingStatus.news:
        await catchUp(this.#phone);
        return null;
      case PingStatus.hierarchy:
        await this.#phone.folderSync();
        return null;
      case PingStatus.interval:
        if (result.interval === undefined || result.interval === this.#interval) throw badStatus('Ping', 5);
        this.#interval = result.interval;
        return null;
      default:
        throw badStatus('Ping', result.status);
    }
  }

  /** Sends a mail to `to` while a Ping is held; waits for both, and deletes the mail. */
  async sendAndReceive(to: string): Promise<Finding> {
    const phone = this.#phone;
    const token = randomUUID();
    const abort = new AbortController();
    const pinged = phone.ping({
      interval: this.#interval,
      folders: [phone.inbox()],
      signal: abort.signal,
    });
    // Awaited below; a failure of the sending must not leave this one unhandled.
    pinged.catch(() => undefined);
    const timer = setTimeout(() => abort.abort(), ARRIVAL_SECONDS * 1000);
    try {
      const begun = performance.now();
      const { status } = await phone.sendMail(mailToOneself(to, token), { save: false });
      if (status !== undefined) throw badStatus('SendMail', status);
      const sent = performance.now();
      const woken = await pinged;
      const wokenMs = performance.now() - sent;
      const serverId = await this.#find(token, woken);
      const arrivedMs = performance.now() - sent;
      await this.#delete(phone.inbox(), serverId);
      return {
        detail:
          `sent in ${Math.round(sent - begun)} ms, Ping woken after ${Math.round(wokenMs)} ms, ` +
          `on the phone after ${Math.round(arrivedMs)} ms, deleted`,
      };
    } finally {
      clearTimeout(timer);
      abort.abort();
    }
  }

  /** Looks for the mail in the Inbox, a while longer if the Ping was woken by another one. */
  async #find(token: string, woken: PingResult): Promise<string> {
    const end = performance.now() + (woken.kind === 'answered' ? ARRIVAL_SECONDS * 1000 : 0);
    for (;;) {
      await catchUp(this.#phone);
      for (const [serverId, { Email }] of this.#phone.inbox().items) {
        if (Email?.Subject?.includes(token) !== true) continue;
        if (woken.kind === 'answered' && woken.status === PingStatus.news) return serverId;
        await this.#delete(this.#phone.inbox(), serverId);
        throw notWoken(woken);
      }
      if (performance.now() > end) throw notArrived;
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
    }
  }

  async #delete(inbox: Collection, serverId: string): Promise<void> {
    const { status } = await inbox.sync({
      filter: ONE_DAY,
      deletesAsMoves: false,
      commands: [{ Delete: { ServerId: serverId } }],
    });
    if (status !== 1) throw badStatus('Sync (deleting the mail)', status);
    if (inbox.items.has(serverId)) throw badStatus('Sync (deleting the mail)', 5);
  }
}

const notArrived = new StepFailed(`The mail was taken and did not arrive within ${ARRIVAL_SECONDS} s.`, [
  'Look into the log of the mail server: it may be queued, rejected, filed into another folder (spam), or greylisted.',
]);

const notWoken = (woken: PingResult): StepFailed =>
  new StepFailed(
    woken.kind === 'cut'
      ? 'The mail arrived, but the held Ping had been cut.'
      : `The mail arrived, but the Ping was not woken within ${ARRIVAL_SECONDS} s.`,
    [
      'Push does not work: the server does not hear of new mail. IMAP servers should offer IDLE or NOTIFY; the number of',
      'connections a user may hold (Dovecot: mail_max_userip_connections) may be used up.',
    ],
  );
