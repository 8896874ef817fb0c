import type { Json } from './types.js';

/** A piece of work about a meeting: a mail that is to be worked into a calendar, a message that is to be sent. */
export interface ScheduledJob {
  /** What makes it the same piece of work wherever it is met again. */
  readonly key: string;
  readonly work: Json;
  /** How often it was claimed, this time counted in. */
  readonly attempts: number;
}

/** Days after which a key is forgotten, done or not: no mail that old says anything new of a meeting. */
export const SCHEDULED_KEPT_DAYS = 60;

/**
 * Keeps work that must be done once for an account, whatever number of devices and nodes hears of it, and must not be lost
 * with a process. All methods throw StoreUnavailable.
 */
export interface ScheduledMailStore {
  /** Takes note of work. What is known under its key, done or not, stays as it is. */
  add(account: string, jobs: readonly { readonly key: string; readonly work: Json }[]): Promise<void>;
  /** Those of the accounts that have work which is due and nobody has claimed. */
  due(accounts: readonly string[]): Promise<string[]>;
  /**
   * Claims work that is due and that nobody else has claimed, oldest first, for so many seconds: by then it is to be settled
   * or postponed, else it is anybody's again.
   */
  claim(account: string, limit: number, seconds: number): Promise<ScheduledJob[]>;
  /** Done for good, whether it was noted before or not. */
  settle(account: string, keys: readonly string[]): Promise<void>;
  /** Gives up a claim: to be tried again after so many seconds. */
  postpone(account: string, key: string, seconds: number): Promise<void>;
  isSettled(account: string, key: string): Promise<boolean>;
}
