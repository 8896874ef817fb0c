/** Turns bytes of one charset into text, piece by piece. */
export interface CharsetDecoder {
  write(bytes: Uint8Array): string;
  /** What was still held back. The decoder is not used afterwards. */
  end(): string;
}
