import type { Readable } from 'node:stream';
import type { EmailData } from '#eas';
import type { BackendFolder } from './folders.js';
import type { ItemClass } from './item-class.js';
import type { Backend } from './port.js';
import type { MailQuery } from './mail-query.js';

/** A follow-up flag with its dates and reminder, as phones send it (MS-ASEMAIL 2.2.2.34). */
export type FollowUp = NonNullable<EmailData['Flag']>;

/**
 * What a phone may change of a stored mail. Absent keys stay as they are. A source keeps what it can and passes over the
 * rest; libs/mail-notes keeps `followUp` and `lastVerb` for it.
 */
export interface MailState {
  readonly read?: boolean;
  /** Follow-up flag: 0 cleared, 1 complete, 2 active (MS-ASEMAIL 2.2.2.79). */
  readonly flagStatus?: 0 | 1 | 2;
  /** The rest of the flag, replaced as a whole; comes with `flagStatus`. Sources do not look at it. */
  readonly followUp?: FollowUp;
  readonly answered?: boolean;
  readonly forwarded?: boolean;
  /** LastVerbExecuted and its time (MS-ASEMAIL 2.2.2.44, 45). Sources do not look at it. */
  readonly lastVerb?: { readonly verb: 1 | 2 | 3; readonly at: Date };
  /**
   * The categories, all of them, as IMAP keywords (RFC 9051 2.3.2): those the mail has and that are not named here go. The
   * keywords of `systemKeywords` are no categories and stay untouched. Above libs/mail-notes they are names, whatever
   * characters those have.
   */
  readonly keywords?: readonly string[];
  /** Marks that something about the mail is kept outside of its source (NOTED). */
  readonly noted?: boolean;
  /** For `append`: an unfinished mail. */
  readonly draft?: boolean;
}

/** Can change a mail's state in place. */
export interface MailStateWriter extends Backend {
  /** Returns the item's version after the change, as the feed will tell it. Throws `gone` if there is no such item. */
  updateState(folder: string, id: string, state: MailState): Promise<{ version: string }>;
}

/** Can delete items for good. */
export interface ItemDeleter extends Backend {
  /** Deletes; an item that is not there counts as deleted. Returns the ids that could not be deleted. */
  deleteItems(folder: string, ids: readonly string[]): Promise<{ failed: readonly string[] }>;
}

/** Can move items between its folders. */
export interface ItemMover extends Backend {
  /** Old id to the new id and version in `target`; an id that is absent from the map was not there. */
  moveItems(
    folder: string,
    ids: readonly string[],
    target: string,
  ): Promise<ReadonlyMap<string, { id: string; version: string }>>;
}

/** Can store a whole message. */
export interface MessageStore extends Backend {
  /** Appends an RFC 5322 message of `size` bytes, streamed. Returns its id where the source tells it. */
  append(folder: string, message: Readable, size: number, state: MailState): Promise<{ id: string | null }>;
}

/** Can put another message in the place of one it has: a draft that was written on. */
export interface MessageReplacer extends Backend {
  /**
   * Stores the message, with what is known of the old one's state unless `state` says otherwise, and deletes the old one.
   * The mail keeps its id wherever the source can be told of that; its version is another one each time. Throws `gone`,
   * `conflict` if somebody else replaced it meanwhile.
   */
  replaceMessage(
    folder: string,
    id: string,
    message: Readable,
    size: number,
    state: MailState,
  ): Promise<{ id: string; version: string }>;
}

/** An attachment or the whole source of a mail, streamed. */
export interface PartContent {
  readonly contentType: string;
  readonly name: string | null;
  /** Size in bytes after decoding; exact. */
  readonly size: number;
  /** Decoded bytes of the asked range. */
  readonly content: AsyncIterable<Uint8Array>;
  /**
   * The same content as one base64 text without line ends, where the source stores it so: spares decoding and encoding
   * again. Absent elsewhere, and for ranges. Either this or `content` is consumed, not both.
   */
  readonly base64?: () => AsyncIterable<Uint8Array>;
}

/** Can stream one part of an item. */
export interface PartReader extends Backend {
  /**
   * `part` is what the item's FileReference named (an IMAP section number). The range is in decoded bytes, both ends
   * inclusive; without it the whole part. Throws `gone`, or `invalid` for a range outside of the part.
   */
  readPart(
    folder: string,
    id: string,
    part: string,
    range?: { first: number; last: number },
  ): Promise<PartContent>;
}

/** Can create, rename and delete its folders. */
export interface FolderEditor extends Backend {
  /** Creates a folder under `parent` (null: at the top). Throws `conflict` with reason `exists`, `invalid` for a name it cannot have, `gone` for no such parent. */
  createFolder(parent: string | null, name: string, itemClass: ItemClass): Promise<BackendFolder>;
  /**
   * Renames and moves a folder with all below it; returns its new path. Throws `conflict` with reason `exists`, `gone`,
   * `invalid` (for a move into itself, too).
   */
  moveFolder(path: string, parent: string | null, name: string): Promise<string>;
  /** Deletes a folder with all below it and its items. Throws `gone`. */
  deleteFolder(path: string): Promise<void>;
}

/** Can empty a folder at once. */
export interface FolderEmptier extends Backend {
  /** Deletes all items a folder has now for good. Folders below it stay. Throws `gone`. */
  emptyFolder(path: string): Promise<void>;
}

/** A mail that a search found. */
export interface MailHit {
  readonly folder: string;
  readonly id: string;
}

/** Can search its mail. */
export interface MailSearcher extends Backend {
  /**
   * Mails that fit, newest first (by INTERNALDATE) over all folders together; at most `limit` of them, and how many there
   * are in all. `folders` null is every folder. Throws `invalid` for a query the source cannot answer.
   */
  searchMail(request: {
    readonly folders: readonly string[] | null;
    readonly query: MailQuery;
    readonly limit: number;
  }): Promise<{ readonly total: number; readonly hits: readonly MailHit[] }>;
}

/** Can tell which mails make up a conversation. */
export interface ConversationFinder extends Backend {
  /** All mails of the conversation with this ConversationId, in all folders. Null: the source cannot tell by such an id. */
  conversation(id: Uint8Array): Promise<readonly MailHit[] | null>;
}

/** Has a server that can tell of changes by itself, to an address it knows. */
export interface NoticeAsker extends Backend {
  /**
   * Has the server tell of the account's new mail, as that of `user`. False: it cannot be asked to. What was asked stays so
   * when the backend is closed.
   */
  askForNotices(user: string): Promise<boolean>;
}

/** Envelope of a submission (RFC 5321). */
export interface Envelope {
  readonly from: string;
  readonly recipients: readonly string[];
  /** Some header or address is not ASCII: SMTPUTF8 (RFC 6531) is needed. */
  readonly utf8: boolean;
}

/** Hands mail over for delivery. Not a Backend: a source that stores mail often cannot send it. */
export interface Submitter {
  readonly kind: string;
  /**
   * Resolves when the server took the message for all recipients. Throws BackendError: `invalid` with reason
   * `recipient-refused` or `too-big`; `unavailable` if it is safe to send again later; `invalid` with reason `in-doubt`
   * if the connection broke after the message was sent and before the answer.
   */
  submit(envelope: Envelope, message: () => Readable, size: number): Promise<void>;
  close(): Promise<void>;
}

const has = (backend: object, method: string): boolean =>
  typeof (backend as Record<string, unknown>)[method] === 'function';

export const canUpdateState = (backend: Backend): backend is MailStateWriter => has(backend, 'updateState');
export const canDelete = (backend: Backend): backend is ItemDeleter => has(backend, 'deleteItems');
export const canMove = (backend: Backend): backend is ItemMover => has(backend, 'moveItems');
export const canAppend = (backend: Backend): backend is MessageStore => has(backend, 'append');
export const canReplace = (backend: Backend): backend is MessageReplacer => has(backend, 'replaceMessage');
export const canEditFolders = (backend: Backend): backend is FolderEditor => has(backend, 'createFolder');
export const canEmptyFolder = (backend: Backend): backend is FolderEmptier => has(backend, 'emptyFolder');
export const canSearchMail = (backend: Backend): backend is MailSearcher => has(backend, 'searchMail');
export const canFindConversation = (backend: Backend): backend is ConversationFinder =>
  has(backend, 'conversation');
export const canAskForNotices = (backend: Backend): backend is NoticeAsker => has(backend, 'askForNotices');
export const canReadPart = (backend: Backend): backend is PartReader => has(backend, 'readPart');
