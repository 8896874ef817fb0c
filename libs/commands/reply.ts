import type { Blob, Element } from '#eas';

/** What a command answers, before any byte of it has left. */
export type Reply = EmptyReply | DocumentReply | MultipartReply | RawReply | RefusalReply;

/**
 * The phone waits for news: its answer is not known yet. A command that returns this has ended, and with it everything it
 * knew of the request: of the thousands that wait only what the promise hangs on is kept.
 */
export interface HeldReply {
  readonly kind: 'held';
  readonly answer: Promise<Reply>;
}

/** HTTP 200 without a body: SendMail's success, a Sync without news. */
export interface EmptyReply {
  readonly kind: 'empty';
}

/** A WBXML document, streamed: lists and texts in `value` may still be coming. */
export interface DocumentReply extends Ending {
  readonly kind: 'document';
  readonly schema: Element;
  readonly value: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** MS-ASCMD 2.2.1.10.1 multipart: the document is part 0, `parts` are what its Part elements number from 1. */
export interface MultipartReply extends Ending {
  readonly kind: 'multipart';
  readonly schema: Element;
  readonly value: unknown;
  readonly parts: readonly Blob[];
}

/** Content as it is, under its own type: GetAttachment (MS-ASCMD 2.2.1.7). */
export interface RawReply extends Ending {
  readonly kind: 'raw';
  /** `type/subtype`. */
  readonly contentType: string;
  readonly content: Blob;
}

/** A header that stands more than once has several values. */
export type RefusalHeaders = Readonly<Record<string, string | string[]>>;

/** A bare HTTP status, where the protocol has no document to say it in. */
export interface RefusalReply {
  readonly kind: 'refusal';
  readonly status: number;
  readonly headers?: RefusalHeaders;
}

interface Ending {
  /** Called once the answer has left whole (`sent`), or will never (`broken`: the phone hung up, a source failed). */
  readonly ended?: (how: 'sent' | 'broken') => Promise<void>;
}

export const empty: EmptyReply = { kind: 'empty' };

export const document = (
  schema: Element,
  value: unknown,
  more: Partial<DocumentReply> = {},
): DocumentReply => ({
  ...more,
  kind: 'document',
  schema,
  value,
});

export const refusal = (status: number, headers?: RefusalHeaders): RefusalReply => ({
  kind: 'refusal',
  status,
  ...(headers && { headers }),
});
