import { Listener, openRedis, Script, type RedisClient } from '#redis';
import type { Bus, BusMessages, Topic } from './bus.js';
import { Hearers } from './hearers.js';

export interface RedisBusOptions {
  /** URL of any form that libs/redis opens. */
  readonly redis: string;
  /** In front of all channel names. */
  readonly prefix?: string;
  /** Told what a hearer throws, and of messages that cannot be read. */
  readonly report?: (error: unknown) => void;
  /** Told once when Redis goes away. */
  readonly warn?: (message: string) => void;
  /** Told when it is back. */
  readonly restored?: () => void;
}

/**
 * Publishes by way of a key. In a cluster that is one node for each channel: through it all hear the messages of a topic in
 * the same order, which two nodes that pass on what they were told each would not keep.
 *
 * KEYS  1 channel
 * ARGV  1 message
 */
const publish = new Script(`return redis.call('PUBLISH', KEYS[1], ARGV[1])`);

/** The bus of an installation of many processes, over Redis's publish and subscribe. */
export class RedisBus implements Bus {
  private readonly hearers: Hearers;
  private readonly sender: RedisClient;
  private readonly receiver: Listener;
  private readonly gaps = new Set<() => void>();
  private readonly prefix: string;

  private constructor(private readonly options: RedisBusOptions) {
    this.prefix = options.prefix ?? 'godwit:bus:';
    this.hearers = new Hearers((error) => this.report(error));
    // What cannot be sent now is of no use later: nothing queues up while Redis is away.
    this.sender = openRedis(options.redis, { patience: 'none' });
    // Who hears and who sends lose the same Redis: the one tells.
    this.sender.on('error', () => undefined);
    this.receiver = new Listener(options.redis, {
      message: (channel, text) => this.heard(channel, text),
      lost: (reason) => options.warn?.(reason),
      restored: () => this.missed(),
    });
  }

  /** Resolves when messages can be sent and heard. */
  static async connect(options: RedisBusOptions): Promise<RedisBus> {
    const bus = new RedisBus(options);
    await Promise.all([usable(bus.sender), bus.receiver.listening()]);
    return bus;
  }

  publish<T extends Topic>(topic: T, message: BusMessages[T]): void {
    if (this.sender.status !== 'ready') return;
    publish.run(this.sender, [this.prefix + topic], [JSON.stringify(message)]).catch(() => undefined);
  }

  subscribe<T extends Topic>(topic: T, hear: (message: BusMessages[T]) => void): () => void {
    const isFirst = !this.hearers.has(topic);
    const leave = this.hearers.add(topic, hear);
    if (isFirst) this.receiver.subscribe(this.prefix + topic);
    return () => {
      leave();
      if (!this.hearers.has(topic)) this.receiver.unsubscribe(this.prefix + topic);
    };
  }

  get isAvailable(): boolean {
    return this.sender.status === 'ready' && this.receiver.isListening;
  }

  onGap(hear: () => void): () => void {
    this.gaps.add(hear);
    return () => this.gaps.delete(hear);
  }

  async close(): Promise<void> {
    this.sender.disconnect();
    this.receiver.close();
  }

  private heard(channel: string, text: string): void {
    const topic = channel.slice(this.prefix.length) as Topic;
    try {
      this.hearers.tell(topic, JSON.parse(text) as BusMessages[Topic]);
    } catch (error) {
      this.report(error);
    }
  }

  private missed(): void {
    this.options.restored?.();
    for (const hear of this.gaps) hear();
  }

  private report(error: unknown): void {
    this.options.report?.(error);
  }
}

const usable = (connection: RedisClient): Promise<void> =>
  new Promise((resolve) => {
    if (connection.status === 'ready') resolve();
    else connection.once('ready', () => resolve());
  });
