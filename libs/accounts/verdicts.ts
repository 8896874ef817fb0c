import { createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { BoundedMap } from './bounded-map.js';

/**
 * - `trusted`: accepted a short time ago, no need to ask.
 * - `known`: accepted before; to be asked again, but not a guess.
 * - `refused`: refused a short time ago, no need to ask.
 * - `stale`: refused before; to be asked again, but not a new guess.
 * - `new`: never seen.
 */
export type Verdict = 'trusted' | 'known' | 'refused' | 'stale' | 'new';

/** How long a wrong password is refused without asking the backend again. */
const REFUSED_FOR = 30_000;
const GOOD_CAPACITY = 100_000;
/** Apart from the good ones, so that a flood of wrong passwords can't push those out. */
const BAD_CAPACITY = 20_000;

/** What a key is derived for (HKDF info): no other use of the secret gets the same one. */
const PURPOSE = 'godwit/verdicts/1';

/**
 * The key of all processes with the same secret: they know a password again that was right at another one. Without a
 * secret it is made anew with every process.
 */
export const verdictKey = (secret: string | undefined): Buffer =>
  secret === undefined ? randomBytes(32) : Buffer.from(hkdfSync('sha256', secret, '', PURPOSE, 32));

/** What backends said of passwords, by a keyed hash: without the key it tells nothing of them. */
export class Verdicts {
  private readonly good = new BoundedMap<number>(GOOD_CAPACITY);
  private readonly bad = new BoundedMap<number>(BAD_CAPACITY);
  /** When all verdicts about an account were withdrawn. */
  private readonly withdrawn = new BoundedMap<number>(GOOD_CAPACITY);

  /** `trust` in milliseconds. `now` in milliseconds of any steady clock. */
  constructor(
    private readonly trust: number,
    private readonly now: () => number,
    private readonly key: Buffer = verdictKey(undefined),
  ) {}

  /** `secret`: a password, or for something else a text with a NUL in front, which no password has. */
  digest(tenant: string, user: string, secret: string): string {
    return createHmac('sha256', this.key).update(`${tenant}\0${user}\0${secret}`).digest('base64url');
  }

  /** `account` is the one the digest is of. */
  of(digest: string, account: string): Verdict {
    const withdrawn = this.withdrawn.get(account) ?? -Infinity;
    const holds = (since: number, time: number): boolean => since > withdrawn && this.now() - since < time;
    const accepted = this.good.get(digest);
    if (accepted !== undefined) return holds(accepted, this.trust) ? 'trusted' : 'known';
    const refused = this.bad.get(digest);
    if (refused === undefined) return 'new';
    return holds(refused, REFUSED_FOR) ? 'refused' : 'stale';
  }

  /** What signs the account in has changed: whatever was accepted or refused is asked about anew. */
  withdraw(account: string): void {
    this.withdrawn.set(account, this.now());
  }

  accept(digest: string): void {
    this.bad.delete(digest);
    this.good.set(digest, this.now());
  }

  refuse(digest: string): void {
    this.good.delete(digest);
    this.bad.set(digest, this.now());
  }

  forget(digest: string): void {
    this.good.delete(digest);
  }
}
