import { DeadlinePassed, Overloaded } from '../runtime.js';
import { RuntimeUnavailable } from '../failure.js';
import type { Naming } from './naming.js';
import { postMessage } from './scripts/post.js';
import type { RedisClient } from './scripts/script.js';
import { decodeAnswer, encodeBody, joinMessage } from './wire.js';

interface Pending {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
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

/** The asking side: posts messages, keeps what waits for an answer, and gives the answers out. */
export class Asker {
  private readonly pending = new Map<string, Pending>();
  private next = 0;

  constructor(
    private readonly redis: RedisClient,
    private readonly naming: Naming,
    private readonly node: string,
    private readonly limits: AskerLimits,
    private readonly activate: (address: string, tag: string) => Promise<void>,
  ) {}

  async ask(address: string, message: unknown, deadline: number): Promise<unknown> {
    const remaining = deadline - Date.now();
    if (remaining <= 0) throw new DeadlinePassed('the deadline had passed already');
    if (this.pending.size >= this.limits.pending) throw new Overloaded('too many asks are open', 2);
    const body = encodeBody(message, this.limits.messageSize);
    const id = (this.next++).toString(36);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => this.fail(id, new DeadlinePassed(`no answer from ${address} in time`)),
        remaining,
      );
      this.pending.set(id, { resolve, reject, timer });
      this.post(address, joinMessage({ id, node: this.node, body }), remaining).catch((error: unknown) => {
        this.fail(id, error instanceof Overloaded ? error : unavailable(error));
      });
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

  private async post(address: string, message: string, remaining: number): Promise<void> {
    const tag = this.naming.tag(address);
    const { box, lease } = this.naming.keys(tag);
    const posted = await postMessage(this.redis, {
      box,
      lease,
      tag,
      remaining,
      most: this.limits.perAddress,
      longest: this.limits.longestWait,
      message,
      channelPrefix: this.naming.channelPrefix,
    });
    if (posted.kind === 'full') {
      const seconds = Math.min(30, Math.max(1, Math.ceil(posted.waited / 1000)));
      throw new Overloaded(`too many messages wait for ${address}`, seconds);
    }
    if (posted.kind === 'posted') await this.activate(address, tag);
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
  new RuntimeUnavailable('Redis could not be asked', { cause });
