import { setTimeout as delay } from 'node:timers/promises';
import { ActorFailure } from '../failure.js';
import { asFailure, perform, retire, type FailureReporter, type Outcome } from '../perform.js';
import { beginInTurn, type Turns } from '../turns.js';
import type { Actor, ActorFactory, Refusal } from '../runtime.js';
import type { RedisClient } from '#redis';
import type { Naming } from './naming.js';
import { renewLease, type Renewed } from './scripts/renew.js';
import { restAddress } from './scripts/rest.js';
import { takeMessage, type AddressKeys, type Taking, type Turn } from './scripts/take.js';
import { encodeAnswer, isFinishing, splitMessage, type Message } from './wire.js';

/** How often a message is begun at most: once more after its host died, since that was hardly the message's fault. */
const mostStarts = 2;
/** Milliseconds between two looks at a lease that another drain holds. */
const leasePoll = 100;

/** The drains of a host that wait for a next message. The host may rouse any of them to make room. */
export interface Lingering {
  add(drain: Drain): void;
  remove(drain: Drain): void;
}

/** What all drains of a host share. */
export interface DrainContext {
  readonly redis: RedisClient;
  readonly naming: Naming;
  readonly factory: ActorFactory;
  readonly report: FailureReporter;
  /** Milliseconds a lease lasts without renewal. */
  readonly leaseDuration: number;
  /** Milliseconds to wait for a next message. */
  readonly linger: number;
  /** The drains that wait for one. */
  readonly lingering: Lingering;
  readonly messageSize: number;
  readonly turns: Turns;
  /** Milliseconds a message may wait for its turn. */
  readonly longestDelay: number;
  readonly onRefused: (reason: Refusal) => void;
  readonly activate: (address: string, tag: string) => Promise<void>;
}

/**
 * Empties one address's box, under a lease: BullMQ brings a drain to life and revives it after a host's death, the lease
 * alone makes it the only one. The actor's instance lives as long as the lease.
 */
export class Drain {
  private readonly keys: AddressKeys;
  private actor: Actor | undefined;
  private running: AbortController | undefined;
  private woken = false;
  private wakeUp: (() => void) | undefined;
  private leaving = false;
  /** The lease is ours, as far as is known here, and not about to be given back: it may be renewed. */
  private holding = false;
  /** The lease was gone while the message in hand was processed: another may have done it meanwhile. */
  private interrupted = false;
  private renewal: NodeJS.Timeout | undefined;
  private giveUp: (reason: Error) => void = () => undefined;
  private readonly givenUp: Promise<never>;

  constructor(
    private readonly context: DrainContext,
    private readonly address: string,
    private readonly tag: string,
    private readonly token: string,
  ) {
    this.keys = context.naming.keys(tag);
    this.givenUp = new Promise((_resolve, reject) => (this.giveUp = reject));
    this.givenUp.catch(() => undefined);
  }

  /** A message was posted. */
  wake(): void {
    this.woken = true;
    this.wakeUp?.();
  }

  /** Makes room: ends the wait for a next message. */
  rouse(): void {
    this.wakeUp?.();
  }

  /** Ends after the running message; what waits is left to another host. */
  leave(): void {
    this.leaving = true;
    this.wakeUp?.();
  }

  /** Gives the address up while its message is still running: it is told to end, and the lease to expire. */
  abandon(): void {
    clearInterval(this.renewal);
    this.running?.abort();
    this.giveUp(new Error(`gave up ${this.address} while a message was being processed`));
  }

  /** Ends when nothing waits any more, the lease is lost, or it was told to leave. Rejects if Redis fails, or if it was abandoned. */
  async run(): Promise<void> {
    this.renewal = setInterval(() => void this.renew(), this.context.leaseDuration / 3);
    try {
      let turn: Turn | undefined = await this.take({ acquire: true, next: true });
      while (turn) {
        this.holding = turn.kind !== 'busy' && turn.kind !== 'lost';
        turn = await this.step(turn);
      }
    } finally {
      clearInterval(this.renewal);
      if (this.actor) await retire(this.actor, this.address, this.context.report);
    }
  }

  /** Does what the turn says and returns the next one; undefined at the end. */
  private async step(turn: Turn): Promise<Turn | undefined> {
    switch (turn.kind) {
      case 'lost':
        return this.loseLease(turn.waiting);
      case 'busy':
        return this.awaitLease(turn.patience);
      case 'empty':
        return this.rest();
      case 'poison':
        return this.answer(splitMessage(turn.message), poisoned);
      case 'message': {
        const message = splitMessage(turn.message);
        const outcome = await Promise.race([this.process(message, turn.remaining), this.givenUp]);
        return this.answer(message, outcome);
      }
    }
  }

  /** Another host may be at work already. If none is, what waits would not be found before the next message is posted. */
  private async loseLease(waiting: number): Promise<undefined> {
    if (waiting > 0) await this.context.activate(this.address, this.tag);
    return undefined;
  }

  private take(options: Pick<Taking, 'acquire' | 'next' | 'answer'>): Promise<Turn> {
    const { redis, leaseDuration } = this.context;
    // Renewed it is by this as well; a renewal on its way after a lease was found lost would hold it for nobody.
    this.holding = false;
    return takeMessage(redis, this.keys, {
      token: this.token,
      duration: leaseDuration,
      mostStarts,
      ...options,
    });
  }

  private async awaitLease(patience: number): Promise<Turn | undefined> {
    if (this.leaving) {
      await this.context.activate(this.address, this.tag);
      return undefined;
    }
    await delay(Math.min(leasePoll, Math.max(1, patience)));
    return this.take({ acquire: true, next: true });
  }

  private async process(message: Message, remaining: number): Promise<Outcome> {
    const { turns, longestDelay, onRefused } = this.context;
    const took = performance.now();
    const refused = await beginInTurn(turns, isFinishing(message), Math.min(longestDelay, remaining / 2));
    if (refused) {
      onRefused('host');
      return { ok: false, error: refused, broken: false };
    }
    return this.begun(message, remaining - (performance.now() - took)).finally(() => turns.end());
  }

  private async begun(message: Message, remaining: number): Promise<Outcome> {
    const { factory, report } = this.context;
    const abort = new AbortController();
    this.running = abort;
    this.interrupted = false;
    const timer = setTimeout(() => abort.abort(), remaining).unref();
    try {
      this.actor ??= factory(this.address);
      const body: unknown = JSON.parse(message.body);
      const context = { signal: abort.signal, holds: () => this.holds() };
      const outcome = await perform(this.actor, this.address, body, context, report);
      if (!outcome.ok && outcome.broken) await this.dropActor();
      return outcome;
    } catch (error) {
      return { ok: false, error: asFailure(this.address, error, report), broken: true };
    } finally {
      clearTimeout(timer);
      this.running = undefined;
    }
  }

  private async dropActor(): Promise<void> {
    const { actor } = this;
    this.actor = undefined;
    if (actor) await retire(actor, this.address, this.context.report);
  }

  /** Answers, and takes the next message in the same round trip. */
  private answer({ id, node }: Message, outcome: Outcome): Promise<Turn> {
    const channel = this.context.naming.channel(node);
    const text = encodeAnswer(id, outcome, this.context.messageSize);
    return this.take({ acquire: false, next: !this.leaving, answer: { id: `${id} ${node}`, channel, text } });
  }

  /** Lingers a moment for a next message, then gives the lease back. */
  private async rest(): Promise<Turn | undefined> {
    if (!this.leaving && (await this.lingered())) return this.take({ acquire: false, next: true });
    this.holding = false;
    const rested = await restAddress(this.context.redis, this.keys, this.token, this.leaving);
    if (rested === 'more') return this.take({ acquire: false, next: true });
    if (rested === 'left') await this.context.activate(this.address, this.tag);
    return undefined;
  }

  /** Whether a message was posted within the time of lingering. */
  private async lingered(): Promise<boolean> {
    const { linger, lingering } = this.context;
    if (!this.woken && linger > 0) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, linger);
        this.wakeUp = () => {
          clearTimeout(timer);
          resolve();
        };
        lingering.add(this);
      });
      this.wakeUp = undefined;
      lingering.remove(this);
    }
    const { woken } = this;
    this.woken = false;
    return woken;
  }

  private async holds(): Promise<boolean> {
    return (await this.renewed()) === 'held' && !this.interrupted;
  }

  private async renewed(): Promise<Renewed> {
    const renewed = await renewLease(this.context.redis, this.keys, this.token, this.context.leaseDuration);
    if (renewed === 'regained') this.interrupted = true;
    return renewed;
  }

  private async renew(): Promise<void> {
    if (!this.holding) return;
    try {
      // Another host is at work on the next message already: what this one still does is worthless.
      if ((await this.renewed()) === 'taken' && this.running) this.abandon();
    } catch {
      // Redis is away: the next take will tell.
    }
  }
}

const poisoned: Outcome = {
  ok: false,
  error: new ActorFailure('the message was given up: hosts died while they processed it', 'poison'),
  broken: false,
};
