import { WbxmlError, WbxmlReader, type WbxmlLimits } from '#wbxml';
import { ProtocolError } from '../protocol-error.js';
import type { Blob, Element, Infer } from '../schema/schema.js';
import { Assembly, type Skipped } from './assembly.js';

/** What may be taken from a request into memory, beside the limits of the document itself. */
export interface DecodeLimits extends WbxmlLimits {
  /** Bytes of all values together that are gathered in memory; blobs given to `blob` do not count. */
  readonly gathered: number;
}

/** Puts a blob somewhere (a spool) while it is read. `length` in bytes is unknown when it came as text. */
export type BlobKeeper = (
  content: AsyncIterable<Uint8Array>,
  about: { readonly length: number | undefined; readonly path: string },
) => Promise<Blob>;

export interface DecodeOptions {
  /** Protocol version times ten; elements that it does not know are skipped. */
  readonly version: number;
  readonly limits?: Partial<DecodeLimits>;
  /** Absent: blobs are gathered in memory within `limits.gathered`. */
  readonly blob?: BlobKeeper;
}

export interface Decoded<T> {
  readonly value: T;
  readonly skipped: Skipped;
  /** Containers in the value whose isolated element was malformed and is left out, with what was wrong. */
  readonly faults: ReadonlyMap<object, ProtocolError>;
}

const GATHERED = 16 * 1024 * 1024;

/**
 * Decodes one WBXML document. Takes the children of an element in any order; of one that may come once the last counts.
 * Reads the source to its end when the document is good, and leaves it alone when it is not. Throws ProtocolError, or what
 * the source or `blob` throw.
 */
export async function decode<S extends Element>(
  schema: S,
  source: AsyncIterable<Uint8Array> | Uint8Array,
  options: DecodeOptions,
): Promise<Decoded<Infer<S>>> {
  const assembly = new Assembly(schema, options.version, options.limits?.gathered ?? GATHERED);
  try {
    const reader = new WbxmlReader(source, options.limits);
    await run(reader, assembly, options.blob);
    await reader.drain();
  } catch (error) {
    if (error instanceof WbxmlError)
      throw new ProtocolError(error.code, assembly.path, error.message, { cause: error });
    throw error;
  }
  return { value: assembly.root as Infer<S>, skipped: assembly.skipped, faults: assembly.faults };
}

async function run(reader: WbxmlReader, assembly: Assembly, keep: BlobKeeper | undefined): Promise<void> {
  for (;;) {
    const event = reader.read();
    if (event === 'done') return;
    if (event === 'more') await reader.fill();
    else if (event === 'start') assembly.start(reader.page, reader.token);
    else if (event === 'end') assembly.end();
    else if (keep && assembly.wantsBlob) await takeBlob(reader, assembly, keep);
    else if (event === 'text' && reader.last && assembly.wantsText) assembly.text(reader.text);
    else assembly.piece(reader.bytes);
  }
}

async function takeBlob(reader: WbxmlReader, assembly: Assembly, keep: BlobKeeper): Promise<void> {
  const length = reader.length < 0 ? undefined : reader.length;
  assembly.blob(await keep(reader.content(), { length, path: assembly.path }));
  await reader.skipContent();
}
