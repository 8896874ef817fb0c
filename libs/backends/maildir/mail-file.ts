import { open, type FileHandle } from 'node:fs/promises';
import type { MailFlags, StoredMail } from '#formats';

const pieceSize = 64 * 1024;

/** A message file that is open: it can be read to the end even if another program removes or renames it meanwhile. */
export class MailFile {
  private constructor(
    private readonly handle: FileHandle,
    readonly receivedAt: Date,
    /** Bytes. What lies in a Maildir is whole, and never written again. */
    private readonly size: number,
  ) {}

  static async open(path: string): Promise<MailFile> {
    const handle = await open(path, 'r');
    try {
      const { mtime, size } = await handle.stat();
      return new MailFile(handle, mtime, size);
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  stored(flags: MailFlags): StoredMail {
    return {
      flags,
      receivedAt: this.receivedAt,
      open: (first, end) => this.read(first, Math.min(end ?? this.size, this.size)),
    };
  }

  private async *read(first: number, end: number): AsyncGenerator<Uint8Array> {
    for (let at = first; at < end;) {
      const buffer = Buffer.allocUnsafe(Math.min(pieceSize, end - at));
      const { bytesRead } = await this.handle.read(buffer, 0, buffer.length, at);
      if (bytesRead === 0) return;
      at += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  }

  async close(): Promise<void> {
    await this.handle.close();
  }
}
