import type { Trouble } from './trouble.js';

export type BreakerState = 'closed' | 'half-open' | 'open';
/** What opened it: nobody could connect, or several accounts' connections failed behind the login. */
export type BreakerCause = 'connecting' | 'accounts';

/** Failures to connect, one after the other, that open it. */
const CONNECT_FAILURES = 3;
/** Accounts, none of which had failed before, that open it. */
const ACCOUNTS = 5;
/** Milliseconds an account's failure counts. */
const COUNTS_FOR = 60_000;
/** Milliseconds until the first trial, doubled with each that fails. */
const FIRST_DELAY = 1_000;
const LONGEST_DELAY = 30_000;
/** Milliseconds after which a trial that has told nothing is no reason to wait for any longer: some protocols are patient. */
const TRIAL = 30_000;

export interface BreakerOptions {
  /** Milliseconds of a steady clock. */
  readonly now: () => number;
  /** From 0 to 1. */
  readonly random: () => number;
  /** Hears of each change. */
  readonly changed?: (state: BreakerState, why: { readonly cause: BreakerCause }) => void;
}

/**
 * Whether a host is asked at all. It opens when nobody can connect, or when accounts that were well fail one after the
 * other; a success in between starts the count anew, and an account that had failed before tells nothing new: a hundred
 * requests to one broken mailbox count as one failure. While it is open nobody passes, but for one trial at a time.
 */
export class Breaker {
  #state: 'closed' | 'open' = 'closed';
  #cause: BreakerCause = 'connecting';
  #connectFailures = 0;
  readonly #accounts = new Map<string, number>();
  #until = 0;
  #openings = 0;
  #isTrying = false;
  /** When the trial was begun. */
  #triedAt = 0;

  constructor(private readonly options: BreakerOptions) {}

  get state(): BreakerState {
    return this.#state === 'open' && this.#isTrying ? 'half-open' : this.#state;
  }

  /** Milliseconds until somebody may pass, at least 1; 0: now. */
  get left(): number {
    if (this.#state === 'closed') return 0;
    const left = Math.max(0, this.#until - this.options.now());
    const isTried = this.#isTrying && this.options.now() - this.#triedAt < TRIAL;
    return isTried ? Math.max(left, FIRST_DELAY) : left;
  }

  /** To be asked when `left` is 0, by who dials now. A trial must end in `connected`, `failed` or `abandoned`. */
  pass(): 'free' | 'trial' {
    if (this.#state === 'closed') return 'free';
    this.#isTrying = true;
    this.#triedAt = this.options.now();
    this.#tell();
    return 'trial';
  }

  /** Somebody got through to the server, which judged his login. */
  connected(): void {
    this.#connectFailures = 0;
    this.#accounts.clear();
    this.#close();
  }

  /** A command was answered on a connection that had been open: tells nothing of whether new ones can be opened. */
  answered(): void {
    this.#accounts.clear();
    if (this.#cause === 'accounts') this.#close();
  }

  /** `isFresh`: the account was well before. */
  failed(trouble: Trouble, account: string, isFresh: boolean, isTrial: boolean): void {
    if (trouble === 'none') return this.connected();
    if (isTrial) return this.#trialFailed(trouble, isFresh);
    // What was begun before it opened is no news.
    if (this.#state === 'open') return;
    if (trouble === 'host') {
      this.#connectFailures += 1;
      if (this.#connectFailures >= CONNECT_FAILURES) this.#open('connecting');
      return;
    }
    this.#connectFailures = 0;
    if (isFresh) this.#note(account);
    if (this.#accounts.size >= ACCOUNTS) this.#open('accounts');
  }

  /** A trial ended without telling anything: the next may try at once. */
  abandoned(): void {
    this.#isTrying = false;
    this.#tell();
  }

  #trialFailed(trouble: Trouble, isFresh: boolean): void {
    // It was connecting that failed, and now somebody connected.
    if (trouble === 'account' && this.#cause === 'connecting') return this.connected();
    // A mailbox that was broken before says nothing of the host.
    if (trouble === 'account' && !isFresh) return this.abandoned();
    this.#open(trouble === 'host' ? 'connecting' : 'accounts');
  }

  #note(account: string): void {
    const now = this.options.now();
    for (const [other, since] of this.#accounts) if (now - since > COUNTS_FOR) this.#accounts.delete(other);
    this.#accounts.set(account, now);
  }

  #open(cause: BreakerCause): void {
    const delay = Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** Math.min(this.#openings, 10));
    this.#openings += 1;
    this.#state = 'open';
    this.#cause = cause;
    this.#isTrying = false;
    this.#until = this.options.now() + delay * (0.75 + this.options.random() / 2);
    this.#tell();
  }

  #close(): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#isTrying = false;
    this.#openings = 0;
    this.#connectFailures = 0;
    this.#tell();
  }

  #tell(): void {
    this.options.changed?.(this.state, { cause: this.#cause });
  }
}
