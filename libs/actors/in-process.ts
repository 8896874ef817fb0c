import { setTimeout as delay } from 'node:timers/promises';
import { asFailure, perform, retire, type FailureReporter } from './perform.js';
import { comeBack } from './pressure.js';
import { beginInTurn, Turns } from './turns.js';
import {
  DeadlinePassed,
  Overloaded,
  type Actor,
  type ActorFactory,
  type ActorRuntime,
  type AskOptions,
  type Refusal,
  type RuntimeLoad,
} from './runtime.js';

export interface InProcessOptions {
  /** Milliseconds without a message after which an instance is dropped. Default 5 minutes. */
  readonly idle?: number;
  /** Idle instances kept at most; beyond it the longest idle is dropped. Default 20,000. */
  readonly instances?: number;
  /** Messages that may wait for one address. Default 64: a phone has a handful of requests open. */
  readonly perAddress?: number;
  /** Messages that may wait in all. Default 50,000. */
  readonly overall?: number;
  /** Milliseconds the oldest waiting message of an address may have waited before new ones are refused; default 20,000. */
  readonly longestWait?: number;
  /** Milliseconds a message may wait for its turn while the process is busy; default 10,000. */
  readonly longestDelay?: number;
  /** Which messages are worked on at a time. */
  readonly turns?: Turns;
  /** Told of every bug in an actor. */
  readonly report?: FailureReporter;
  /** Told of each message that was refused. */
  readonly onRefused?: (reason: Refusal) => void;
}

/** A signal that is only made when an actor asks for it: few do, and a message a millisecond has better uses. */
class LazyAbort {
  private controller: AbortController | null = null;
  private aborted = false;

  get signal(): AbortSignal {
    this.controller ??= new AbortController();
    if (this.aborted) this.controller.abort();
    return this.controller.signal;
  }

  abort(): void {
    this.aborted = true;
    this.controller?.abort();
  }
}

interface Envelope {
  readonly message: unknown;
  readonly abort: LazyAbort;
  readonly finishing: boolean;
  /** Milliseconds it may wait for its turn. */
  readonly patience: number;
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: Error) => void;
  timer: NodeJS.Timeout | undefined;
  /** Since when it waits: milliseconds of the process's own clock. */
  readonly since: number;
  /** Answered, or given up. */
  settled: boolean;
}

interface Mailbox {
  readonly address: string;
  readonly waiting: Envelope[];
  actor: Actor | undefined;
  running: Envelope | undefined;
  /** A message is being processed or the instance is being dropped. */
  busy: boolean;
  idleSince: number;
}

/** How soon a refused caller should come back: long enough for a burst to pass, short enough not to be noticed. */
const retrySeconds = 2;

/** Milliseconds the oldest waiting message has waited. */
const waited = ({ waiting: [oldest] }: Mailbox): number => (oldest ? performance.now() - oldest.since : 0);

/** Actors in this process: a queue for each address, worked off one message after the other. */
export class InProcessRuntime implements ActorRuntime {
  readonly scope = 'local';
  private readonly limits: Required<InProcessOptions>;
  private readonly mailboxes = new Map<string, Mailbox>();
  /** Mailboxes with an instance and nothing to do, longest idle first. */
  private readonly idle = new Set<Mailbox>();
  private readonly active = new Set<Promise<void>>();
  private readonly sweeper: NodeJS.Timeout;
  private factory: ActorFactory | undefined;
  private waiting = 0;
  private closed = false;
  private closing: Promise<void> | undefined;

  constructor(options: InProcessOptions = {}) {
    this.limits = {
      idle: options.idle ?? 5 * 60_000,
      instances: options.instances ?? 20_000,
      perAddress: options.perAddress ?? 64,
      overall: options.overall ?? 50_000,
      longestWait: options.longestWait ?? 20_000,
      longestDelay: options.longestDelay ?? 10_000,
      turns: options.turns ?? new Turns(),
      report: options.report ?? (() => undefined),
      onRefused: options.onRefused ?? (() => undefined),
    };
    this.sweeper = setInterval(() => this.sweep(), Math.max(10, Math.min(this.limits.idle / 4, 15_000)));
    this.sweeper.unref();
  }

  async host(factory: ActorFactory): Promise<void> {
    this.factory = factory;
    for (const mailbox of this.mailboxes.values()) this.start(mailbox);
  }

  ask(address: string, message: unknown, options: AskOptions): Promise<unknown> {
    if (this.closed) return Promise.reject(new Overloaded('the process is closing', retrySeconds));
    const remaining = options.deadline - Date.now();
    if (remaining <= 0) return Promise.reject(new DeadlinePassed('the deadline had passed already'));
    const mailbox = this.mailbox(address);
    const refused = this.refusalAt(mailbox);
    if (refused) return Promise.reject(refused);
    return new Promise((resolve, reject) => {
      const envelope: Envelope = {
        message,
        abort: new LazyAbort(),
        finishing: options.finishing === true,
        patience: Math.min(this.limits.longestDelay, remaining / 2),
        resolve,
        reject,
        timer: undefined,
        since: performance.now(),
        settled: false,
      };
      envelope.timer = setTimeout(() => this.expire(mailbox, envelope), remaining);
      mailbox.waiting.push(envelope);
      this.waiting += 1;
      this.start(mailbox);
    });
  }

  async queued(): Promise<number> {
    return this.waiting;
  }

  load(): RuntimeLoad {
    const waits = [...this.mailboxes.values()].map((mailbox) => waited(mailbox));
    // Every address is worked on as soon as it has a message, if there is a host at all.
    const delay = this.factory ? 0 : Math.max(0, ...waits);
    return { waiting: this.waiting, delay, active: this.mailboxes.size };
  }

  close(grace = 10_000): Promise<void> {
    this.closing ??= this.shutDown(grace);
    return this.closing;
  }

  private async shutDown(grace: number): Promise<void> {
    this.closed = true;
    clearInterval(this.sweeper);
    this.limits.turns.close();
    for (const mailbox of this.mailboxes.values()) {
      for (const envelope of [...mailbox.waiting]) {
        this.withdraw(mailbox, envelope, () =>
          envelope.reject(new Overloaded('the process is closing', retrySeconds)),
        );
      }
    }
    const patience = new AbortController();
    const finished = Promise.all(this.active);
    await Promise.race([
      finished,
      delay(grace, undefined, { signal: patience.signal }).catch(() => undefined),
    ]);
    patience.abort();
    for (const { running } of this.mailboxes.values()) {
      if (!running) continue;
      running.abort.abort();
      this.answer(running, () => running.reject(new DeadlinePassed('the process closed before the answer')));
    }
    for (const mailbox of this.idle) this.drop(mailbox);
    // An instance that hangs even now is left behind; the process ends anyhow.
    await Promise.race([Promise.all(this.active), delay(Math.min(grace, 1000), undefined, { ref: false })]);
  }

  /** Why a message is not accepted now: it would wait for longer than its asker does. */
  private refusalAt(mailbox: Mailbox): Overloaded | null {
    const { perAddress, overall, longestWait, onRefused } = this.limits;
    const wait = waited(mailbox);
    const reason = this.waiting >= overall ? 'process' : 'address';
    if (reason === 'address' && mailbox.waiting.length < perAddress && wait <= longestWait) return null;
    onRefused(reason);
    const seconds = comeBack(Math.max(retrySeconds * 1000, wait), Math.random());
    return new Overloaded(`too many messages wait for ${mailbox.address}`, seconds);
  }

  private mailbox(address: string): Mailbox {
    let mailbox = this.mailboxes.get(address);
    if (!mailbox) {
      mailbox = {
        address,
        waiting: [],
        actor: undefined,
        running: undefined,
        busy: false,
        idleSince: 0,
      };
      this.mailboxes.set(address, mailbox);
    }
    return mailbox;
  }

  /** Sets a mailbox to work if it has work and is not at it already. */
  private start(mailbox: Mailbox): void {
    const { factory } = this;
    if (mailbox.busy || !factory) return;
    this.idle.delete(mailbox);
    this.track(mailbox, () => this.drain(mailbox, factory));
  }

  private track(mailbox: Mailbox, work: () => Promise<void>): void {
    mailbox.busy = true;
    const done = work().finally(() => this.active.delete(done));
    this.active.add(done);
  }

  private async drain(mailbox: Mailbox, factory: ActorFactory): Promise<void> {
    for (let envelope = mailbox.waiting.shift(); envelope; envelope = mailbox.waiting.shift()) {
      this.waiting -= 1;
      mailbox.running = envelope;
      await this.processInTurn(mailbox, envelope, factory);
      mailbox.running = undefined;
    }
    mailbox.busy = false;
    this.rest(mailbox);
  }

  private async processInTurn(mailbox: Mailbox, envelope: Envelope, factory: ActorFactory): Promise<void> {
    const { turns, onRefused } = this.limits;
    const refused = await beginInTurn(turns, envelope.finishing, envelope.patience);
    if (refused) {
      onRefused('host');
      this.answer(envelope, () => envelope.reject(refused));
    } else await this.process(mailbox, envelope, factory).finally(() => turns.end());
  }

  private async process(mailbox: Mailbox, envelope: Envelope, factory: ActorFactory): Promise<void> {
    const { address } = mailbox;
    const { report } = this.limits;
    try {
      mailbox.actor ??= factory(address);
    } catch (error) {
      this.answer(envelope, () => envelope.reject(asFailure(address, error, report)));
      return;
    }
    const outcome = await perform(mailbox.actor, address, envelope.message, envelope.abort, report);
    this.answer(envelope, () =>
      outcome.ok ? envelope.resolve(outcome.value) : envelope.reject(outcome.error),
    );
    if (!outcome.ok && outcome.broken) {
      const { actor } = mailbox;
      mailbox.actor = undefined;
      await retire(actor, address, report);
    }
  }

  /** Keeps the instance of a mailbox without work for the next message, or forgets the mailbox if it has none. */
  private rest(mailbox: Mailbox): void {
    if (!mailbox.actor) {
      this.mailboxes.delete(mailbox.address);
      return;
    }
    mailbox.idleSince = Date.now();
    this.idle.add(mailbox);
    if (this.closed) return this.drop(mailbox);
    if (this.idle.size > this.limits.instances) {
      const [oldest] = this.idle;
      if (oldest) this.drop(oldest);
    }
  }

  private sweep(): void {
    const before = Date.now() - this.limits.idle;
    for (const mailbox of this.idle) {
      if (mailbox.idleSince > before) return;
      this.drop(mailbox);
    }
  }

  /** Drops an idle instance. Messages that come meanwhile wait until it is gone, so that there are never two. */
  private drop(mailbox: Mailbox): void {
    this.idle.delete(mailbox);
    const { actor } = mailbox;
    mailbox.actor = undefined;
    if (!actor?.deactivate) {
      this.mailboxes.delete(mailbox.address);
      return;
    }
    this.track(mailbox, async () => {
      await retire(actor, mailbox.address, this.limits.report);
      mailbox.busy = false;
      if (mailbox.waiting.length > 0) this.start(mailbox);
      else this.mailboxes.delete(mailbox.address);
    });
  }

  private expire(mailbox: Mailbox, envelope: Envelope): void {
    const reject = () => envelope.reject(new DeadlinePassed(`no answer from ${mailbox.address} in time`));
    if (mailbox.running === envelope) {
      envelope.abort.abort();
      this.answer(envelope, reject);
    } else {
      this.withdraw(mailbox, envelope, reject);
    }
  }

  /** Answers an envelope that was not started, and now never will be. */
  private withdraw(mailbox: Mailbox, envelope: Envelope, answer: () => void): void {
    const position = mailbox.waiting.indexOf(envelope);
    if (position < 0) return;
    mailbox.waiting.splice(position, 1);
    this.waiting -= 1;
    this.answer(envelope, answer);
    // Nobody hosts yet, or it is being worked on: then `drain` tidies up.
    if (!mailbox.busy && mailbox.waiting.length === 0 && !mailbox.actor)
      this.mailboxes.delete(mailbox.address);
  }

  private answer(envelope: Envelope, answer: () => void): void {
    if (envelope.settled) return;
    envelope.settled = true;
    clearTimeout(envelope.timer);
    answer();
  }
}
