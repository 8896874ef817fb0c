/** A place in the wheel. Whoever wants to be called at a deadline is one itself: no object and no timer beside it. */
export class Spoke {
  /** Milliseconds of the wheel's clock. */
  deadline = 0;
  /** @internal */ slot = -1;
  /** @internal */ previous: Spoke | null = null;
  /** @internal */ next: Spoke | null = null;
}

/**
 * Deadlines of many waiters behind one clock tick: a ring of lists, one for each tick to come. Adding and removing cost
 * the same with one waiter and with a hundred thousand. A deadline is met at the first tick after it.
 */
export class DeadlineWheel<S extends Spoke> {
  private readonly slots: (S | null)[];
  private turned: number;
  private count = 0;

  /** `tick` in milliseconds; `slots` times `tick` is how far ahead a spoke lies in its final list at once. */
  constructor(
    private readonly tick: number,
    slots: number,
    now: number,
  ) {
    this.slots = Array.from({ length: slots }, () => null);
    this.turned = Math.floor(now / tick);
  }

  get size(): number {
    return this.count;
  }

  add(spoke: S, deadline: number): void {
    this.remove(spoke);
    spoke.deadline = deadline;
    // A deadline further away than the ring is long is looked at once in a turn, and left where it is.
    const slot = Math.max(this.turned + 1, Math.ceil(deadline / this.tick)) % this.slots.length;
    const head = this.slots[slot] ?? null;
    spoke.slot = slot;
    spoke.previous = null;
    spoke.next = head;
    if (head) head.previous = spoke;
    this.slots[slot] = spoke;
    this.count++;
  }

  remove(spoke: S): void {
    if (spoke.slot < 0) return;
    if (spoke.previous) spoke.previous.next = spoke.next;
    else this.slots[spoke.slot] = spoke.next as S | null;
    if (spoke.next) spoke.next.previous = spoke.previous;
    spoke.slot = -1;
    spoke.previous = spoke.next = null;
    this.count--;
  }

  /** Takes out and returns everybody whose deadline has passed at `now`. */
  turn(now: number): S[] {
    const until = Math.floor(now / this.tick);
    const due: S[] = [];
    // After a long pause of the process one whole turn sees every slot.
    const from = Math.max(this.turned + 1, until - this.slots.length + 1);
    this.turned = Math.max(this.turned, until);
    for (let at = from; at <= until; at++) {
      let spoke = this.slots[at % this.slots.length] ?? null;
      while (spoke) {
        const next = spoke.next as S | null;
        if (spoke.deadline <= now) {
          this.remove(spoke);
          due.push(spoke);
        }
        spoke = next;
      }
    }
    return due;
  }
}
