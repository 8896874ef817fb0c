import { Overloaded } from './runtime.js';

/** What stands in the queue of activations at a moment. */
export interface QueueLook {
  /** Activations that wait for a host. */
  readonly waiting: number;
  /** Number of the one that is taken next. Numbers are given one after the other; 0 if none waits. */
  readonly head: number;
  /** The last number given. */
  readonly last: number;
}

interface Point {
  readonly at: number;
  readonly head: number;
}

/** Milliseconds over which it is measured how fast the queue goes on, and how long that takes at least. */
const WINDOW = 5_000;
const SHORTEST = 2_500;
/** A queue is not believed to take longer than so many times what it has stood for: hosts that begin, or hiccup, are slow for a moment. */
const FORESIGHT = 5;

/**
 * How long an activation that joins the queue now will wait. Numbers are given in order and taken in order: so many
 * numbers stand between the head and the last, and the head went on by so many in the last seconds. All times are of this
 * process's clock, and nothing need be written for it.
 */
export class QueueDelay {
  private points: Point[] = [];
  private last = 0;
  private seenHead = 0;
  private progressAt = 0;
  private estimate = 0;
  /** Since when the queue is not empty. */
  private begunAt = 0;
  private depth = 0;

  /** Milliseconds an activation is expected to wait that is added now. */
  get expected(): number {
    return this.estimate;
  }

  /** Activations that waited at the last look. */
  get waiting(): number {
    return this.depth;
  }

  /** Takes note of a look; `now` in milliseconds of any clock that only goes forward. */
  see({ waiting, head, last }: QueueLook, now: number): void {
    // Numbers that begin anew: Redis has forgotten everything.
    const isForgotten = last < this.last;
    this.last = last;
    this.depth = waiting;
    if (waiting === 0 || isForgotten) this.begin(now);
    if (waiting === 0) {
      this.estimate = 0;
      return;
    }
    if (head !== this.seenHead) this.progressAt = now;
    this.seenHead = head;
    this.points = this.points.filter(({ at }) => now - at <= WINDOW);
    // An activation taken back from a dead host stands first again, with its old number: that says nothing of speed.
    const highest = Math.max(head, this.points.at(-1)?.head ?? 0);
    this.points.push({ at: now, head: highest });
    this.estimate = this.estimated(last - highest + 1, now);
  }

  /** A queue that was empty tells nothing of how fast hosts are: what was measured before counts no more. */
  private begin(now: number): void {
    this.points = [];
    this.seenHead = 0;
    this.begunAt = now;
  }

  private estimated(ahead: number, now: number): number {
    const [first] = this.points;
    const last = this.points.at(-1);
    const standing = now - this.progressAt;
    if (!first || !last || last.head <= first.head) return standing;
    const measured = last.at - first.at;
    if (measured < SHORTEST) return standing;
    const foreseen = (ahead * measured) / (last.head - first.head);
    return Math.max(standing, Math.min(foreseen, FORESIGHT * (now - this.begunAt)));
  }
}

/** A phone is sent away for twice this at most, in milliseconds. */
const LONGEST = 150_000;

/**
 * Seconds after which a caller that was refused should come back: not before the wait is over, and not all at once.
 * `random` in [0, 1).
 */
export function comeBack(wait: number, random: number): number {
  return Math.max(1, Math.ceil((Math.min(LONGEST, wait) * (1 + random)) / 1000));
}

/**
 * Who is still let in when waits get long: everybody up to `longest` milliseconds, from there a shrinking part, nobody at
 * twice that. So the queue settles where as many come as hosts can take, whoever gets in is answered in time, and whoever
 * does not knows it at once.
 */
export class Admission {
  constructor(
    private readonly longest: number,
    private readonly random: () => number = Math.random,
  ) {}

  /** Throws Overloaded for those who are not let in at the `expected` wait (milliseconds). */
  admit(expected: number): void {
    const refused = (expected - this.longest) / this.longest;
    if (refused <= 0 || this.random() >= refused) return;
    throw new Overloaded('device actors are overloaded', comeBack(expected, this.random()));
  }
}
