import { BoundedMap } from './bounded-map.js';

interface Failing {
  readonly count: number;
  /** When the next attempt is allowed. */
  readonly until: number;
  readonly last: number;
}

export interface FailuresOptions {
  /** Wrong passwords without any delay. */
  readonly free: number;
  /** Longest delay in milliseconds. */
  readonly maxDelay: number;
  readonly now: () => number;
}

/** After this long without another failure the count has halved. */
const HALF_LIFE = 300_000;
const CAPACITY = 50_000;

/** Counts wrong passwords by user or by address, and tells how long the next attempt has to wait: 1, 2, 4 ... seconds. */
export class Failures {
  private readonly failing = new BoundedMap<Failing>(CAPACITY);
  constructor(private readonly options: FailuresOptions) {}

  /** Milliseconds until `key` may try again; 0 if now. */
  wait(key: string): number {
    const entry = this.failing.get(key);
    return entry ? Math.max(0, entry.until - this.options.now()) : 0;
  }

  add(key: string): void {
    const now = this.options.now();
    const entry = this.failing.get(key);
    const count = 1 + (entry ? entry.count * 0.5 ** ((now - entry.last) / HALF_LIFE) : 0);
    const over = Math.ceil(count) - this.options.free;
    const delay = over <= 0 ? 0 : Math.min(this.options.maxDelay, 1000 * 2 ** (over - 1));
    this.failing.set(key, { count, until: now + delay, last: now });
  }

  clear(key: string): void {
    this.failing.delete(key);
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
