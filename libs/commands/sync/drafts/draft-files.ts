import type { Blob, BlobKeeper } from '#eas';
import { spool, type Spool } from '#formats';

/** The files a phone adds to its drafts, spooled while the request is read (16.0 and later). */
export class DraftFiles {
  private readonly spools = new Map<Blob, Spool>();

  constructor(
    /** Bytes of one file at most; more end in SpoolOverflow. */
    private readonly maxSize: number,
  ) {}

  /** To be given to the decoder. */
  readonly keep: BlobKeeper = async (content) => {
    const kept = await spool(content, { maxSize: this.maxSize });
    const blob: Blob = { length: kept.size, content: kept.read() };
    this.spools.set(blob, kept);
    return blob;
  };

  of(blob: Blob): Spool | undefined {
    return this.spools.get(blob);
  }

  dispose(): void {
    for (const kept of this.spools.values()) kept.dispose();
    this.spools.clear();
  }
}
