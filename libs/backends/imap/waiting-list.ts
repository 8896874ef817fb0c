import { BackendError } from '#backend';

interface Waiter<T> {
  readonly resolve: (thing: T) => void;
  readonly reject: (error: BackendError) => void;
  readonly timer: NodeJS.Timeout;
}

/** Those who wait for the same kind of thing, in the order of coming, each for a while. */
export class WaitingList<T> {
  readonly #waiting = new Set<Waiter<T>>();

  /** `patience`: milliseconds one waits; `what` is waited for. */
  constructor(
    private readonly patience: number,
    private readonly what: string,
  ) {}

  get isEmpty(): boolean {
    return this.#waiting.size === 0;
  }

  /** Throws BackendError `throttled` if it was in vain. */
  wait(): Promise<T> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(waiter);
        reject(
          new BackendError('throttled', `${this.what} are all in use`, {
            reason: 'no-free-connection',
            retryAfter: 10,
          }),
        );
      }, this.patience);
      const waiter = { resolve, reject, timer };
      this.#waiting.add(waiter);
    });
  }

  /** Gives it to the first; false if nobody waits. */
  hand(thing: T): boolean {
    const first = this.#leave();
    first?.resolve(thing);
    return first !== null;
  }

  /** Nobody waits any longer. */
  close(error: BackendError): void {
    for (let first = this.#leave(); first !== null; first = this.#leave()) first.reject(error);
  }

  #leave(): Waiter<T> | null {
    for (const first of this.#waiting) {
      this.#waiting.delete(first);
      clearTimeout(first.timer);
      return first;
    }
    return null;
  }
}
