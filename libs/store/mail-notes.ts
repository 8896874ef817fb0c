import type { Json } from './types.js';

/** What is kept of one mail beside its source. */
export interface NotedRow {
  /** The id the source knows the mail by. */
  readonly item: string;
  /** The id phones know it by, where that is another one. */
  readonly stable: string | null;
  readonly followUp: Json;
  readonly lastVerb: Json;
  /** Another one after every write; at most 13 characters of [0-9a-z]. */
  readonly revision: string;
  /** The mail is deleted; phones may still know its stable id. */
  readonly gone: boolean;
}

/** A part that is absent stays as it is; null takes it away. */
export interface NotePatch {
  readonly followUp?: Json;
  readonly lastVerb?: Json;
}

export interface MailAlias {
  readonly folder: string;
  readonly item: string;
  readonly stable: string;
}

/** A category whose name is no IMAP keyword. */
export interface CategoryRow {
  readonly keyword: string;
  readonly name: string;
}

/**
 * Keeps what a mail source cannot keep itself. `account` names an account within the installation, folders are paths of
 * its source. All methods throw StoreUnavailable. Rows that nobody asked for in `UNTOUCHED_DAYS` are swept away by the way.
 */
export interface MailNotesStore {
  /** The rows of these items (ids of the source), and all rows of the folder that have a stable id. */
  find(account: string, folder: string, items: readonly string[]): Promise<NotedRow[]>;
  /** All mails of the account that phones know by another id, those that are gone left out. */
  aliases(account: string): Promise<MailAlias[]>;
  /** Writes parts of a note. Returns the new revision, or null where nothing is left to be kept: then the row is gone. */
  put(account: string, folder: string, item: string, patch: NotePatch): Promise<string | null>;
  /**
   * The mail that phones know as `stable` is `to` from now on; until now it was `from`. Returns the new revision; null if
   * somebody else was faster.
   */
  replace(
    account: string,
    folder: string,
    change: { readonly stable: string; readonly from: string; readonly to: string },
  ): Promise<string | null>;
  /** Notes follow mails, old id to new id. Returns the revisions of those that have any, by new id. */
  relocate(
    account: string,
    folder: string,
    target: string,
    moved: ReadonlyMap<string, string>,
  ): Promise<ReadonlyMap<string, string>>;
  /** These mails (null: all of the folder) are deleted. */
  forget(account: string, folder: string, items: readonly string[] | null): Promise<void>;
  /** Notes follow folders, old path to new path. */
  renameFolders(account: string, paths: ReadonlyMap<string, string>): Promise<void>;
  forgetFolders(account: string, paths: readonly string[]): Promise<void>;
  categories(account: string): Promise<CategoryRow[]>;
  /** Keeps a name; false if the account has the keyword or the name already. */
  addCategory(account: string, category: CategoryRow): Promise<boolean>;
}

/**
 * Days after which a note that nobody asked for is swept away: the mail or its folder was deleted by another program. More
 * than a year, for a steady phone asks again for a mail only when something changed.
 */
export const UNTOUCHED_DAYS = 400;
/** Days after which reading a note is written down as its use. */
export const TOUCH_DAYS = 30;
