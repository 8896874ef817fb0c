import type { BackendFolder, ChangeNotice, ItemClass, Watch } from '#backend';

/** An object by its name in its folder: the last segment of an href, a file's name. */
export interface ObjectEntry {
  readonly name: string;
  /** ETag, or hash of the content; any length. */
  readonly version: string;
}

export interface StoredObject extends ObjectEntry {
  readonly text: string;
}

/** What happened in a folder since a token. */
export interface ObjectChanges {
  readonly changed: readonly ObjectEntry[];
  readonly removed: readonly string[];
  /** Where to go on; at most 300 characters. */
  readonly token: string;
  /** The source cut the answer; the rest comes with the new token. */
  readonly more: boolean;
  /** The whole folder: what is not named is not there. Never together with `more`. */
  readonly isListing: boolean;
}

/**
 * A place that keeps items as whole texts under names: a collection of a DAV server, a folder of files. All methods throw
 * BackendError; `changes` also CursorInvalid for a token the source does not know any more.
 */
export interface ObjectSource {
  /** The configuration word: `caldav`, `carddav`, `vdir`. */
  readonly kind: string;
  folders(): Promise<BackendFolder[]>;
  /** Token null asks for all there is. `limit` is how many entries are useful now; a source may give more. */
  changes(folder: string, token: string | null, limit: number): Promise<ObjectChanges>;
  /** Texts with the versions they have now, in any order; a name that is not there is left out. One that cannot be read has `failure`. */
  fetch(
    folder: string,
    names: readonly string[],
  ): AsyncIterable<StoredObject | { readonly name: string; readonly failure: string }>;
  /**
   * Writes atomically. `over` null: only if there is no object of this name. Throws `conflict` if the version is another
   * one, or the name is taken; with reason `uid-taken` if an object of another name has the text's UID. The version is null
   * if the source stored something else than it was given, or does not tell: then it must be read back. `name` tells where
   * it is, if the source put it elsewhere.
   */
  put(
    folder: string,
    name: string,
    text: string,
    over: string | null,
  ): Promise<{ readonly version: string | null; readonly name?: string }>;
  /** Throws `conflict` if `over` is given and is not the version there is; an object that is not there counts as removed. */
  remove(folder: string, name: string, over: string | null): Promise<void>;
  /** Null: the source cannot; it is copied and removed instead. */
  readonly move: ((folder: string, name: string, target: string, newName: string) => Promise<void>) | null;
  /** Names of the objects with this UID; null: the source cannot tell without reading them all. */
  namesOfUid(folder: string, uid: string): Promise<readonly string[] | null>;
  /**
   * Texts of events that take time in this span, as far as the source can tell without giving all; null: it cannot. May give
   * more than was asked for.
   */
  textsDuring?(folder: string, start: Date, end: Date): Promise<AsyncIterable<string> | null>;
  watch(folders: readonly string[], notify: (notice: ChangeNotice) => void): Promise<Watch>;
  /** Null where folders are fixed. As FolderEditor says. */
  readonly editor: FolderEdits | null;
  /** Whether the server sends scheduling mail by itself. */
  schedulesItself(): Promise<boolean>;
  /** A file that an object points to (managed attachments); null: not from this source, or gone. */
  openUrl(url: string): Promise<Uint8Array | null>;
  close(): Promise<void>;
}

export interface FolderEdits {
  createFolder(parent: string | null, name: string, itemClass: ItemClass): Promise<BackendFolder>;
  moveFolder(path: string, parent: string | null, name: string): Promise<string>;
  deleteFolder(path: string): Promise<void>;
}
