/** What was wrong with the bytes. */
export type WbxmlErrorCode =
  /** The bytes end inside the document. */
  | 'truncated'
  /** Bytes that no WBXML document can have in this place. */
  | 'malformed'
  /** Legal WBXML that ActiveSync never uses (MS-ASWBXML 2.1.3): attributes, literals, extensions, other charsets. */
  | 'unsupported'
  | 'too-deep'
  | 'too-many-elements'
  | 'text-too-long'
  | 'opaque-too-long'
  | 'too-big';

/** The other side sent something that is no acceptable WBXML. Nothing else comes out of a reader for hostile bytes. */
export class WbxmlError extends Error {
  override readonly name = 'WbxmlError';
  readonly code: WbxmlErrorCode;
  /** Offset in bytes from the start of the document. */
  readonly offset: number;

  constructor(code: WbxmlErrorCode, message: string, offset: number) {
    super(`${message} (at byte ${offset})`);
    this.code = code;
    this.offset = offset;
  }
}
