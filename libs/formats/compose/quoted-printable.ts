const hex = (byte: number): string => `=${byte.toString(16).toUpperCase().padStart(2, '0')}`;
const escapes = Array.from({ length: 256 }, (_, byte) => Buffer.from(hex(byte)));
const softBreak = Buffer.from('=\r\n');
const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const space = 0x20;
const tab = 0x09;
const longestLine = 75;

const isPlain = (byte: number): boolean => byte > space && byte < 0x7f && byte !== 0x3d;

/**
 * Text in quoted-printable (RFC 2045 6.7) as it comes: ASCII in lines of 76 characters at most, whatever comes in. The
 * source's lines end in CRLF; a CR or LF alone is kept as a byte of its own.
 */
export async function* quotedPrintable(
  source: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  const encoder = new QuotedPrintableEncoder();
  for await (const piece of source) {
    const encoded = encoder.write(piece);
    if (encoded.length > 0) yield encoded;
  }
  const rest = encoder.end();
  if (rest.length > 0) yield rest;
}

class QuotedPrintableEncoder {
  private column = 0;
  /** A blank or CR whose meaning the next byte decides. */
  private held = -1;
  private target = Buffer.alloc(0);
  private size = 0;

  write(bytes: Uint8Array): Uint8Array {
    // An escape is three bytes, a soft break before it three more; two bytes may have been held back.
    this.target = Buffer.allocUnsafe((bytes.length + 2) * 6);
    this.size = 0;
    for (const byte of bytes) this.byte(byte);
    return this.target.subarray(0, this.size);
  }

  end(): Uint8Array {
    this.target = Buffer.allocUnsafe(12);
    this.size = 0;
    if (this.held >= 0) this.put(escapes[this.held]!);
    this.held = -1;
    return this.target.subarray(0, this.size);
  }

  private byte(byte: number): void {
    if (this.held >= 0 && this.settle(byte)) return;
    if (byte === space || byte === tab || byte === carriageReturn) this.held = byte;
    else if (isPlain(byte)) this.plain(byte);
    else this.put(escapes[byte]!);
  }

  /** Writes the byte held back, now that the next one is known. True: the two were a line end. */
  private settle(next: number): boolean {
    const { held } = this;
    this.held = -1;
    if (held === carriageReturn) {
      if (next === lineFeed) {
        this.target[this.size++] = carriageReturn;
        this.target[this.size++] = lineFeed;
        this.column = 0;
        return true;
      }
      this.put(escapes[held]!);
    } else if (next === carriageReturn) {
      // White space at a line's end would be lost on the way.
      this.put(escapes[held]!);
    } else {
      this.plain(held);
    }
    return false;
  }

  /** A line that begins with "From " is changed by some mail stores. */
  private plain(byte: number): void {
    if (this.column === 0 && byte === 0x46) return this.put(escapes[byte]!);
    this.makeRoom(1);
    this.target[this.size++] = byte;
    this.column++;
  }

  private put(escape: Uint8Array): void {
    this.makeRoom(escape.length);
    this.target.set(escape, this.size);
    this.size += escape.length;
    this.column += escape.length;
  }

  private makeRoom(length: number): void {
    if (this.column + length <= longestLine) return;
    this.target.set(softBreak, this.size);
    this.size += softBreak.length;
    this.column = 0;
  }
}

const groupOfLine = 57;

/** Bytes in base64, in lines of 76. */
export async function* base64Lines(
  source: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  let rest: Uint8Array = new Uint8Array(0);
  for await (const piece of source) {
    const bytes = rest.length > 0 ? Buffer.concat([rest, piece]) : piece;
    const whole = bytes.length - (bytes.length % groupOfLine);
    if (whole > 0) yield linesOf(bytes.subarray(0, whole));
    rest = bytes.slice(whole);
  }
  if (rest.length > 0) yield linesOf(rest);
}

function linesOf(bytes: Uint8Array): Buffer {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += groupOfLine) {
    lines.push(Buffer.from(bytes.subarray(at, at + groupOfLine)).toString('base64'));
  }
  return Buffer.from(`${lines.join('\r\n')}\r\n`, 'latin1');
}
