/** One item as the feed tells of it: enough to decide, nothing of its content. */
export interface FeedEntry {
  /**
   * The source's id of the item, at most 14 characters of [0-9A-Za-z-]; never used for another item, not even after a
   * UIDVALIDITY change. Ids of one folder order as strings: a listing may be cut into ranges of them.
   */
  readonly id: string;
  /**
   * The smallest thing that tells whether the phone must hear of the item again: a mail's flags, a contact's ETag. At
   * most 64 characters; equal versions mean "nothing new for the phone".
   */
  readonly version: string;
  /**
   * The day (days since 1970-01-01, UTC) by which filter windows judge the item: a mail's INTERNALDATE, the last day of an
   * event; 0 for a task that is done. Null where the item is always inside every window: an endless series, a task to do.
   */
  readonly day: number | null;
}

/** Which items of a folder the phone wants at all (MS-ASCMD 2.2.3.68.2 FilterType). */
export interface Scope {
  /** Items of an earlier day are outside; null is everything. Same unit as FeedEntry.day. */
  readonly sinceDay: number | null;
  /**
   * Only so many, the most used ones (MS-ASCMD 2.2.3.103.2 MaxItems); absent is all. Only the recipient information cache
   * knows of it, all other folders may pass it over.
   */
  readonly mostItems?: number;
}

export interface ChangesRequest {
  readonly folder: string;
  /** Where the last page ended; null asks for a listing of the folder, newest items first where the source can. */
  readonly cursor: string | null;
  readonly scope: Scope;
  /** How many `changed` entries the caller can use now. A page may have fewer; more only if the source leaves no choice. */
  readonly limit: number;
}

/** One page of what happened in a folder since the cursor. Pages are idempotent: the same cursor may be asked again. */
export interface ChangePage {
  /** New and changed items. While nothing is lost an item may be told again or although nothing changed. */
  readonly changed: readonly FeedEntry[];
  /** Items that are gone. May name items the caller never heard of. */
  readonly removed: readonly string[];
  /** To be given next time. At most 512 characters; opaque to everybody but the backend. */
  readonly cursor: string;
  /** There is more to tell at once with the new cursor. */
  readonly more: boolean;
  /**
   * Present on the pages of a listing: every item of the scope with `from <= id < to` stands in `changed`, so a known
   * item of that range that does not is gone. Null is an open end.
   */
  readonly listed?: ListedRange;
  /**
   * Ranges that are told whole in the same way although this is no listing: the items of an object that is more than one
   * (a series that is told occurrence by occurrence) and was changed or removed.
   */
  readonly retold?: readonly ListedRange[];
}

/** A range of ids of which a page tells all there is. */
export interface ListedRange {
  readonly from: string | null;
  readonly to: string | null;
}

/** All ranges of a page that are told whole. */
export const rangesToldWhole = ({ listed, retold = [] }: ChangePage): readonly ListedRange[] =>
  listed ? [listed, ...retold] : retold;
