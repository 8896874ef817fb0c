import { isWithinReach, openRedis, type RedisClient } from '#redis';
import { RateLimiterRedis } from 'rate-limiter-flexible';

/** What failures are counted by: a kind, and one of it. */
export interface CountedBy {
  readonly kind: string;
  readonly name: string;
}

/** Counts failed sign-ins; libs/accounts says what is promised. */
export interface Counts<By extends CountedBy> {
  wait(guesses: readonly By[]): Promise<number>;
  add(guesses: readonly By[]): Promise<void>;
  clear(guess: By): Promise<void>;
  remember(proof: string): Promise<void>;
  wasRight(proof: string): Promise<boolean>;
  forget(proof: string): Promise<void>;
  close(): Promise<void>;
}

export interface SharedFailuresOptions<By extends CountedBy> {
  /** As of RedisBus. */
  readonly redis: string;
  /** Failures without delay, by kind. */
  readonly free: Readonly<Record<By['kind'], number>>;
  /** Longest delay in milliseconds. */
  readonly maxDelay: number;
  /** Counts while Redis is away: each process then knows its own failures only. */
  readonly local: Counts<By>;
  /** In front of all keys. */
  readonly prefix?: string;
}

const PREFIX = 'godwit:failures';
/** Seconds after which a count begins anew. */
const WINDOW = 900;
/** Seconds a secret that was right is known: phones that are away for a long weekend still are. */
const REMEMBERED = 604_800;
/** A sign-in waits no longer for Redis, in milliseconds. */
const PATIENCE = 500;

/** Failed sign-ins that all processes behind one Redis count together: a guesser gains nothing by asking another node. */
export class SharedFailures<By extends CountedBy> implements Counts<By> {
  private readonly redis: RedisClient;
  private readonly counts: RateLimiterRedis;
  /** Keys that must wait, each for as long as its entry lives. */
  private readonly delays: RateLimiterRedis;

  constructor(private readonly options: SharedFailuresOptions<By>) {
    // What cannot be asked now is counted here instead: nothing queues up while Redis is away.
    this.redis = openRedis(options.redis, { patience: 'none', commandTimeout: PATIENCE });
    this.redis.on('error', () => undefined);
    const { prefix = PREFIX } = options;
    const common = { storeClient: this.redis, points: 1, rejectIfRedisNotReady: true };
    this.counts = new RateLimiterRedis({ ...common, keyPrefix: `${prefix}:count`, duration: WINDOW });
    this.delays = new RateLimiterRedis({ ...common, keyPrefix: `${prefix}:delay`, duration: WINDOW });
  }

  wait(guesses: readonly By[]): Promise<number> {
    return this.either(
      async () => {
        const found = await Promise.all(guesses.map((guess) => this.delays.get(keyOf(guess))));
        return Math.max(0, ...found.map((entry) => entry?.msBeforeNext ?? 0));
      },
      (local) => local.wait(guesses),
    );
  }

  add(guesses: readonly By[]): Promise<void> {
    return this.either(
      async () => void (await Promise.all(guesses.map((guess) => this.count(guess)))),
      (local) => local.add(guesses),
    );
  }

  clear(guess: By): Promise<void> {
    const key = keyOf(guess);
    return this.either(
      async () => void (await Promise.all([this.counts.delete(key), this.delays.delete(key)])),
      (local) => local.clear(guess),
    );
  }

  remember(proof: string): Promise<void> {
    return this.either(
      async () => void (await this.redis.set(this.rightKey(proof), '', 'EX', REMEMBERED)),
      (local) => local.remember(proof),
    );
  }

  wasRight(proof: string): Promise<boolean> {
    return this.either(
      async () => (await this.redis.exists(this.rightKey(proof))) === 1,
      (local) => local.wasRight(proof),
    );
  }

  forget(proof: string): Promise<void> {
    return this.either(
      async () => void (await this.redis.del(this.rightKey(proof))),
      (local) => local.forget(proof),
    );
  }

  async close(): Promise<void> {
    this.redis.disconnect();
    await this.options.local.close();
  }

  private async count(guess: By): Promise<void> {
    const key = keyOf(guess);
    const { consumedPoints } = await this.counts.penalty(key, 1);
    const over = consumedPoints - this.options.free[guess.kind as By['kind']];
    if (over <= 0) return;
    const seconds = Math.min(this.options.maxDelay / 1000, 2 ** (over - 1));
    await this.delays.block(key, Math.ceil(seconds));
  }

  private rightKey(proof: string): string {
    return `${this.options.prefix ?? PREFIX}:right:${proof}`;
  }

  /** Asks Redis, and this process alone if that fails or takes too long. */
  private async either<T>(shared: () => Promise<T>, local: (counts: Counts<By>) => Promise<T>): Promise<T> {
    if (!isWithinReach(this.redis)) return local(this.options.local);
    try {
      return await shared();
    } catch {
      return local(this.options.local);
    }
  }
}

const keyOf = ({ kind, name }: CountedBy): string => `${kind}:${name}`;
