/** Failures in a row, after which an account's connections are left alone. */
const FAILURES = 5;
/** Milliseconds of the first rest, doubled with each further failure. */
const FIRST_REST = 1_000;
const LONGEST_REST = 30_000;
/** Accounts remembered; one that is forgotten begins to count anew. */
const REMEMBERED = 10_000;

interface Failing {
  readonly failures: number;
  readonly until: number;
}

/**
 * Accounts whose connections die one after the other, as those of a mailbox with a broken index do. Each rests for itself:
 * its phones are told to come later, and the host and everybody else do not notice.
 */
export class AccountRests {
  readonly #failing = new Map<string, Failing>();

  constructor(private readonly options: { readonly now: () => number; readonly random: () => number }) {}

  /** Milliseconds the account is still left alone. */
  left(account: string): number {
    return Math.max(0, (this.#failing.get(account)?.until ?? 0) - this.options.now());
  }

  /** Whether the account was well before this failure. */
  failed(account: string): boolean {
    const failures = (this.#failing.get(account)?.failures ?? 0) + 1;
    const rest =
      failures < FAILURES ? 0 : Math.min(LONGEST_REST, FIRST_REST * 2 ** Math.min(failures - FAILURES, 10));
    this.#failing.delete(account);
    this.#failing.set(account, {
      failures,
      until: this.options.now() + rest * (0.75 + this.options.random() / 2),
    });
    if (this.#failing.size > REMEMBERED) {
      for (const oldest of this.#failing.keys()) {
        this.#failing.delete(oldest);
        break;
      }
    }
    return failures === 1;
  }

  succeeded(account: string): void {
    this.#failing.delete(account);
  }
}
