import { BackendError } from '#backend';
import { DavRefused } from './errors.js';

const longest = 60_000;
/** A wrong password is not tried again and again: servers lock accounts for that. Milliseconds. */
const afterRefusal = 30_000;

/** When an account's server may be asked again: after failures it is left alone for a while, and what is asked meanwhile fails at once. */
export class Rest {
  #until = 0;
  #failures = 0;
  #last: BackendError | null = null;

  constructor(
    private readonly first: number,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Throws what went wrong, with the time that is left. */
  check(): void {
    const left = this.#until - this.now();
    if (left <= 0 || this.#last === null) return;
    const { kind, message, reason } = this.#last;
    if (kind === 'auth') throw new BackendError(kind, message, { reason, cause: this.#last });
    throw new BackendError(kind, message, {
      reason,
      retryAfter: Math.ceil(left / 1000),
      cause: this.#last,
    });
  }

  answered(): void {
    this.#failures = 0;
    this.#until = 0;
    this.#last = null;
  }

  failed(error: BackendError): void {
    const pause = this.#pauseAfter(error);
    if (pause === null) return;
    this.#last = error;
    this.#until = this.now() + pause;
  }

  #pauseAfter(error: BackendError): number | null {
    if (error.kind === 'auth') return afterRefusal;
    if (error.kind === 'throttled') return (error.retryAfter ?? 30) * 1000;
    // An answer like 500 may be due to one object; only a server that cannot be reached is down for everything.
    if (error.kind !== 'unavailable' || error instanceof DavRefused) return null;
    this.#failures += 1;
    return Math.min(this.first * 2 ** (this.#failures - 1), longest);
  }
}
