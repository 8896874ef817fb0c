import { Queue } from 'bullmq';
import { randomBytes } from 'node:crypto';
import type { FailureReporter } from '../perform.js';
import { Overloaded, type ActorFactory, type ActorRuntime } from '../runtime.js';
import { Asker } from './asker.js';
import { Host, type Activation } from './host.js';
import { Naming } from './naming.js';
import { checkRedis, openRedis } from './redis.js';
import type { RedisClient } from './scripts/script.js';

export interface BullOptions {
  /** `redis://`, `rediss://`, or `redis-cluster://host:port,host:port`. */
  readonly redis: string;
  /** Begins all keys; two installations on one Redis need two. Default `godwit`. */
  readonly prefix?: string;
  /** Addresses this host works on, or lingers at, at a time; default 512. */
  readonly concurrency?: number;
  /** Milliseconds after which a silent host is taken for dead; default 10,000. Its messages are taken over within 1.5 times that. */
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
  /** Asks of this process that may be open; default 20,000. */
  readonly pending?: number;
  /** Bytes of a message or an answer; default 1 MiB. */
  readonly messageSize?: number;
  /** Told of every bug in an actor. */
  readonly report?: FailureReporter;
  /** Told of lost connections and doubtful settings: for the log. */
  readonly warn?: (message: string) => void;
}

const queueName = 'activations';

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
 * the ask ends with DeadlinePassed; the phone repeats its request, which it must be able to do anyhow.
 */
export class BullRuntime implements ActorRuntime {
  readonly scope = 'shared';
  private readonly node = randomBytes(9).toString('base64url');
  private readonly naming: Naming;
  private readonly commands: RedisClient;
  private readonly subscriber: RedisClient;
  private readonly queue: Queue<Activation>;
  private readonly asker: Asker;
  private readonly hostConnections: RedisClient[] = [];
  private hosted: Host | undefined;
  private closed = false;
  private closing: Promise<void> | undefined;

  private constructor(private readonly options: BullOptions) {
    this.naming = new Naming(options.prefix ?? 'godwit');
    // A post that is sent again after a broken connection might be carried out twice: rather it fails at once.
    this.commands = this.open({ maxRetriesPerRequest: 1, autoResendUnfulfilledCommands: false });
    this.subscriber = this.open({ maxRetriesPerRequest: null });
    this.queue = new Queue<Activation>(queueName, {
      connection: this.commands,
      prefix: this.naming.queuePrefix,
      skipVersionCheck: true,
      streams: { events: { maxLen: 100 } },
    });
    this.queue.on('error', (error) => this.warn(error.message));
    this.asker = new Asker(
      this.commands,
      this.naming,
      this.node,
      {
        perAddress: options.perAddress ?? 64,
        longestWait: options.longestWait ?? 20_000,
        pending: options.pending ?? 20_000,
        messageSize: this.messageSize,
      },
      (address, tag) => this.activate(this.queue, address, tag),
    );
  }

  /** Connects. Throws RuntimeUnavailable, or RedisUnfit if Redis is set up to lose keys. */
  static async connect(options: BullOptions): Promise<BullRuntime> {
    const runtime = new BullRuntime(options);
    try {
      await checkRedis(runtime.commands, (message) => runtime.warn(message));
      runtime.subscriber.on('message', (_channel: string, text: string) => runtime.receive(text));
      await runtime.subscriber.subscribe(runtime.naming.channel(runtime.node));
      return runtime;
    } catch (error) {
      await runtime.close(0);
      throw error;
    }
  }

  async ask(address: string, message: unknown, options: { deadline: number }): Promise<unknown> {
    if (this.closed) throw new Overloaded('the process is closing', 2);
    return this.asker.ask(address, message, options.deadline);
  }

  async host(factory: ActorFactory): Promise<void> {
    const {
      concurrency = 512,
      lockDuration = 10_000,
      linger = 1_000,
      report = () => undefined,
    } = this.options;
    // The host's commands wait for Redis to come back, however long: they may be sent twice (see `take`).
    const commands = this.open({ maxRetriesPerRequest: null });
    const blocking = this.open({ maxRetriesPerRequest: null });
    this.hostConnections.push(commands, blocking);
    const queue = new Queue<Activation>(queueName, {
      connection: commands,
      prefix: this.naming.queuePrefix,
      skipVersionCheck: true,
    });
    queue.on('error', (error) => this.warn(error.message));
    this.hosted = new Host(
      blocking,
      {
        queue: queueName,
        queuePrefix: this.naming.queuePrefix,
        node: this.node,
        concurrency,
        lockDuration,
        onError: (error) => this.warn(error.message),
      },
      {
        redis: commands,
        naming: this.naming,
        factory,
        report,
        leaseDuration: lockDuration,
        messageSize: this.messageSize,
        activate: (address, tag) => this.activate(queue, address, tag),
      },
      linger,
    );
    await this.hosted.ready();
  }

  async queued(): Promise<number | null> {
    if (!this.hosted || this.closed) return null;
    return this.queue.getWaitingCount();
  }

  close(grace = 10_000): Promise<void> {
    this.closing ??= this.shutDown(grace);
    return this.closing;
  }

  private async shutDown(grace: number): Promise<void> {
    this.closed = true;
    const patience = AbortSignal.timeout(Math.max(1, grace));
    await Promise.all([this.asker.idle(patience), this.hosted?.close(grace)]);
    this.asker.abandon();
    for (const connection of [this.commands, this.subscriber, ...this.hostConnections])
      connection.disconnect();
  }

  private get messageSize(): number {
    return this.options.messageSize ?? 1 << 20;
  }

  private async activate(queue: Queue<Activation>, address: string, tag: string): Promise<void> {
    const deduplication = { id: tag, keepLastIfActive: true };
    await queue.add('activate', { address, tag }, { ...jobOptions, deduplication });
  }

  private receive(text: string): void {
    if (text.startsWith('r')) this.asker.receive(text);
    else this.hosted?.wake(text.slice(1));
  }

  private open(options: Parameters<typeof openRedis>[1]): RedisClient {
    const connection = openRedis(this.options.redis, options);
    connection.on('error', (error: Error) => this.warn(error.message));
    return connection;
  }

  private warn(message: string): void {
    if (!this.closed) this.options.warn?.(message);
  }
}
