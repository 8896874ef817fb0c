import { isWithinReach, type RedisClient } from '#redis';
import { RuntimeUnavailable } from '../failure.js';
import { comeBack, type Admission } from '../pressure.js';
import { DeadlinePassed, Overloaded, type AskOptions, type Refusal } from '../runtime.js';
import type { Naming } from './naming.js';
import { postMessage } from './scripts/post.js';
import { ServerClock } from './server-clock.js';
import { decodeAnswer, encodeBody, joinMessage, messageId } from './wire.js';

interface Pending {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
  /** Posts the message, as soon as its answer can be heard. */
  parked: (() => void) | undefined;
}

export interface AskerLimits {
  /** Messages that may wait for one address. */
  readonly perAddress: number;
  /** Milliseconds the oldest message of an address may have waited. */
  readonly longestWait: number;
  /** Asks of this node that may be open. */
  readonly pending: number;
  /** Bytes of a message. */
  readonly messageSize: number;
}

export interface AskerContext {
  readonly redis: RedisClient;
  readonly naming: Naming;
  readonly node: string;
  readonly activate: (address: string, tag: string) => Promise<void>;
  /** Whether this node's channel is heard now. */
  readonly isListening: () => boolean;
  /** Milliseconds an activation is expected to wait for a host. */
  readonly expectedWait: () => number;
  readonly admission: Admission;
  readonly onRefused: (reason: Refusal) => void;
}

/** Milliseconds an ask waits for the node's channel to be heard again. */
const PARKED = 3_000;
/** Milliseconds left to an answer after a gap: it may have been missed, but may also be given just now. */
const DOUBT = 3_000;
/** Milliseconds a process that has too many asks open is expected to need to get rid of them. */
const BUSY = 2_000;

/** The asking side: posts messages, keeps what waits for an answer, and gives the answers out. */
export class Asker {
  private readonly pending = new Map<string, Pending>();
  private readonly serverClock = new ServerClock();
  private next = 0;

  constructor(
    private readonly context: AskerContext,
    private readonly limits: AskerLimits,
  ) {}

  async ask(address: string, message: unknown, { deadline, finishing }: AskOptions): Promise<unknown> {
    const remaining = deadline - Date.now();
    if (remaining <= 0) throw new DeadlinePassed('the deadline had passed already');
    if (finishing !== true) this.letIn();
    const { node } = this.context;
    const body = encodeBody(message, this.limits.messageSize);
    const id = messageId(this.next++, finishing === true);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => this.fail(id, new DeadlinePassed(`no answer from ${address} in time`)),
        remaining,
      );
      const pending: Pending = { resolve, reject, timer, parked: undefined };
      this.pending.set(id, pending);
      const post = (): void => {
        const left = Math.max(1, deadline - Date.now());
        this.post(address, joinMessage({ id, node, body }), left).catch((error: unknown) => {
          this.fail(id, error instanceof Overloaded ? error : unavailable(error));
        });
      };
      if (this.context.isListening()) post();
      else this.park(id, pending, post);
    });
  }

  /** A message on this node's channel that begins with `r`. */
  receive(text: string): void {
    const { id, answer } = decodeAnswer(text);
    const pending = this.settle(id);
    // None: it came after its deadline, or a second time from a host that was taken for dead.
    if (!pending) return;
    if ('error' in answer) pending.reject(answer.error);
    else pending.resolve(answer.value);
  }

  /** The node's channel is heard again, after a gap in which answers may have been missed. */
  resume(): void {
    const doubtful: string[] = [];
    for (const [id, pending] of this.pending) {
      const { parked } = pending;
      pending.parked = undefined;
      if (parked) parked();
      else doubtful.push(id);
    }
    setTimeout(() => {
      for (const id of doubtful) this.fail(id, new RuntimeUnavailable('the answer may have been missed'));
    }, DOUBT).unref();
  }

  /** Resolves when no ask is open any more. */
  async idle(signal: AbortSignal): Promise<void> {
    while (this.pending.size > 0 && !signal.aborted) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  /** Ends all open asks. */
  abandon(): void {
    for (const id of [...this.pending.keys()])
      this.fail(id, new RuntimeUnavailable('the process is closing'));
  }

  /** Refuses at once what would wait for too long. */
  private letIn(): void {
    const { admission, expectedWait } = this.context;
    if (this.pending.size >= this.limits.pending)
      throw this.refused('process', new Overloaded('too many asks are open', comeBack(BUSY, Math.random())));
    try {
      admission.admit(expectedWait());
    } catch (error) {
      throw error instanceof Overloaded ? this.refused('delay', error) : error;
    }
  }

  private refused(reason: Refusal, error: Overloaded): Overloaded {
    this.context.onRefused(reason);
    return error;
  }

  /** An answer that nobody hears is lost: so nothing is asked while the channel is not heard. */
  private park(id: string, pending: Pending, post: () => void): void {
    pending.parked = post;
    setTimeout(() => {
      if (pending.parked) this.fail(id, unavailable('no answer could be heard'));
    }, PARKED).unref();
  }

  private async post(address: string, message: string, remaining: number, isSecond = false): Promise<void> {
    const { redis, naming, activate } = this.context;
    const sent = Date.now();
    if (!isWithinReach(redis)) throw new RuntimeUnavailable('no node of the Redis Cluster answers');
    const tag = naming.tag(address);
    const { box, lease } = naming.keys(tag);
    const posted = await postMessage(redis, {
      box,
      lease,
      tag,
      remaining,
      most: this.limits.perAddress,
      longest: this.limits.longestWait,
      message,
      channelPrefix: naming.channelPrefix,
      latest: this.serverClock.at(sent + remaining),
    });
    const received = Date.now();
    if (posted.kind === 'late') this.serverClock.forget();
    this.serverClock.heard(sent, posted.now, received);
    // Somebody has set the server's clock, if there is time left.
    const left = remaining - (received - sent);
    if (posted.kind === 'late' && left > 0 && !isSecond) return this.post(address, message, left, true);
    if (posted.kind === 'full') {
      const seconds = comeBack(posted.waited, Math.random());
      throw this.refused('address', new Overloaded(`too many messages wait for ${address}`, seconds));
    }
    if (posted.kind === 'posted') await activate(address, tag);
  }

  private fail(id: string, error: Error): void {
    this.settle(id)?.reject(error);
  }

  private settle(id: string): Pending | undefined {
    const pending = this.pending.get(id);
    if (!pending) return undefined;
    this.pending.delete(id);
    clearTimeout(pending.timer);
    return pending;
  }
}

const unavailable = (cause: unknown): RuntimeUnavailable =>
  cause instanceof RuntimeUnavailable ? cause : new RuntimeUnavailable('Redis could not be asked', { cause });
