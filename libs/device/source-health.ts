import { BackendError, type ItemClass } from '#backend';

/** Milliseconds a source that failed is left alone: the first time, and at most. */
const FIRST_REST = 5_000;
const LONGEST_REST = 60_000;
/** So many folders of a class that failed stand for all of it: nobody waits for one timeout after the other. */
const ENOUGH_FOLDERS = 2;

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

/** What of a class is asked: one of its folders, or which there are. */
export interface Asked {
  readonly itemClass: ItemClass;
  /** Id of the folder; null: the list of them. */
  readonly folder: string | null;
}

/**
 * The sources beside the mail, as one device meets them. One that is down is left alone for a while, each time longer: the
 * device's other requests must not wait for its timeouts. Mail is always asked: without it there is nothing to go on with.
 * Each folder has a health of its own: a class may be several sources, and one that is down must not take the others along.
 */
export class SourceHealth {
  private readonly ill = new Map<string, Illness>();
  /** Classes whose failure the observer has heard of, and not yet that it is over. */
  private readonly told = new Set<ItemClass>();

  /** `now` in milliseconds. Throws what `work` throws, and the failure of before while that is left alone. */
  async attempt<T>(
    { itemClass, folder }: Asked,
    work: () => Promise<T>,
    now: () => number,
    observer: HealthObserver,
  ): Promise<T> {
    if (itemClass === 'Email') return work();
    const key = `${itemClass} ${folder ?? ''}`;
    const resting = this.resting({ itemClass, folder }, now());
    if (resting) throw resting.error;
    try {
      const result = await work();
      if (this.ill.delete(key) && this.told.delete(itemClass)) observer.restored(itemClass);
      return result;
    } catch (error) {
      if (!(error instanceof BackendError) || !error.retryable) throw error;
      this.fell(key, error, now());
      if (!this.told.has(itemClass)) observer.failed(itemClass, error);
      this.told.add(itemClass);
      throw error;
    }
  }

  /** Why this is left alone now: it failed itself, or so many folders of its class that nothing else is to be expected. */
  private resting({ itemClass, folder }: Asked, now: number): Illness | undefined {
    const rests = (illness: Illness | undefined): boolean => illness !== undefined && now < illness.until;
    const own = this.ill.get(`${itemClass} ${folder ?? ''}`);
    if (rests(own)) return own;
    const others = [...this.ill].filter(
      ([key, illness]) => key.startsWith(`${itemClass} `) && !key.endsWith(' ') && rests(illness),
    );
    return others.length >= ENOUGH_FOLDERS ? others[0]![1] : undefined;
  }

  private fell(key: string, error: BackendError, now: number): void {
    const failures = (this.ill.get(key)?.failures ?? 0) + 1;
    const rest = (error.retryAfter ?? 0) * 1000 || FIRST_REST * 2 ** (failures - 1);
    this.ill.set(key, { error, failures, until: now + Math.min(rest, LONGEST_REST) });
  }
}
