import { Worker } from 'bullmq';
import { setTimeout as delay } from 'node:timers/promises';
import type { RedisClient } from '#redis';
import { Drain, type DrainContext, type Lingering } from './drain.js';

/** What an activation job carries. */
export interface Activation {
  readonly address: string;
  readonly tag: string;
}

export interface HostOptions {
  readonly queue: string;
  readonly queuePrefix: string;
  readonly node: string;
  /** Addresses worked on at a time. */
  readonly concurrency: number;
  /** Milliseconds after which a host that says nothing is taken for dead. */
  readonly lockDuration: number;
  /** Milliseconds between two looks for such hosts. */
  readonly stalledInterval: number;
  readonly onError: (error: Error) => void;
}

/**
 * Milliseconds an activation may have waited. BullMQ fetches jobs one after the other, except that each job which ends
 * brings the next one with it: so when activations come late, lingering drains are ended, to fetch more at a time.
 */
const late = 40;

/** Seconds a worker without work waits for a wake-up before it looks whether there is some. */
const LOOK_AGAIN = 1;

/** Milliseconds after which a worker looks again whose connection broke while it looked; BullMQ's own 15 s are longer than a lease. */
const RETRY = 250;

/** Milliseconds given to BullMQ to put its jobs back after everything else has ended. */
const lastPatience = 1_000;

/** The hosting side: a BullMQ worker, each of whose jobs is the draining of one address. */
export class Host {
  private readonly drains = new Map<string, Set<Drain>>();
  private readonly worker: Worker<Activation>;
  /** Longest waiting first. */
  private readonly lingering = new Set<Drain>();
  /** Drains beyond which lingering ones make room for addresses that have messages now. */
  private readonly roomy: number;
  private count = 0;
  private number = 0;
  private closing = false;
  private readonly onError: (error: Error) => void;

  constructor(
    connection: RedisClient,
    options: HostOptions,
    context: Omit<DrainContext, 'linger' | 'lingering'>,
    linger: number,
  ) {
    const { concurrency, node } = options;
    const shared: DrainContext = { ...context, linger, lingering: this.lingerers() };
    this.roomy = Math.floor(concurrency * 0.75);
    this.worker = new Worker<Activation>(
      options.queue,
      async ({ data, timestamp }) => {
        if (Date.now() - timestamp > late) this.makeRoom(1);
        return this.drain(shared, data, `${node} ${(this.number++).toString(36)}`);
      },
      {
        connection,
        prefix: options.queuePrefix,
        concurrency,
        lockDuration: options.lockDuration,
        stalledInterval: options.stalledInterval,
        // A host that is cut off from Redis may have been given the wake-up that was meant for the others: they look again.
        drainDelay: LOOK_AGAIN,
        runRetryDelay: RETRY,
        // An activation is only a wake-up; a message that kills its hosts is given up by `take`.
        maxStalledCount: Number.MAX_SAFE_INTEGER,
        skipVersionCheck: true,
      },
    );
    this.onError = options.onError;
    this.worker.on('error', options.onError);
  }

  async ready(): Promise<void> {
    await this.worker.waitUntilReady();
  }

  /** A message was posted for an address that is being drained here. */
  wake(tag: string): void {
    for (const drain of this.drains.get(tag) ?? []) drain.wake();
  }

  /** Hands over what waits, lets running messages end for `grace` ms, then aborts them. */
  async close(grace: number): Promise<void> {
    this.closing = true;
    for (const drain of this.all()) drain.leave();
    const patience = new AbortController();
    const closed = this.worker.close().catch(this.onError);
    const tooLate = delay(grace, 'late', { signal: patience.signal }).catch(() => undefined);
    if ((await Promise.race([closed, tooLate])) === 'late') {
      // What does not end is left: its lease expires, and another host begins its message again.
      for (const drain of this.all()) drain.abandon();
      await Promise.race([
        closed,
        delay(lastPatience, undefined, { signal: patience.signal }).catch(() => undefined),
      ]);
    }
    patience.abort();
  }

  /** Addresses that are worked on, or lingered at. */
  get active(): number {
    return this.drains.size;
  }

  private lingerers(): Lingering {
    return {
      add: (drain) => {
        this.lingering.add(drain);
        if (this.count > this.roomy) this.makeRoom(1);
      },
      remove: (drain) => void this.lingering.delete(drain),
    };
  }

  /** Ends the waiting of those that have waited longest. */
  private makeRoom(drains: number): void {
    let left = drains;
    for (const drain of this.lingering) {
      if (left === 0) return;
      this.lingering.delete(drain);
      drain.rouse();
      left -= 1;
    }
  }

  private all(): Drain[] {
    return [...this.drains.values()].flatMap((drains) => [...drains]);
  }

  private async drain(context: DrainContext, { address, tag }: Activation, token: string): Promise<void> {
    const drain = new Drain(context, address, tag, token);
    const siblings = this.drains.get(tag) ?? new Set();
    this.drains.set(tag, siblings.add(drain));
    this.count += 1;
    if (this.closing) drain.leave();
    try {
      await drain.run();
    } finally {
      this.count -= 1;
      siblings.delete(drain);
      if (siblings.size === 0) this.drains.delete(tag);
    }
  }
}
