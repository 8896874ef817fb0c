import { Redis } from 'ioredis';
import type { Bus, BusMessages, Topic } from './bus.js';
import { Hearers } from './hearers.js';

export interface RedisBusOptions {
  /** `redis://` or `rediss://` URL, or `redis-cluster://host:port,...`: one node of a cluster hears of all messages. */
  readonly redis: string;
  /** In front of all channel names. */
  readonly prefix?: string;
  /** Told what a hearer throws, and of messages that cannot be read. */
  readonly report?: (error: unknown) => void;
  /** Told once when Redis goes away. */
  readonly warn?: (message: string) => void;
}

/** A cluster passes a message on to all of its nodes: any of them will do. */
function nodeOf(url: string): string {
  const cluster = /^(rediss?)-cluster:\/\/([^,]+)/.exec(url);
  return cluster ? `${cluster[1]}://${cluster[2]}` : url;
}

/** The bus of an installation of many processes, over Redis's publish and subscribe. */
export class RedisBus implements Bus {
  private readonly hearers: Hearers;
  private readonly sender: Redis;
  private readonly receiver: Redis;
  private readonly gaps = new Set<() => void>();
  private readonly prefix: string;
  private wasReady = false;
  private isAway = false;

  private constructor(private readonly options: RedisBusOptions) {
    this.prefix = options.prefix ?? 'godwit:bus:';
    this.hearers = new Hearers((error) => this.report(error));
    const common = { retryStrategy: (attempt: number) => Math.min(50 * attempt, 1000) };
    // What cannot be sent now is of no use later: nothing queues up while Redis is away.
    this.sender = new Redis(nodeOf(options.redis), {
      ...common,
      enableOfflineQueue: false,
      maxRetriesPerRequest: 0,
    });
    this.receiver = new Redis(nodeOf(options.redis), { ...common, autoResubscribe: true });
    for (const connection of [this.sender, this.receiver])
      connection.on('error', (error) => this.away(error));
    this.receiver.on('ready', () => this.ready());
    this.receiver.on('message', (channel: string, text: string) => this.heard(channel, text));
  }

  /** Resolves when messages can be sent and heard. */
  static async connect(options: RedisBusOptions): Promise<RedisBus> {
    const bus = new RedisBus(options);
    await Promise.all([usable(bus.sender), usable(bus.receiver)]);
    return bus;
  }

  publish<T extends Topic>(topic: T, message: BusMessages[T]): void {
    this.sender.publish(this.prefix + topic, JSON.stringify(message)).catch(() => undefined);
  }

  subscribe<T extends Topic>(topic: T, hear: (message: BusMessages[T]) => void): () => void {
    const isFirst = !this.hearers.has(topic);
    const leave = this.hearers.add(topic, hear);
    if (isFirst) this.receiver.subscribe(this.prefix + topic).catch((error: unknown) => this.report(error));
    return () => {
      leave();
      if (!this.hearers.has(topic)) this.receiver.unsubscribe(this.prefix + topic).catch(() => undefined);
    };
  }

  onGap(hear: () => void): () => void {
    this.gaps.add(hear);
    return () => this.gaps.delete(hear);
  }

  async close(): Promise<void> {
    this.sender.disconnect();
    this.receiver.disconnect();
  }

  private heard(channel: string, text: string): void {
    const topic = channel.slice(this.prefix.length) as Topic;
    try {
      this.hearers.tell(topic, JSON.parse(text) as BusMessages[Topic]);
    } catch (error) {
      this.report(error);
    }
  }

  private away(error: Error): void {
    if (this.isAway) return;
    this.isAway = true;
    this.options.warn?.(error.message);
  }

  private ready(): void {
    const isAgain = this.wasReady;
    this.wasReady = true;
    this.isAway = false;
    if (isAgain) for (const hear of this.gaps) hear();
  }

  private report(error: unknown): void {
    this.options.report?.(error);
  }
}

const usable = (connection: Redis): Promise<void> =>
  new Promise((resolve) => {
    if (connection.status === 'ready') resolve();
    else connection.once('ready', () => resolve());
  });
