import { closeSync, openSync, readSync } from 'node:fs';

const PIECE = 1024 * 1024;
/** Largest value that is held; the states of a device are a few hundred kilobytes. */
const MOST_BYTES = 64 * 1024 * 1024;

/** A file byte by byte, with one piece of it in memory. -1 is its end. */
export class ByteSource {
  private readonly piece = Buffer.alloc(PIECE);
  private readonly file: number;
  private filled = 0;
  private position = 0;
  private before = 0;

  constructor(path: string) {
    this.file = openSync(path, 'r');
  }

  /** Where the next byte stands in the file. */
  get at(): number {
    return this.before + this.position;
  }

  peek(): number {
    if (this.position === this.filled) {
      this.before += this.filled;
      this.filled = readSync(this.file, this.piece, 0, PIECE, null);
      this.position = 0;
    }
    return this.filled === 0 ? -1 : this.piece[this.position]!;
  }

  next(): number {
    const byte = this.peek();
    if (byte >= 0) this.position++;
    return byte;
  }

  close(): void {
    closeSync(this.file);
  }
}

/** Bytes that are put together one by one. What is too large to be of use is counted and not kept. */
export class ByteCollector {
  private bytes = Buffer.alloc(4096);
  private length = 0;
  private isTooLarge = false;

  push(byte: number): void {
    if (this.length >= MOST_BYTES) {
      this.isTooLarge = true;
      return;
    }
    if (this.length === this.bytes.length)
      this.bytes = Buffer.concat([this.bytes, Buffer.alloc(this.bytes.length)]);
    this.bytes[this.length++] = byte;
  }

  /** What was put together, and nothing is from now on; empty if it was too large. */
  take(): Buffer {
    const taken = this.isTooLarge ? Buffer.alloc(0) : Buffer.from(this.bytes.subarray(0, this.length));
    this.length = 0;
    this.isTooLarge = false;
    return taken;
  }
}
