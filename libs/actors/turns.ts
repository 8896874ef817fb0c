import { performance as clock, type EventLoopUtilization } from 'node:perf_hooks';
import { comeBack } from './pressure.js';
import { Overloaded } from './runtime.js';

/** Messages that are begun however busy the process is: enough to keep it so while some of them wait for servers. */
const ALWAYS = 32;
/** Part of the time in which the process has something to do, from which it is taken for busy. */
const BUSY = 0.6;
/** Milliseconds over which that is measured at least. */
const WINDOW = 40;
/** Milliseconds between two looks whether those who wait may begin, and how many of them do at a time. */
const LOOK = 50;
const STEP = 16;

export interface TurnsOptions {
  /** Messages that are begun however busy the process is; default 32. */
  readonly always?: number;
  /** Whether the process has no time left; default: by the utilization of its event loop. */
  readonly isBusy?: () => boolean;
}

interface Waiter {
  readonly settle: (mayBegin: boolean) => void;
  readonly timer: NodeJS.Timeout;
}

/** Whether this process's event loop had hardly a moment to spare lately. */
function loopIsBusy(): () => boolean {
  let last: EventLoopUtilization = clock.eventLoopUtilization();
  let at = performance.now();
  let isBusy = false;
  return () => {
    const now = performance.now();
    if (now - at >= WINDOW) {
      const current = clock.eventLoopUtilization();
      isBusy = clock.eventLoopUtilization(current, last).utilization > BUSY;
      [last, at] = [current, now];
    }
    return isBusy;
  };
}

/**
 * Which messages a host is at work on at a time. When thousands of phones come back at once, a host that begins with all
 * of them is done with all of them at the same time: after the last one's asker has given up. So as long as the process is
 * busy a few are worked on and the others wait in order of arrival; whoever would wait for too long is told so while there
 * is something left of his time. A process that only waits for slow servers begins with everybody.
 */
export class Turns {
  private readonly always: number;
  private readonly isBusy: () => boolean;
  private readonly waiting = new Set<Waiter>();
  private running = 0;
  private looks: NodeJS.Timeout | undefined;
  private closed = false;

  constructor({ always = ALWAYS, isBusy = loopIsBusy() }: TurnsOptions = {}) {
    this.always = always;
    this.isBusy = isBusy;
  }

  /** Begins at once if nobody waits and there is time. Whoever began must call `end`. */
  begin(): boolean {
    const mayBegin = this.waiting.size === 0 && (this.running < this.always || !this.isBusy());
    if (mayBegin) this.running += 1;
    return mayBegin;
  }

  /** Begins whatever is. */
  beginNow(): void {
    this.running += 1;
  }

  /** Resolves when its turn has come and it has begun; to false if that is not within `patience` milliseconds. */
  async wait(patience: number): Promise<boolean> {
    if (this.closed) return false;
    return new Promise((resolve) => {
      const settle = (mayBegin: boolean): void => {
        clearTimeout(waiter.timer);
        this.waiting.delete(waiter);
        resolve(mayBegin);
      };
      const waiter: Waiter = { settle, timer: setTimeout(() => settle(false), patience) };
      this.waiting.add(waiter);
      this.looks ??= setInterval(() => this.look(), LOOK).unref();
    });
  }

  /** What was begun has ended. */
  end(): void {
    this.running -= 1;
    if (this.running < this.always) this.letIn(1);
  }

  /** Nobody else begins: those who wait are told so. */
  close(): void {
    this.closed = true;
    clearInterval(this.looks);
    for (const { settle } of [...this.waiting]) settle(false);
  }

  private look(): void {
    if (this.waiting.size === 0) {
      clearInterval(this.looks);
      this.looks = undefined;
    } else this.letIn(this.isBusy() ? this.always - this.running : STEP);
  }

  private letIn(most: number): void {
    let left = most;
    for (const waiter of this.waiting) {
      if (left <= 0) return;
      left -= 1;
      this.running += 1;
      waiter.settle(true);
    }
  }
}

/** Begins a message: at once if it ends an earlier one, else within `patience` milliseconds. Gives the reason if it may not. */
export async function beginInTurn(
  turns: Turns,
  isFinishing: boolean,
  patience: number,
): Promise<Overloaded | null> {
  if (isFinishing) turns.beginNow();
  else if (!turns.begin() && !(await turns.wait(patience)))
    return new Overloaded('the host of the device is too busy', comeBack(patience, Math.random()));
  return null;
}
