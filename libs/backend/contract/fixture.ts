import type { Backend } from '../port.js';

/** What a source can do in a test; each is said outright, so that nothing is left untested by oversight. */
export interface ContractFeatures {
  /** Folders keep an identity over a rename. */
  readonly folderIdentity: boolean;
  /** The fixture can make all ids of a folder invalid (as a UIDVALIDITY change does). */
  readonly renumber: boolean;
  /** After a cursor the feed tells only what changed, without listing the folder. */
  readonly deltas: boolean;
  /** Folders may lie in folders. */
  readonly nestedFolders: boolean;
  readonly updateState: boolean;
  /** Categories are the source's own keywords, and its mark of a note is told like one. */
  readonly rawKeywords: boolean;
  readonly deleteItems: boolean;
  readonly moveItems: boolean;
  readonly append: boolean;
  readonly readPart: boolean;
  /** Folders can be created, renamed, moved and deleted. */
  readonly editFolders: boolean;
  readonly emptyFolder: boolean;
  readonly searchMail: boolean;
}

/** A source that can do all there is. */
export const everyFeature: ContractFeatures = {
  folderIdentity: true,
  renumber: true,
  deltas: true,
  nestedFolders: true,
  updateState: true,
  rawKeywords: true,
  deleteItems: true,
  moveItems: true,
  append: true,
  readPart: true,
  editFolders: true,
  emptyFolder: true,
  searchMail: true,
};

export interface OutsideFlags {
  readonly seen?: boolean;
  readonly flagged?: boolean;
  /** Keywords the mail gets besides those it has. */
  readonly keywords?: readonly string[];
}

/**
 * One account at a fresh source, seen from both sides: the backend under test, and the hands of somebody else who works
 * on the same mailbox. A mail is named by a handle which only the fixture understands.
 */
export interface Fixture {
  readonly backend: Backend;
  /** Path of a folder that is empty at first and has the role `inbox`. */
  readonly inbox: string;
  readonly deliver: (
    folder: string,
    message: Buffer,
    options?: { receivedAt?: Date } & OutsideFlags,
  ) => Promise<string>;
  readonly setFlags: (folder: string, handle: string, flags: OutsideFlags) => Promise<void>;
  /** All flags and keywords of the first mail of a folder, as IMAP names them. */
  readonly flagNames: (folder: string) => Promise<readonly string[]>;
  readonly expunge: (folder: string, handle: string) => Promise<void>;
  /** Moves a mail; returns its handle in the target. */
  readonly move: (folder: string, handle: string, target: string) => Promise<string>;
  /** Creates a folder under `parent` (null: at the top) and returns its path as the backend will tell it. */
  readonly createFolder: (name: string, parent: string | null) => Promise<string>;
  /** Renames the last part of the name; returns the new path. */
  readonly renameFolder: (folder: string, name: string) => Promise<string>;
  readonly deleteFolder: (folder: string) => Promise<void>;
  /** Only with the feature `renumber`. */
  readonly renumber?: (folder: string) => Promise<void>;
  /** What no folder's name may hold because it parts the levels of a path; null where every character may stand. */
  readonly delimiter: string | null;
  /** Signs besides it that the source's folder names cannot have. */
  readonly unnameable?: RegExp;
  /** Frees the source, the backend included. */
  readonly stop: () => Promise<void>;
}

export interface ContractSetup {
  readonly features: ContractFeatures;
  /** Searches of the suite, by name, that the server behind the source answers wrongly. */
  readonly unsearchable?: readonly string[];
  /** A fresh account; called before each test. */
  readonly start: () => Promise<Fixture>;
}
