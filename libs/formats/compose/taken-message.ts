import { HeaderFields } from '../header-fields.js';
import { parseMime, type ParsedMime } from '../mime-parser.js';
import { spool, type ByteRange, type Spool, type SpoolOptions } from '../spool.js';
import { HeaderBlock } from './header-block.js';
import { wireBytes } from './wire-bytes.js';
import type { SpoolRange } from './segments.js';
import { partsOf, type MimePart } from '../mime-part.js';

/** A whole message in a spool, fit for SMTP, and what it is made of. */
export interface TakenMessage {
  readonly spool: Spool;
  readonly mime: ParsedMime;
  readonly header: HeaderBlock;
  readonly fields: HeaderFields;
  /** Some byte of it is above 127. */
  readonly eightBit: boolean;
  dispose(): void;
}

/**
 * Takes in a message of any size. Throws SpoolOverflow beyond `maxSize` bytes, `unavailable` if the disk is full, and what
 * the source throws.
 */
export async function takeIn(
  source: AsyncIterable<Uint8Array>,
  options: SpoolOptions = {},
): Promise<TakenMessage> {
  const survey = { eightBit: false };
  const taken = await spool(wireBytes(source, survey), options);
  try {
    const mime = await parseMime(taken.read());
    return {
      spool: taken,
      mime,
      header: HeaderBlock.parse(mime.header),
      fields: HeaderFields.parse(mime.header),
      eightBit: survey.eightBit,
      dispose: () => taken.dispose(),
    };
  } catch (error) {
    taken.dispose();
    throw error;
  }
}

/** Everything behind the message's header. */
export const bodyOf = ({ spool: whole, mime }: TakenMessage): SpoolRange => ({
  spool: whole,
  first: mime.bodyAt,
  end: whole.size,
});

/** A part with its header, byte for byte. */
export function spanOf({ spool: whole, mime }: TakenMessage, part: MimePart): SpoolRange {
  const { first, end } = mime.spans.get(part) ?? { first: 0, end: 0 };
  return { spool: whole, first, end };
}

/** Where the header of a part lies, the empty line behind it included. */
export function headerOf({ mime }: TakenMessage, part: MimePart): ByteRange {
  const first = mime.spans.get(part)?.first ?? 0;
  return { first, last: (mime.extents.get(part)?.first ?? first) - 1 };
}

/** The content of a part, still in its transfer encoding. */
export function contentOf({ spool: whole, mime }: TakenMessage, part: MimePart): AsyncIterable<Uint8Array> {
  const { first, end } = mime.extents.get(part) ?? { first: 0, end: 0 };
  return whole.read({ first, last: end - 1 });
}

const sealed =
  /^(?:multipart\/(?:signed|encrypted)|application\/(?:x-)?pkcs7-mime|application\/pgp-encrypted)$/;

/** Some part of it is signed or encrypted, by S/MIME or PGP/MIME: a change of any byte would break it. */
export function isSealed({ mime }: TakenMessage): boolean {
  for (const { type, subtype } of partsOf(mime.structure)) if (sealed.test(`${type}/${subtype}`)) return true;
  return false;
}

/** The body alone is sealed and cannot be read: enveloped data, or an opaque signature. */
export function isOpaque({ mime }: TakenMessage): boolean {
  const { type, subtype } = mime.structure;
  return sealed.test(`${type}/${subtype}`) && subtype !== 'signed';
}
