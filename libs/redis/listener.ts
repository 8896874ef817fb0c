import { Redis, type RedisOptions } from 'ioredis';
import { parseRedisUrl, type RedisNode } from '#ops';
import { connectionOptions, targetOf } from './client.js';
import { Nodes, roamingConnector } from './roaming-connector.js';

export interface ListenerEvents {
  /** A message on a channel that was subscribed to. */
  readonly message: (channel: string, text: string) => void;
  /** The connection broke: messages are missed from now on. Told once each time. */
  readonly lost?: (reason: string) => void;
  /** All subscriptions stand again, after they did not. What was published meanwhile was not heard. */
  readonly restored?: () => void;
}

/** Milliseconds between two signs of life that are asked for, and how long one may take: a dead connection must not look like a quiet one. */
const HEARTBEAT = 3_000;

/**
 * Hears what is published. Survives the death of the server it listens to: of a cluster it takes another node, of
 * sentinels the new master, a single server it waits for; and subscribes anew to everything.
 */
export class Listener {
  private readonly redis: Redis;
  private readonly nodes: Nodes | undefined;
  private readonly channels = new Set<string>();
  private readonly heartbeat: NodeJS.Timeout;
  private lastError = 'the connection was closed';
  private wasListening = false;
  private stands = false;
  private waiting: (() => void)[] = [];
  private closed = false;

  constructor(
    url: string,
    private readonly events: ListenerEvents,
  ) {
    const place = parseRedisUrl(url);
    // Subscriptions are made anew here, so that it is known when they stand.
    const options: RedisOptions = {
      ...connectionOptions(place),
      autoResubscribe: false,
      maxRetriesPerRequest: 0,
    };
    if (place.kind === 'cluster') {
      this.nodes = new Nodes(place.nodes, place.tls);
      this.redis = new Redis({ ...options, Connector: roamingConnector(this.nodes) });
    } else {
      this.redis = new Redis({ ...options, ...targetOf(place) });
    }
    this.redis.on('ready', () => void this.resume());
    this.redis.on('close', () => this.broke());
    this.redis.on('error', (error: Error) => (this.lastError = error.message || error.name));
    this.redis.on('message', (channel: string, text: string) => events.message(channel, text));
    this.heartbeat = setInterval(() => void this.beat(), HEARTBEAT).unref();
  }

  /** Whether everything that was subscribed to is heard now. */
  get isListening(): boolean {
    return this.stands;
  }

  /** Resolves when everything that was subscribed to is heard; at once if it is. */
  listening(): Promise<void> {
    return this.stands ? Promise.resolve() : new Promise((resolve) => this.waiting.push(resolve));
  }

  /** Hears a channel, now or as soon as Redis is there. */
  subscribe(channel: string): void {
    this.channels.add(channel);
    if (this.redis.status === 'ready') void this.resume();
  }

  unsubscribe(channel: string): void {
    if (this.channels.delete(channel)) this.redis.unsubscribe(channel).catch(() => undefined);
  }

  close(): void {
    this.closed = true;
    clearInterval(this.heartbeat);
    this.redis.disconnect();
  }

  private async resume(): Promise<void> {
    try {
      // Only what was not lost before the answer came is known to stand.
      const channels = [...this.channels];
      if (channels.length > 0) await this.redis.subscribe(...channels);
      if (channels.length === this.channels.size) this.stand();
      await this.learn();
    } catch {
      // The connection broke again, and is made again.
    }
  }

  private stand(): void {
    if (this.stands || this.redis.status !== 'ready') return;
    this.stands = true;
    for (const resolve of this.waiting.splice(0)) resolve();
    if (this.wasListening) this.events.restored?.();
    this.wasListening = true;
  }

  private broke(): void {
    if (!this.stands || this.closed) return;
    this.stands = false;
    this.events.lost?.(this.lastError);
  }

  /** Who else belongs to the cluster, for when this node dies. */
  private async learn(): Promise<void> {
    if (!this.nodes) return;
    const slots = await this.redis.cluster('SLOTS');
    const found = slots.flatMap(([, , ...servers]) =>
      servers.map(([host, port]): RedisNode => ({ host, port })),
    );
    this.nodes.learn(found.filter(({ host }) => host !== ''));
  }

  private async beat(): Promise<void> {
    if (this.redis.status !== 'ready') return;
    const patience = setTimeout(() => this.redis.disconnect(true), HEARTBEAT);
    await this.redis.ping().catch(() => undefined);
    clearTimeout(patience);
  }
}
