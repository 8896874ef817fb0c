import type { Log } from '#ops';
import { refusalOf } from './problem.js';

/** Work of the admin process that nobody asks for: each again and again, one run at a time, until it is closed. */
export class Chores {
  private readonly timers = new Set<NodeJS.Timeout>();
  private readonly running = new Set<Promise<void>>();
  private isClosed = false;

  constructor(private readonly log: Log) {}

  /** `every`: milliseconds from the end of a run to the beginning of the next. A run that fails is followed by the next. */
  add(name: string, every: number, work: () => Promise<void>): void {
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      const run = work()
        .catch((error: unknown) => {
          if (refusalOf(error)) this.log.event('store.unavailable', { error });
          else this.log.event('bug', { where: name, error });
        })
        .finally(() => {
          this.running.delete(run);
          if (!this.isClosed) this.add(name, every, work);
        });
      this.running.add(run);
    }, every);
    timer.unref();
    this.timers.add(timer);
  }

  async close(): Promise<void> {
    this.isClosed = true;
    for (const timer of this.timers) clearTimeout(timer);
    await Promise.all(this.running);
  }
}
