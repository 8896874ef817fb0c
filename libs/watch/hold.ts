import { Spoke } from './wheel.js';

/**
 * Why a wait ended without news: its time is over, a newer request of the device came, somebody must be answered at
 * once (a wipe, a changed policy), the source refused the credentials, or the process stops. All mean "no change".
 */
export type EndReason = 'deadline' | 'superseded' | 'interrupted' | 'refused' | 'draining';

/** Folders something happened in; null is "somewhere". */
export type Folders = readonly string[] | null;

/** Who waits. One object a waiting phone: the methods belong on a class, not in closures. */
export interface Waiter {
  /**
   * Something happened in folders the device waits for. Resolves to true if it is news for the device: the wait is
   * over. False goes on waiting; so does `unknown`, and it is called again a while later: whoever knows could not be asked.
   * Not called again before it has resolved; must not reject.
   */
  onNews(folders: Folders): Promise<boolean | 'unknown'>;
  /** The wait ended without news. Not called after `release`, nor after `onNews` resolved to true. */
  onEnd(reason: EndReason): void;
}

/** The right to be told, until released. */
export interface Held {
  /** Has the waiter asked whether there is news in any of its folders. */
  look(): void;
  /** The phone hung up, or was answered: it waits no longer. A second call does nothing. */
  release(): void;
}

/** Where a hold is kept. */
export interface Holder {
  leave(hold: Hold): void;
  /** Leaves, and tells the waiter why. */
  end(hold: Hold, reason: EndReason): void;
  waiterFailed(error: unknown): void;
  /** Whether a waiter could find out what it was asked. */
  asked(isKnown: boolean): void;
}

/** A waiting phone as the room and the wheel know it. Kept small: there are thousands. */
export class Hold extends Spoke implements Held {
  ended = false;
  /** Whether nobody knew when its waiter asked last. */
  isUnsure = false;
  private asking = false;
  /** What came while the waiter was still asked about something else; undefined is nothing. */
  private meanwhile: Folders | undefined;

  constructor(
    readonly room: Holder,
    readonly device: string,
    readonly folders: readonly string[],
    readonly waiter: Waiter,
  ) {
    super();
  }

  release(): void {
    this.room.leave(this);
  }

  look(): void {
    this.tell(null);
  }

  /** Tells the waiter of what concerns it. */
  tell(happened: Folders): void {
    const mine = happened === null ? null : happened.filter((folder) => this.folders.includes(folder));
    if (this.ended || mine?.length === 0) return;
    if (this.asking) this.meanwhile = merge(this.meanwhile, mine);
    else void this.ask(mine);
  }

  private async ask(folders: Folders): Promise<void> {
    this.asking = true;
    let news: boolean | 'unknown' = false;
    try {
      news = await this.waiter.onNews(folders);
    } catch (error) {
      this.room.waiterFailed(error);
    }
    this.asking = false;
    if (this.ended) return;
    this.isUnsure = news === 'unknown';
    this.room.asked(!this.isUnsure);
    if (news === true) return this.release();
    const { meanwhile } = this;
    this.meanwhile = undefined;
    if (meanwhile !== undefined) void this.ask(meanwhile);
  }
}

/** Both happenings as one. */
export function merge(a: Folders | undefined, b: Folders): Folders {
  if (a === undefined) return b;
  return a === null || b === null ? null : [...new Set([...a, ...b])];
}
