import { Agent } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { FolderType } from '#eas';
import { Phone, TimedOut, UnexpectedAnswer, type ClientCommand, type Collection } from '#phone';
import { isPassing } from '../../stage/phones.js';
import type { Chance } from './chance.js';

/** Milliseconds of silence after which a phone gives an exchange up. */
const SILENCE = 6_000;
/** Milliseconds a phone waits at most before it tries again, whatever Retry-After says: its user is looking at it. */
const IMPATIENCE = 1_000;
/** Milliseconds after which something is wrong for good. */
const DESPAIR = 120_000;
/** Seconds of a Ping. */
const HEARTBEAT = 3;
const SERVER_ERROR = 5;
const NOT_FOUND = 8;
const MOVED = 3;

/** MS-ASCMD 2.2.2 and 2.2.3.177.16: being sent; sent before; nobody knows. */
const SendStatus = { retryLater: 111, failed: 120, sentBefore: 118 } as const;

/** What became of a mail the phone sent. */
export type Fate = 'told-sent' | 'told-failed' | 'under-way';

/** A server must not answer so, whatever is wrong. */
export class WrongAnswer extends Error {
  override readonly name = 'WrongAnswer';
}

/** What a phone takes as "not now". */
const isTrouble = (error: unknown): boolean =>
  error instanceof TimedOut ||
  isPassing(error) ||
  (error as NodeJS.ErrnoException | null)?.code === 'ECONNABORTED';

/** What a phone does, and how often of a hundred times. */
const HABITS = { sync: 30, ping: 16, read: 14, flag: 10, move: 10, remove: 8, send: 12 } as const;
type Habit = keyof typeof HABITS;

const WEIGHTS: Readonly<Record<Habit, number>> = HABITS;

/** Folders a phone syncs. */
const FOLDERS = [
  FolderType.inbox,
  FolderType.sentItems,
  FolderType.deletedItems,
  FolderType.userMail,
] as const;

export interface HandsetOptions {
  readonly url: string;
  readonly user: string;
  readonly deviceId: string;
  readonly chance: Chance;
}

/** A phone in somebody's hand: it syncs, waits, and does what its user does, and goes through trouble as phones do. */
export class Handset {
  readonly phone: Phone;
  readonly user: string;
  /** By marker: the mails it sent. */
  readonly sent = new Map<string, Fate>();
  /** When the last Sync that succeeded had been begun, as of `performance.now`. */
  syncedSince = 0;
  /** Times it had to try again. */
  troubles = 0;
  exchanges = 0;
  /** Items it wanted to change that were gone: it has let go of them before it is told of their deletion. */
  readonly missed = new Set<string>();
  private readonly agent: Agent;
  private readonly chance: Chance;
  private life: Promise<void> | null = null;
  private isResting = false;
  private isHurried = false;
  private rest = new AbortController();
  private marks = 0;

  constructor({ url, user, deviceId, chance }: HandsetOptions) {
    this.user = user;
    this.chance = chance;
    // Some keep their connection, as phones do; others are sent from node to node by the load balancer.
    this.agent = new Agent({ keepAlive: chance.next() < 0.5 });
    this.phone = new Phone({ url, user, deviceId, password: 'secret', agent: this.agent });
  }

  get folders(): Collection[] {
    const { folders } = this.phone.hierarchy;
    const types: readonly number[] = FOLDERS;
    return [...folders.values()]
      .filter(({ type }) => types.includes(type))
      .map(({ id }) => this.phone.collection(id));
  }

  nameOf({ id }: Collection): string {
    const folder = this.phone.hierarchy.folders.get(id);
    return folder?.type === FolderType.inbox ? 'INBOX' : (folder?.name ?? id);
  }

  async setUp(): Promise<void> {
    await this.insist(() => this.phone.provision());
    await this.insist(() => this.phone.folderSync());
    await this.syncAll();
  }

  /** Lives until `stop`. */
  live(): void {
    this.isResting = false;
    this.rest = new AbortController();
    this.life = this.run();
    this.life.catch(() => undefined);
  }

  /** Ends what it is about, and rests. Rejects if the server did something that it must not do. */
  async stop(): Promise<void> {
    this.isResting = true;
    this.rest.abort();
    await this.life;
  }

  /** It only syncs, and waits for nothing: somebody wants to know when that succeeds. */
  set hurry(isHurried: boolean) {
    this.isHurried = isHurried;
    this.rest.abort();
    this.rest = new AbortController();
  }

  /** All folders until the server has no more. */
  async syncAll(): Promise<void> {
    for (const folder of this.folders) await this.sync(folder);
  }

  close(): void {
    this.agent.destroy();
  }

  private async run(): Promise<void> {
    while (!this.isResting) {
      const habit: Habit = this.isHurried ? 'sync' : this.chance.weighed(WEIGHTS);
      await this.act(habit);
      await this.pause(this.chance.below(300));
    }
  }

  private async act(habit: Habit): Promise<void> {
    const inbox = this.phone.inbox();
    const mail = this.chance.pick([...inbox.items.keys()]);
    switch (habit) {
      case 'sync':
        return this.sync(this.chance.pick(this.folders) ?? inbox);
      case 'ping':
        return this.ping();
      case 'send':
        return this.send();
      case 'read':
        return this.change(inbox, mail, { Read: this.chance.next() < 0.7 });
      case 'flag': {
        const isSet = this.chance.next() < 0.7;
        return this.change(inbox, mail, { Flag: isSet ? { Status: 2, FlagType: 'Follow up' } : {} });
      }
      case 'move':
        return this.move(inbox, mail);
      case 'remove':
        return this.sync(inbox, mail === undefined ? [] : [{ Delete: { ServerId: mail } }]);
    }
  }

  private change(
    inbox: Collection,
    mail: string | undefined,
    Email: { Read: boolean } | { Flag: object },
  ): Promise<void> {
    if (mail === undefined) return this.sync(inbox);
    return this.sync(inbox, [{ Change: { ServerId: mail, ApplicationData: { Email } } }]);
  }

  /** Until the server has no more. What is lost, or refused for now, is asked again with the same key and the same commands. */
  private async sync(folder: Collection, commands: readonly ClientCommand[] = []): Promise<void> {
    let unsaid = commands;
    for (let more = true; more;) {
      const options = { window: 25, silence: SILENCE, commands: unsaid };
      const begun = performance.now();
      const result = await this.insist(async () => {
        const answer = await folder.sync(options);
        return answer.isLost || answer.status === SERVER_ERROR ? null : answer;
      });
      if (result.status !== 1)
        throw new WrongAnswer(`Sync of ${this.nameOf(folder)}: Status ${result.status}`);
      for (const response of result.responses)
        if ('Change' in response && response.Change.Status === NOT_FOUND)
          this.missed.add(response.Change.ServerId ?? '');
      this.syncedSince = begun;
      unsaid = [];
      more = result.more;
    }
  }

  private async ping(): Promise<void> {
    const { folders } = this;
    const { signal } = this.rest;
    const answer = await this.insist(
      () => this.phone.ping({ interval: HEARTBEAT, folders, signal, grace: SILENCE }),
      () => signal.aborted,
    ).catch((error: unknown) => {
      if (signal.aborted) return null;
      throw error;
    });
    if (answer?.kind !== 'answered') return;
    if (answer.status !== 1 && answer.status !== 2) throw new WrongAnswer(`Ping: Status ${answer.status}`);
    for (const folder of folders) if (answer.folders.includes(folder.id)) await this.sync(folder);
  }

  private async move(inbox: Collection, mail: string | undefined): Promise<void> {
    const target = this.phone.hierarchy.named('Archive');
    if (mail === undefined || !target) return;
    const to = this.phone.collection(target.id);
    const [moved] = await this.insist(async () => {
      const answers = await this.phone.moveItems([{ serverId: mail, from: inbox, to }], { silence: SILENCE });
      // Nothing was heard of it; Status 5 and 7: not now (MS-ASCMD 2.2.3.177.10).
      const [first] = answers;
      return !first || first.status === 5 || first.status === 7 ? null : answers;
    });
    // 1: somebody else moved or deleted it.
    if (moved?.status !== MOVED && moved?.status !== 1)
      throw new WrongAnswer(`MoveItems: Status ${moved?.status}`);
  }

  private async send(): Promise<void> {
    const marker = `${this.phone.link.identity.deviceId}-${++this.marks}`;
    const mail = [
      `From: ${this.user}`,
      'To: bert@example.org',
      `Subject: Sent ${marker}`,
      `Message-ID: <${marker}@phones.example.test>`,
      'MIME-Version: 1.0',
      'Content-Type: text/plain; charset=utf-8',
      '',
      `Said by ${marker}.`,
      '',
    ].join('\r\n');
    this.sent.set(marker, 'under-way');
    const fate = await this.insist(async () => {
      const { status, isLost } = await this.phone.sendMail(mail, { clientId: marker, silence: SILENCE });
      if (isLost) return null;
      if (status === undefined || status === SendStatus.sentBefore) return 'told-sent';
      // It stays in the outbox, and would be tried again now and then.
      if (status === SendStatus.retryLater) return 'under-way';
      if (status === SendStatus.failed) return 'told-failed';
      throw new WrongAnswer(`SendMail: Status ${status}`);
    });
    this.sent.set(marker, fate);
  }

  /** Tries until it succeeds: null, and what a phone takes as "not now", is tried again. Any other failure is thrown. */
  private async insist<T>(attempt: () => Promise<T | null>, isEnough = () => false): Promise<T> {
    const since = performance.now();
    for (;;) {
      let wait = 200;
      try {
        this.exchanges += 1;
        const result = await attempt();
        if (result !== null) return result;
      } catch (error) {
        if (!isTrouble(error)) throw named(error, this.user);
        if (performance.now() - since > DESPAIR || isEnough()) throw error;
        wait = retryAfterOf(error) ?? wait;
      }
      this.troubles += 1;
      await this.pause(Math.min(wait, this.isHurried ? 200 : IMPATIENCE));
    }
  }

  private async pause(milliseconds: number): Promise<void> {
    await delay(this.isHurried ? Math.min(milliseconds, 200) : milliseconds);
  }
}

const retryAfterOf = (error: unknown): number | undefined => {
  if (!(error instanceof UnexpectedAnswer) || error.outcome.kind !== 'refused') return undefined;
  const { retryAfter } = error.outcome;
  return retryAfter === undefined ? undefined : retryAfter * 1000;
};

const named = (error: unknown, user: string): Error =>
  new WrongAnswer(`${user}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
