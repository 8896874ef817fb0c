import { Queue } from 'bullmq';
import { randomBytes } from 'node:crypto';
import { checkRedis, Listener, openRedis, RedisSilent, type Patience, type RedisClient } from '#redis';
import { RuntimeUnavailable } from '../failure.js';
import type { FailureReporter } from '../perform.js';
import { Admission } from '../pressure.js';
import {
  Overloaded,
  type ActorFactory,
  type ActorRuntime,
  type AskOptions,
  type Refusal,
  type RuntimeLoad,
} from '../runtime.js';
import { Turns } from '../turns.js';
import { Asker } from './asker.js';
import { Host, type Activation } from './host.js';
import { Naming } from './naming.js';
import { QueueWatch } from './queue-watch.js';

export interface BullOptions {
  /** URL of any form that libs/redis opens: one server, a cluster, or a master that sentinels know. */
  readonly redis: string;
  /** Begins all keys; two installations on one Redis need two. Default `godwit`. */
  readonly prefix?: string;
  /** Addresses this host works on, or lingers at, at a time; default 1,024: those it is really at work on are fewer (`Turns`). */
  readonly concurrency?: number;
  /** Milliseconds within which the work of a host that says nothing is taken over by another one; default 10,000. */
  readonly lockDuration?: number;
  /**
   * Milliseconds a drained address is kept for a next message; default 1,000, since a phone's requests come in bursts and
   * a message that finds its address kept costs a third of one that needs an activation. Ends early when room is needed.
   */
  readonly linger?: number;
  /** Messages that may wait for one address; default 64. */
  readonly perAddress?: number;
  /** Milliseconds the oldest waiting message of an address may have waited before new ones are refused; default 20,000. */
  readonly longestWait?: number;
  /**
   * Milliseconds a message may be expected to wait for a host; default 10,000. Beyond it a growing part of new messages is
   * refused, at twice that all of them.
   */
  readonly longestDelay?: number;
  /** Asks of this process that may be open; default 20,000. */
  readonly pending?: number;
  /** Bytes of a message or an answer; default 1 MiB. */
  readonly messageSize?: number;
  /** Told of every bug in an actor. */
  readonly report?: FailureReporter;
  /** Told of lost connections and doubtful settings: for the log. */
  readonly warn?: (message: string) => void;
  /** Told of each message that was refused. */
  readonly onRefused?: (reason: Refusal) => void;
}

const queueName = 'activations';

/**
 * A dead host is noticed when its lease has expired (its last sign of life may have come in the moment of its death), by the
 * next look of somebody else, which BullMQ believes only when it was marked by the look before: parts of `lockDuration` that
 * leave some of it for the work itself.
 */
const LEASE = 0.6;
const LOOK = 0.15;

/** Milliseconds the first connection may take. */
const CONNECT_PATIENCE = 10_000;

/** Activations that ended are of no interest; failed ones (Redis was away) are tried again, as messages may still wait. */
const jobOptions = {
  removeOnComplete: true,
  removeOnFail: true,
  attempts: 20,
  backoff: { type: 'fixed', delay: 250 },
};

/**
 * Actors on any number of hosts behind one Redis. A message is begun a second time only if its host died, or was cut off
 * from Redis for longer than a lease, while it was being processed.
 *
 * Answers come back by publish/subscribe on the asking node's own channel: a node that is gone leaves nothing to clean
 * up, and an answer needs no polling. What it costs: an answer given while the asker's connection is broken is lost, and
 * the ask ends with RuntimeUnavailable soon after; the phone repeats its request, which it must be able to do anyhow.
 */
export class BullRuntime implements ActorRuntime {
  readonly scope = 'shared';
  private readonly node = randomBytes(9).toString('base64url');
  private readonly naming: Naming;
  private readonly commands: RedisClient;
  private readonly listener: Listener;
  private readonly queue: Queue<Activation>;
  private readonly watch: QueueWatch;
  private readonly asker: Asker;
  private readonly hostConnections: RedisClient[] = [];
  private readonly turns = new Turns();
  private hosted: Host | undefined;
  private closed = false;
  private closing: Promise<void> | undefined;

  private constructor(private readonly options: BullOptions) {
    this.naming = new Naming(options.prefix ?? 'godwit');
    // A post that is sent again after a broken connection might be carried out twice: rather it fails at once.
    this.commands = this.open('brief');
    this.listener = new Listener(options.redis, {
      message: (_channel, text) => this.receive(text),
      lost: (reason) => this.warn(reason),
      restored: () => this.asker.resume(),
    });
    this.queue = this.openQueue(this.commands);
    this.watch = new QueueWatch(this.commands, {
      wait: this.queue.toKey('wait'),
      id: this.queue.toKey('id'),
    });
    this.asker = this.openAsker();
  }

  /** Connects. Throws RuntimeUnavailable, or RedisUnfit if Redis is set up to lose keys. */
  static async connect(options: BullOptions): Promise<BullRuntime> {
    const runtime = new BullRuntime(options);
    try {
      await checkRedis(runtime.commands, (message) => runtime.warn(message));
      runtime.listener.subscribe(runtime.naming.channel(runtime.node));
      await within(CONNECT_PATIENCE, runtime.listener.listening());
      return runtime;
    } catch (error) {
      await runtime.close(0);
      throw error instanceof RedisSilent ? new RuntimeUnavailable(error.message, { cause: error }) : error;
    }
  }

  async ask(address: string, message: unknown, options: AskOptions): Promise<unknown> {
    if (this.closed) throw new Overloaded('the process is closing', 2);
    return this.asker.ask(address, message, options);
  }

  async host(factory: ActorFactory): Promise<void> {
    const {
      concurrency = 1024,
      lockDuration = 10_000,
      linger = 1_000,
      report = () => undefined,
      onRefused = () => undefined,
    } = this.options;
    // The host's commands wait for Redis to come back, however long: they may be sent twice (see `take`).
    const commands = this.open('endless');
    const blocking = this.open('endless');
    this.hostConnections.push(commands, blocking);
    const leaseDuration = Math.ceil(lockDuration * LEASE);
    const queue = this.openQueue(commands);
    this.hosted = new Host(
      blocking,
      {
        queue: queueName,
        queuePrefix: this.naming.queuePrefix,
        node: this.node,
        concurrency,
        lockDuration: leaseDuration,
        stalledInterval: Math.ceil(lockDuration * LOOK),
        onError: (error) => this.warn(error.message),
      },
      {
        redis: commands,
        naming: this.naming,
        factory,
        report,
        leaseDuration,
        messageSize: this.messageSize,
        turns: this.turns,
        longestDelay: this.longestDelay,
        onRefused,
        activate: (address, tag) => this.activate(queue, address, tag),
      },
      linger,
    );
    await this.hosted.ready();
  }

  async queued(): Promise<number | null> {
    return this.hosted && !this.closed ? this.watch.delay.waiting : null;
  }

  load(): RuntimeLoad {
    const { waiting, expected } = this.watch.delay;
    return { waiting, delay: expected, active: this.hosted?.active ?? 0 };
  }

  close(grace = 10_000): Promise<void> {
    this.closing ??= this.shutDown(grace);
    return this.closing;
  }

  private async shutDown(grace: number): Promise<void> {
    this.closed = true;
    this.watch.close();
    this.turns.close();
    const patience = AbortSignal.timeout(Math.max(1, Math.ceil(grace)));
    await Promise.all([this.asker.idle(patience), this.hosted?.close(grace)]);
    this.asker.abandon();
    this.listener.close();
    for (const connection of [this.commands, ...this.hostConnections]) connection.disconnect();
  }

  private get messageSize(): number {
    return this.options.messageSize ?? 1 << 20;
  }

  private get longestDelay(): number {
    return this.options.longestDelay ?? 10_000;
  }

  private openAsker(): Asker {
    const { perAddress, longestWait, pending, onRefused } = this.options;
    return new Asker(
      {
        redis: this.commands,
        naming: this.naming,
        node: this.node,
        activate: (address, tag) => this.activate(this.queue, address, tag),
        isListening: () => this.listener.isListening,
        expectedWait: () => this.watch.delay.expected,
        admission: new Admission(this.longestDelay),
        onRefused: onRefused ?? (() => undefined),
      },
      {
        perAddress: perAddress ?? 64,
        longestWait: longestWait ?? 20_000,
        pending: pending ?? 20_000,
        messageSize: this.messageSize,
      },
    );
  }

  private openQueue(connection: RedisClient): Queue<Activation> {
    const queue = new Queue<Activation>(queueName, {
      connection,
      prefix: this.naming.queuePrefix,
      skipVersionCheck: true,
      streams: { events: { maxLen: 100 } },
    });
    queue.on('error', (error) => this.warn(error.message));
    return queue;
  }

  private async activate(queue: Queue<Activation>, address: string, tag: string): Promise<void> {
    const deduplication = { id: tag, keepLastIfActive: true };
    await queue.add('activate', { address, tag }, { ...jobOptions, deduplication });
  }

  private receive(text: string): void {
    if (text.startsWith('r')) this.asker.receive(text);
    else this.hosted?.wake(text.slice(1));
  }

  private open(patience: Patience): RedisClient {
    const connection = openRedis(this.options.redis, { patience });
    connection.on('error', (error: Error) => this.warn(error.message));
    return connection;
  }

  private warn(message: string): void {
    if (!this.closed) this.options.warn?.(message);
  }
}

/** Throws RuntimeUnavailable if it does not come about in so many milliseconds. */
async function within(ms: number, event: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new RuntimeUnavailable('Redis cannot be listened to')), ms);
  });
  await Promise.race([event, tooLate]).finally(() => clearTimeout(timer));
}
