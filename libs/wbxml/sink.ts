/** Where encoded bytes go. A socket, a file, a hash: anything that can say "wait". */
export interface ByteSink {
  /**
   * Takes the chunk over; the writer never touches it again. False asks the writer to wait for `drained` before it
   * sends more (back-pressure); the chunk was taken all the same.
   */
  write(chunk: Uint8Array): boolean;
  /** Resolves when more may be written; rejects when nobody will read any more. */
  drained(): Promise<void>;
}

/** A sink that keeps everything, for documents known to be small. */
export class BufferSink implements ByteSink {
  readonly #chunks: Uint8Array[] = [];

  write(chunk: Uint8Array): boolean {
    this.#chunks.push(chunk);
    return true;
  }

  drained(): Promise<void> {
    return Promise.resolve();
  }

  /** All that was written so far, in one piece. */
  toBuffer(): Buffer {
    return Buffer.concat(this.#chunks);
  }
}
