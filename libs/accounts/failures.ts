import { BoundedMap } from './bounded-map.js';

/** Guesses without delay. Behind an address a whole office may stand, behind a device a family. */
export const freeGuesses = { user: 5, device: 10, address: 20, token: 100, administrator: 10 } as const;

/** `token`: an address that brings tokens nobody issued; `administrator`: an address at the API. */
export type GuessKind = keyof typeof freeGuesses;

/** What failures are counted by. */
export interface Guess {
  readonly kind: GuessKind;
  readonly name: string;
}

/**
 * Counts failed sign-ins, and tells how long the next attempt has to wait: 1, 2, 4 ... seconds once the free ones are used
 * up. Never throws: where counts are shared and those who share them are away, each counts for itself.
 */
export interface FailureCounts {
  /** Milliseconds until somebody all of these stand for may try again; 0 if now. */
  wait(guesses: readonly Guess[]): Promise<number>;
  add(guesses: readonly Guess[]): Promise<void>;
  clear(guess: Guess): Promise<void>;
  /** Notes that a secret was right, by its digest, so that others' guesses do not delay it at another node either. */
  remember(proof: string): Promise<void>;
  wasRight(proof: string): Promise<boolean>;
  /** It is right no longer. */
  forget(proof: string): Promise<void>;
  close(): Promise<void>;
}

interface Failing {
  readonly count: number;
  /** When the next attempt is allowed. */
  readonly until: number;
  readonly last: number;
}

export interface LocalFailureCountsOptions {
  /** Longest delay in milliseconds. */
  readonly maxDelay: number;
  /** Milliseconds of a steady clock. */
  readonly now?: () => number;
}

/** After this long without another failure the count has halved. */
const HALF_LIFE = 300_000;
const CAPACITY = 50_000;

/** The failures one process has seen. A flood of one kind pushes out none of another. */
export class LocalFailureCounts implements FailureCounts {
  private readonly failing = new Map<GuessKind, BoundedMap<Failing>>();
  private readonly now: () => number;

  constructor(private readonly options: LocalFailureCountsOptions) {
    this.now = options.now ?? (() => performance.now());
  }

  async wait(guesses: readonly Guess[]): Promise<number> {
    const now = this.now();
    const untils = guesses.map(({ kind, name }) => this.of(kind).get(name)?.until ?? 0);
    return Math.max(0, ...untils.map((until) => until - now));
  }

  async add(guesses: readonly Guess[]): Promise<void> {
    const now = this.now();
    for (const { kind, name } of guesses) {
      const entry = this.of(kind).get(name);
      const count = 1 + (entry ? entry.count * 0.5 ** ((now - entry.last) / HALF_LIFE) : 0);
      const over = Math.ceil(count) - freeGuesses[kind];
      const delay = over <= 0 ? 0 : Math.min(this.options.maxDelay, 1000 * 2 ** (over - 1));
      this.of(kind).set(name, { count, until: now + delay, last: now });
    }
  }

  async clear({ kind, name }: Guess): Promise<void> {
    this.of(kind).delete(name);
  }

  /** What this process found right, its verdicts know. */
  async remember(_proof: string): Promise<void> {}

  async wasRight(_proof: string): Promise<boolean> {
    return false;
  }

  async forget(_proof: string): Promise<void> {}

  async close(): Promise<void> {
    this.failing.clear();
  }

  private of(kind: GuessKind): BoundedMap<Failing> {
    let map = this.failing.get(kind);
    if (!map) {
      map = new BoundedMap<Failing>(CAPACITY);
      this.failing.set(kind, map);
    }
    return map;
  }
}

/** What counts as one address: an IPv6 host owns a whole /64 and could use another address for every attempt. */
export function addressKey(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  if (mapped?.[1]) return mapped[1];
  if (!address.includes(':')) return address;
  const [head = '', tail] = address.replace(/%.*/, '').toLowerCase().split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length);
  const groups = [...left, ...Array.from({ length: zeros }, () => '0'), ...right];
  return groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':');
}
