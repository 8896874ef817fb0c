import { Phone, UnexpectedAnswer, type PingResult } from '#phone';
import { setMaxListeners } from 'node:events';
import { Agent } from 'node:http';
import { inParallel, pause } from './measured.js';
import type { ReadyPhone } from './stage.js';

/** Requests of the fleet at a time while it is set up: more would only wait in line. */
const WIDTH = 24;
const HEARTBEAT = 900;
/** Milliseconds until a phone tries again whose connection broke, or that found nobody. */
const RETRY = 500;
const PREVIEW = [{ Type: 1, TruncationSize: 100 }] as const;

/** Whose the phones are. */
export interface Logins {
  user(index: number): string;
  readonly password: string;
}

/** What phones met that was no answer: counted, since a phone just comes again. */
export interface Troubles {
  /** HTTP 503. */
  busy: number;
  /** A connection that broke, or could not be made. */
  cut: number;
  /** Anything else: what a phone would show its user. */
  failed: number;
  /** The first of the last kind. */
  first: string;
}

/** Many phones, each with an account of its own unless they share: they sync, wait, and come back as real ones do. */
export class Fleet {
  readonly phones: ReadyPhone[] = [];
  readonly troubles: Troubles = { busy: 0, cut: 0, failed: 0, first: '' };
  #end = this.#signal();
  readonly #agent = new Agent({ keepAlive: true, maxSockets: Infinity, maxFreeSockets: Infinity });

  constructor(
    private readonly url: string,
    private readonly mail: Logins,
    /** Accounts they have among them; phone n has account n modulo this. */
    private readonly accounts: number,
  ) {}

  /** Adds so many devices that have their folders and their mail. */
  async grow(count: number): Promise<void> {
    const from = this.phones.length;
    await inParallel(count, WIDTH, async (added) => {
      const index = from + added;
      const phone = new Phone({
        url: this.url,
        user: this.mail.user(index % this.accounts),
        password: this.mail.password,
        deviceId: `fleet${String(index).padStart(6, '0')}`,
        agent: this.#agent,
        content: 'ids',
      });
      const status = await phone.folderSync();
      if (status !== 1) throw new Error(`FolderSync of phone ${index}: Status ${status}`);
      this.phones[index] = { phone, inbox: phone.inbox() };
      await this.sync(index);
    });
  }

  /** Loads what is new. */
  async sync(index: number): Promise<void> {
    const { status } = await this.#of(index).inbox.syncAll({ bodyPreference: PREVIEW });
    if (status !== 1) throw new Error(`Sync of phone ${index}: Status ${status}`);
  }

  /** Has a phone wait until its Ping has an answer. Comes again as long as there is none. */
  hold(index: number, interval = HEARTBEAT): Promise<PingResult> {
    const { phone, inbox } = this.#of(index);
    const { signal } = this.#end;
    return this.#untilAnswered(async () => {
      const result = await phone.ping({ interval, folders: [inbox], signal });
      if (result.kind === 'cut') throw result.cause;
      return result;
    });
  }

  /** Has a phone wait again and again, and load what there is each time it is told of something. */
  async live(index: number, onAnswer: (index: number) => void): Promise<void> {
    const { signal } = this.#end;
    while (!signal.aborted) {
      const result = await this.hold(index);
      if (result.kind !== 'answered') return;
      onAnswer(index);
      if (result.status === 2) await this.#untilAnswered(() => this.sync(index));
    }
  }

  /** Does it again as a phone does whose connection broke, or that was told to come later. */
  async #untilAnswered<T>(attempt: () => Promise<T>): Promise<T> {
    const { signal } = this.#end;
    for (;;) {
      try {
        return await attempt();
      } catch (error) {
        if (signal.aborted) throw error;
        await pause(this.#troubled(error) * (0.5 + Math.random()));
      }
    }
  }

  /** Has all that wait hang up. They may wait again. */
  hangUp(): void {
    this.#end.abort();
    this.#end = this.#signal();
  }

  /** Ends all waiting, and all connections. */
  end(): void {
    this.#end.abort();
    this.#agent.destroy();
  }

  #signal(): AbortController {
    const end = new AbortController();
    // One signal ends them all: as many listeners are meant.
    setMaxListeners(0, end.signal);
    return end;
  }

  #of(index: number): ReadyPhone {
    const ready = this.phones[index];
    if (!ready) throw new Error(`there is no phone ${index}`);
    return ready;
  }

  /** Milliseconds until the phone tries again. */
  #troubled(error: unknown): number {
    if (error instanceof UnexpectedAnswer && error.outcome.http === 503) {
      this.troubles.busy++;
      return 'retryAfter' in error.outcome ? (error.outcome.retryAfter ?? 1) * 1000 : 1000;
    }
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ECONNREFUSED' || code === 'ECONNRESET' || code === 'EPIPE') this.troubles.cut++;
    else {
      this.troubles.failed++;
      this.troubles.first ||= String(error);
    }
    return RETRY;
  }
}
