import { randomBytes } from 'node:crypto';
import {
  closeSync,
  open as openCallback,
  read as readCallback,
  unlink as unlinkCallback,
  write as writeCallback,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { BackendError } from '#backend';

const open = promisify(openCallback);
const unlink = promisify(unlinkCallback);
const readAt = promisify(readCallback);
const write = promisify(writeCallback);

export interface SpoolOptions {
  /** Bytes kept in memory before a file is used; 256 KB unless given. */
  readonly memoryLimit?: number;
  /** More bytes than this end in SpoolOverflow; no limit unless given. */
  readonly maxSize?: number;
  /** Where the file lies; the system's temporary folder unless given. */
  readonly folder?: string;
}

/** A range of bytes, both ends inclusive. */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

/** Bytes whose number had to be known before they are passed on. May be read several times until disposed. */
export interface Spool {
  /** Bytes, exact. */
  readonly size: number;
  read(range?: ByteRange): AsyncIterable<Uint8Array>;
  /** Frees the file. Never throws; safe to call twice. A spool that is forgotten is freed when it is collected. */
  dispose(): void;
}

/** The source had more bytes than allowed. */
export class SpoolOverflow extends Error {
  override readonly name = 'SpoolOverflow';
}

const defaultMemoryLimit = 256 * 1024;
const pieceSize = 64 * 1024;

/**
 * Takes in a whole source, at first in memory, then in a file that has no name any more: the system removes it when the
 * descriptor is closed, also when the process dies. Throws what the source throws, SpoolOverflow, and BackendError
 * `unavailable` with reason `spool-full` if the disk cannot take it.
 */
export async function spool(source: AsyncIterable<Uint8Array>, options: SpoolOptions = {}): Promise<Spool> {
  const memoryLimit = options.memoryLimit ?? defaultMemoryLimit;
  const maxSize = options.maxSize ?? Number.POSITIVE_INFINITY;
  let held: Uint8Array[] = [];
  let size = 0;
  let file: number | null = null;
  try {
    for await (const piece of source) {
      if (size + piece.length > maxSize) throw new SpoolOverflow(`more than ${maxSize} bytes`);
      if (file === null && size + piece.length > memoryLimit) {
        file = await namelessFile(options.folder ?? tmpdir());
        await writeAll(file, Buffer.concat(held), 0);
        held = [];
      }
      if (file === null) held.push(piece);
      else await writeAll(file, piece, size);
      size += piece.length;
    }
  } catch (error) {
    if (file !== null) closeSync(file);
    throw error;
  }
  return file === null ? new MemorySpool(Buffer.concat(held)) : new FileSpool(file, size);
}

async function namelessFile(folder: string): Promise<number> {
  const path = join(folder, `godwit-spool-${randomBytes(12).toString('hex')}`);
  try {
    const file = await open(path, 'wx+', 0o600);
    await unlink(path);
    return file;
  } catch (error) {
    throw unspooled(error);
  }
}

/** What a full disk says. Everything else is a fault of the installation, and told as what it is. */
const full = new Set(['ENOSPC', 'EDQUOT', 'EMFILE', 'ENFILE']);
const retryAfter = 60;

function unspooled(error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (!full.has(code)) return error;
  return new BackendError('unavailable', `the spool cannot be written: ${code}`, {
    reason: 'spool-full',
    retryAfter,
    cause: error,
  });
}

async function writeAll(file: number, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    done += await writeSome(file, bytes.subarray(done), position + done);
  }
}

async function writeSome(file: number, bytes: Uint8Array, position: number): Promise<number> {
  try {
    return (await write(file, bytes, 0, bytes.length, position)).bytesWritten;
  } catch (error) {
    throw unspooled(error);
  }
}

class MemorySpool implements Spool {
  readonly size: number;

  constructor(private readonly bytes: Uint8Array) {
    this.size = bytes.length;
  }

  async *read(range: ByteRange = { first: 0, last: this.size - 1 }): AsyncGenerator<Uint8Array> {
    for (let at = range.first; at <= Math.min(range.last, this.size - 1); at += pieceSize) {
      yield this.bytes.subarray(at, Math.min(at + pieceSize, range.last + 1));
    }
  }

  dispose(): void {}
}

/** Descriptors of spools that nobody disposed of and nobody can reach any more. */
const forgotten = new FinalizationRegistry<number>((file) => closeSync(file));

class FileSpool implements Spool {
  private closed = false;
  private reading = 0;

  constructor(
    private readonly file: number,
    readonly size: number,
  ) {
    forgotten.register(this, file, this);
  }

  async *read(range: ByteRange = { first: 0, last: this.size - 1 }): AsyncGenerator<Uint8Array> {
    const end = Math.min(range.last + 1, this.size);
    for (let at = range.first; at < end;) {
      const buffer = Buffer.allocUnsafe(Math.min(pieceSize, end - at));
      const bytesRead = await this.fill(buffer, at);
      if (bytesRead === 0) return;
      at += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  }

  private async fill(buffer: Buffer, position: number): Promise<number> {
    if (this.closed) throw new Error('the spool was disposed of while it was read');
    this.reading++;
    try {
      return (await readAt(this.file, buffer, 0, buffer.length, position)).bytesRead;
    } finally {
      this.reading--;
      if (this.closed && this.reading === 0) this.release();
    }
  }

  dispose(): void {
    if (this.closed) return;
    this.closed = true;
    // A descriptor that is closed under a running read could be another file's by the time it runs.
    if (this.reading === 0) this.release();
  }

  private release(): void {
    forgotten.unregister(this);
    closeSync(this.file);
  }
}
