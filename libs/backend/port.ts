import type { ItemByClass } from '#eas';
import type { BackendFolder } from './folders.js';
import type { ChangePage, ChangesRequest } from './feed.js';
import type { View } from './view.js';

/**
 * Content of an item: whatever one may have. The class of its folder says which properties to expect; none means different
 * things in two classes, and all are optional, so that an item of any class is one of these.
 */
export type Item = ItemByClass['Email'] &
  ItemByClass['Contacts'] &
  ItemByClass['Calendar'] &
  ItemByClass['Tasks'] &
  ItemByClass['Notes'];

/** One item read, or why it could not be: one poisoned item never ends the reading of the others. */
export type ReadResult =
  | { readonly id: string; readonly item: Item }
  /** `gone`: it vanished meanwhile. `unreadable`: it is there, but cannot be made into an item; `reason` says why. */
  | { readonly id: string; readonly failure: 'gone' | 'unreadable'; readonly reason: string };

/** Something happened in these folders (paths); null means "somewhere, look at all of them". */
export interface ChangeNotice {
  readonly folders: readonly string[] | null;
}

/** A running watch. */
export interface Watch {
  /** Stops watching and frees what it holds. Never throws. */
  close(): Promise<void>;
}

/**
 * One account at one source. Mandatory for every source; what a source can do beyond it stands in abilities.ts.
 * All methods throw BackendError; `changes` also CursorInvalid. Calls may overlap; the backend queues as its source needs.
 */
export interface Backend {
  /** The configuration word: `imap`, `maildir`, ... */
  readonly kind: string;
  /** All folders, parents before children. */
  folders(): Promise<BackendFolder[]>;
  /** What happened in one folder since the cursor (see ChangePage). */
  changes(request: ChangesRequest): Promise<ChangePage>;
  /**
   * Reads items in the order of `ids`, lazily: an item is read when it is asked for, in batches that suit the source.
   * A body given as a stream must be consumed before the next item is asked for. Ending the iteration early frees all.
   */
  read(folder: string, ids: readonly string[], view: View): AsyncIterable<ReadResult>;
  /**
   * Calls `notify` soon after something changed in one of the folders, until closed. Spurious calls are allowed, missed
   * ones are not: if the source cannot tell for a while, `notify({folders: null})` follows when it can again.
   */
  watch(folders: readonly string[], notify: (notice: ChangeNotice) => void): Promise<Watch>;
  /** Releases connections. The backend is not used afterwards. */
  close(): Promise<void>;
}
