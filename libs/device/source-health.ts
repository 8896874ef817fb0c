import { BackendError, type ItemClass } from '#backend';

/** Milliseconds a source that failed is left alone: the first time, and at most. */
const FIRST_REST = 5_000;
const LONGEST_REST = 60_000;

interface Illness {
  readonly error: BackendError;
  readonly failures: number;
  readonly until: number;
}

/** Hears when a source stops working, and when it works again. */
export interface HealthObserver {
  failed(itemClass: ItemClass, error: BackendError): void;
  restored(itemClass: ItemClass): void;
}

/**
 * The sources beside the mail, as one device meets them. One that is down is left alone for a while, each time longer: the
 * device's other requests must not wait for its timeouts. Mail is always asked: without it there is nothing to go on with.
 */
export class SourceHealth {
  private readonly ill = new Map<ItemClass, Illness>();

  /** `now` in milliseconds. Throws what `work` throws, and the failure of before while its source is left alone. */
  async attempt<T>(
    itemClass: ItemClass,
    work: () => Promise<T>,
    now: () => number,
    observer: HealthObserver,
  ): Promise<T> {
    if (itemClass === 'Email') return work();
    const before = this.ill.get(itemClass);
    if (before && now() < before.until) throw before.error;
    try {
      const result = await work();
      if (this.ill.delete(itemClass)) observer.restored(itemClass);
      return result;
    } catch (error) {
      if (error instanceof BackendError && error.retryable) this.fell(itemClass, error, now(), observer);
      throw error;
    }
  }

  private fell(itemClass: ItemClass, error: BackendError, now: number, observer: HealthObserver): void {
    const failures = (this.ill.get(itemClass)?.failures ?? 0) + 1;
    const rest = (error.retryAfter ?? 0) * 1000 || FIRST_REST * 2 ** (failures - 1);
    this.ill.set(itemClass, { error, failures, until: now + Math.min(rest, LONGEST_REST) });
    if (failures === 1) observer.failed(itemClass, error);
  }
}
