import type { ItemClass } from './item-class.js';

/**
 * What a folder is for, in the words of IMAP SPECIAL-USE (RFC 6154) and of MS-ASCMD 2.2.3.186.3 Type; `suggested` is the
 * cache of people the user wrote to.
 */
export type FolderRole =
  'inbox' | 'drafts' | 'sent' | 'trash' | 'outbox' | 'junk' | 'archive' | 'default' | 'suggested';

/** A folder as its source shows it. */
export interface BackendFolder {
  /** The source's own name for it, unique within the backend: a mailbox path, a collection URL. */
  readonly path: string;
  /** Path of the parent, or null at the top. A parent always comes before its children. */
  readonly parent: string | null;
  /** What the user reads, already decoded and without the path. */
  readonly name: string;
  readonly itemClass: ItemClass;
  /** `inbox`, `sent` ... at most once per backend and class; `default` is the class's main folder. */
  readonly role: FolderRole | null;
  /** An identity that survives a rename (MAILBOXID of RFC 8474, a DAV resource-id), where the source has one. */
  readonly identity: string | null;
  /** False for folders that only hold others (\Noselect): they are shown but never synced. */
  readonly selectable: boolean;
  readonly readOnly: boolean;
}
