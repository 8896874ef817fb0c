import type { WbxmlErrorCode } from '#wbxml';

/** What was wrong with a request. The WBXML codes are those of WbxmlError. */
export type ProtocolErrorCode =
  | WbxmlErrorCode
  /** A tag on a page that MS-ASWBXML does not have. */
  | 'unknown-page'
  /** The root element is not the command's. */
  | 'unexpected-root'
  /** An element is missing that must be there. */
  | 'missing'
  /** A text that is no value of the element's type, or is out of its bounds. */
  | 'invalid-value'
  /** More of an element than there may be. */
  | 'too-many'
  /** The query string of the request is no ActiveSync query. */
  | 'invalid-query'
  /** No such command, or not in this protocol version. */
  | 'unknown-command';

/** Codes that tell of bytes rather than of XML: common status 102 instead of 103 (MS-ASCMD 2.2.2). */
const aboutBytes: ReadonlySet<ProtocolErrorCode> = new Set([
  'truncated',
  'malformed',
  'unsupported',
  'too-deep',
  'too-many-elements',
  'text-too-long',
  'opaque-too-long',
  'too-big',
  'unknown-page',
]);

/** The phone sent something that the specification does not allow: HTTP 400. Says nothing of the content itself. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError';
  readonly code: ProtocolErrorCode;
  /** Where: `Sync/Collections/Collection[0]/SyncKey`; empty for the query string. */
  readonly path: string;

  constructor(code: ProtocolErrorCode, path: string, message: string, options: { cause?: unknown } = {}) {
    super(path === '' ? message : `${path}: ${message}`, options);
    this.code = code;
    this.path = path;
  }

  /** The common status code that says the same to a phone of 14.0 or later: InvalidWBXML or InvalidXML. */
  get status(): 102 | 103 {
    return aboutBytes.has(this.code) ? 102 : 103;
  }
}
