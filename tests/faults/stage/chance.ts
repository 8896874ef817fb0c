/** Chance that can be had again: the same seed gives the same numbers. */
export class Chance {
  private state: number;

  constructor(seed: number) {
    this.state = seed >>> 0;
  }

  /** From 0 up to 1 (mulberry32). */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number from 0 up to `count`. */
  below(count: number): number {
    return Math.floor(this.next() * count);
  }

  /** Undefined if there is nothing to choose from. */
  pick<T>(from: readonly T[]): T | undefined {
    return from[this.below(from.length)];
  }

  /** One of the keys, as often as its weight says. */
  weighed<K extends string>(weights: Readonly<Record<K, number>>): K {
    const entries = Object.entries(weights) as [K, number][];
    let left = this.next() * entries.reduce((sum, [, weight]) => sum + weight, 0);
    for (const [key, weight] of entries) {
      left -= weight;
      if (left < 0) return key;
    }
    return entries.at(-1)![0];
  }

  /** Chance of its own for somebody who acts beside others. */
  fork(): Chance {
    return new Chance(this.below(2 ** 32));
  }
}

const numberOf = (name: string): number | undefined => {
  const value = Number(process.env[name] ?? '');
  return Number.isFinite(value) && value > 0 ? value : undefined;
};

/** The run's seed: GODWIT_FAULT_SEED, or one that is printed with a failure. */
export const faultSeed = numberOf('GODWIT_FAULT_SEED') ?? (Date.now() % 1_000_000) + 1;

/** People with phones: GODWIT_FAULT_ACCOUNTS. */
export const faultAccounts = numberOf('GODWIT_FAULT_ACCOUNTS') ?? 10;

/** Milliseconds that something stays frozen or cut off: GODWIT_FAULT_SECONDS, or a little more than a lease. */
export const faultTime = (numberOf('GODWIT_FAULT_SECONDS') ?? 12) * 1000;
