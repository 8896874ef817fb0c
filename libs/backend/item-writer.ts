import type { ItemByClass, ItemDataByClass } from '#eas';
import type { ItemClass } from './item-class.js';
import type { Backend } from './port.js';
import type { View } from './view.js';

/** The classes beside mail. */
export type PimClass = Exclude<ItemClass, 'Email'>;

/** What a phone says of an item, in the terms of its class. */
export type PimData = {
  readonly [C in PimClass]: { readonly itemClass: C; readonly data: ItemDataByClass[C] };
}[PimClass];

/** An item to be shown, under its class. */
export type PimItem = {
  readonly [C in PimClass]: { readonly itemClass: C; readonly item: ItemByClass[C] };
}[PimClass];

/** What a phone's words mean beyond their letters. */
export interface ChangeManner {
  /** Times ten; decides what an element that is left out means (trap 53). */
  readonly protocolVersion: number;
  /**
   * Qualified names of the elements the phone named in Supported at key 0 (`Contacts:JobTitle`); null: it sent none. Empty:
   * it named none, everything is ghosted. What is ghosted keeps its value when a Change leaves it out (MS-ASCMD 2.2.3.179).
   */
  readonly supported: ReadonlySet<string> | null;
  /** How this kind of phone writes a day as a time (trap 97): see View.birthdays. */
  readonly birthdays?: View['birthdays'];
  /** An empty Picture means the one there is, as iOS sends it (quirks 4.1). Absent: it takes the picture away. */
  readonly emptyPictureKeeps?: boolean;
  /** Nothing is taken away by being left out, as Exchange 14.1 was seen to have it (trap 53). */
  readonly keepsOmitted?: boolean;
}

/** A change, or a whole new item, as a phone brings it. */
export type ItemChange = PimData & {
  readonly manner: ChangeManner;
  /** Original start of the occurrence that is meant (InstanceId, 16.0 and later); null: the item itself. */
  readonly instance: Date | null;
};

/** How an item stands after the phone's work on it. */
export interface WrittenItem {
  readonly id: string;
  /** As the feed will tell it. */
  readonly version: string;
  readonly day: number | null;
  /** The source made something else of it than the phone said; the phone must be told (trap 26). */
  readonly altered: boolean;
  /** Attachments that were added: the phone's ClientId to what readPart takes. */
  readonly files: readonly { readonly clientId: string; readonly part: string }[];
}

/** What the phone knew when it made its change. */
export interface Expectation {
  /** The version it had; null if that is not known: then its change is taken as made on what is there. */
  readonly version: string | null;
  /** Who gives way if somebody else changed the item since (MS-ASCMD 2.2.3.34 Conflict). */
  readonly winner: 'server' | 'client';
}

/** Can write items that are no mail. */
export interface ItemWriter extends Backend {
  /**
   * Makes an item. `name` stands for this one creation: the same name again makes nothing and tells of what was made
   * before, so that a retry is safe. Throws `invalid` for data the class's rules forbid, reason `read-only` where nobody
   * may write.
   */
  createItem(folder: string, change: ItemChange, name: string): Promise<WrittenItem>;
  /**
   * Changes an item: what the phone does not speak of stays, whatever it is. Throws `gone`; `conflict` if somebody else was
   * there first and wins; `invalid` as createItem does. Never overwrites a version it has not seen.
   */
  changeItem(folder: string, id: string, change: ItemChange, expected: Expectation): Promise<WrittenItem>;
  /** Takes one occurrence out of a series, by its original start. Throws as changeItem does; `gone` if there is no such occurrence. */
  deleteOccurrence(folder: string, id: string, instance: Date, expected: Expectation): Promise<WrittenItem>;
}

/** An item that a search found. */
export interface ItemHit {
  readonly folder: string;
  readonly id: string;
}

/** Can search items that are no mail by their words. */
export interface ItemSearcher extends Backend {
  /**
   * Items of the class in which every word stands somewhere, without regard to case and accents; at most `limit`.
   * `folders` null is every folder.
   */
  searchItems(request: {
    readonly itemClass: PimClass;
    readonly folders: readonly string[] | null;
    readonly words: readonly string[];
    readonly limit: number;
  }): Promise<readonly ItemHit[]>;
}

/** An iCalendar object with where it is. */
export interface CalendarObject {
  readonly folder: string;
  /** Feed id of the whole object. */
  readonly id: string;
  readonly version: string;
  readonly text: string;
}

/** Keeps iCalendar objects as they are: what scheduling works on. */
export interface CalendarStore extends Backend {
  /** The objects with this UID in all calendars that can be written; the default calendar's first. */
  findByUid(uid: string): Promise<readonly CalendarObject[]>;
  /** Null if there is no such item. The id may name an occurrence of an expanded series: its object is given. */
  calendarObject(folder: string, id: string): Promise<CalendarObject | null>;
  /**
   * Writes an object whole: over `over`, or as a new one into `folder`. Throws `conflict` if `over` is not the current
   * version, or an object of this `name` exists.
   */
  putCalendarObject(
    folder: string,
    text: string,
    how: { readonly over: CalendarObject } | { readonly name: string },
  ): Promise<WrittenItem>;
  /** Throws `conflict` as above; one that is gone counts as deleted. */
  deleteCalendarObject(object: CalendarObject): Promise<void>;
  /** Texts of the folder's objects that may take time in this span, and perhaps of others; in any order. */
  textsDuring(folder: string, start: Date, end: Date): AsyncIterable<string>;
  /** Whether the server sends invitations and answers by itself (calendar-auto-schedule, RFC 6638 2). */
  schedulesItself(): Promise<boolean>;
}

const has = (backend: object, method: string): boolean =>
  typeof (backend as Record<string, unknown>)[method] === 'function';

export const canWriteItems = (backend: Backend): backend is ItemWriter => has(backend, 'createItem');
export const canSearchItems = (backend: Backend): backend is ItemSearcher => has(backend, 'searchItems');
export const keepsCalendars = (backend: Backend): backend is CalendarStore =>
  has(backend, 'putCalendarObject');
