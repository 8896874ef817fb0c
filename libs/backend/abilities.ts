import type { Readable } from 'node:stream';
import type { Backend } from './port.js';

/** What a phone may change of a stored mail. Absent keys stay as they are. */
export interface MailState {
  readonly read?: boolean;
  /** Follow-up flag: 0 cleared, 1 complete, 2 active (MS-ASEMAIL 2.2.2.79). */
  readonly flagStatus?: 0 | 1 | 2;
  readonly answered?: boolean;
  readonly forwarded?: boolean;
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
export const canReadPart = (backend: Backend): backend is PartReader => has(backend, 'readPart');
