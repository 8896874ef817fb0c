import { Readable } from 'node:stream';
import type { Spool } from '../spool.js';

/** A piece of a message that is being made: bytes at hand, or a range of a spool (`end` exclusive). */
export type Segment = Uint8Array | SpoolRange;

export interface SpoolRange {
  readonly spool: Spool;
  readonly first: number;
  readonly end: number;
}

export const segmentsSize = (segments: readonly Segment[]): number =>
  segments.reduce(
    (sum, segment) => sum + (segment instanceof Uint8Array ? segment.length : segment.end - segment.first),
    0,
  );

export const wholeOf = (spool: Spool): SpoolRange => ({ spool, first: 0, end: spool.size });

async function* readSegments(segments: readonly Segment[]): AsyncGenerator<Uint8Array> {
  for (const segment of segments) {
    if (segment instanceof Uint8Array) yield segment;
    else yield* segment.spool.read({ first: segment.first, last: segment.end - 1 });
  }
}

/** The bytes of all segments, a new stream for each call. */
export const streamOf = (segments: readonly Segment[]): Readable =>
  Readable.from(readSegments(segments), { objectMode: false });

/** A MIME entity that is being made: its Content fields, and what stands behind the empty line. */
export interface MadeEntity {
  /** Whole lines without their line ends; a long one already folded. */
  readonly fields: readonly string[];
  readonly body: readonly Segment[];
}

/** What a reply or a forwarded mail is made into; `dispose` frees its texts, not the messages it was made of. */
export interface Composition {
  readonly entity: MadeEntity;
  dispose(): void;
}

/** The entity with its header, as it stands between delimiters. */
export const asPart = ({ fields, body }: MadeEntity): Segment[] => [
  Buffer.from(`${fields.join('\r\n')}\r\n\r\n`, 'latin1'),
  ...body,
];
