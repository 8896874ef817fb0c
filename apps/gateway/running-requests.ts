/**
 * Requests that are being worked on. A phone may hang up in the middle of one; a mail that it wanted sent is sent all the
 * same, and a process that ends waits for it.
 */
export class RunningRequests {
  private count = 0;
  private waiting: (() => void)[] = [];

  /** Told what is thrown, which nothing should be: nobody else waits for a request, and it must not end the process. */
  constructor(private readonly report: (error: unknown) => void) {}

  /** Counts the work for as long as it lasts. Never rejects. */
  run(work: () => Promise<void>): Promise<void> {
    this.count += 1;
    return work().then(this.done, this.failed);
  }

  /** Made once: thousands of requests that are held would keep a closure each. */
  private readonly done = (): void => {
    this.count -= 1;
    if (this.count === 0) for (const resolve of this.waiting.splice(0)) resolve();
  };

  private readonly failed = (error: unknown): void => {
    this.report(error);
    this.done();
  };

  /** Resolves when nothing runs. */
  ended(): Promise<void> {
    if (this.count === 0) return Promise.resolve();
    return new Promise((resolve) => this.waiting.push(resolve));
  }
}
