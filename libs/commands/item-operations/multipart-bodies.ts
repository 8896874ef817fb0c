import type { Blob } from '#eas';
import { spool, type Spool } from '#formats';

/** The parts of a multipart answer, and what must be freed when it has left. */
export class MultipartBodies {
  readonly parts: Blob[] = [];
  private readonly spools: Spool[] = [];

  /** Adds a part; returns its number. Part 0 is the document itself. */
  add(part: Blob): number {
    this.parts.push(part);
    return this.parts.length;
  }

  /** Adds a text whose length is not known yet. */
  async addText(text: string | AsyncIterable<string | Uint8Array>): Promise<number> {
    if (typeof text === 'string') {
      const bytes = Buffer.from(text);
      return this.add({ length: bytes.length, content: once(bytes) });
    }
    const spooled = await spool(bytesOf(text));
    this.spools.push(spooled);
    return this.add({ length: spooled.size, content: spooled.read() });
  }

  dispose(): void {
    for (const spooled of this.spools) spooled.dispose();
  }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

async function* bytesOf(text: AsyncIterable<string | Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const piece of text) yield typeof piece === 'string' ? Buffer.from(piece) : piece;
}
