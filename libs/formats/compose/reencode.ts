import { partsOf, type MimePart } from '../mime-part.js';
import { spool } from '../spool.js';
import { HeaderBlock } from './header-block.js';
import { base64Lines, quotedPrintable } from './quoted-printable.js';
import { asPart, wholeOf, type Composition, type MadeEntity, type Segment } from './segments.js';
import { bodyOf, contentOf, headerOf, isSealed, type TakenMessage } from './taken-message.js';
import type { Made } from './text-entity.js';

/** Encodings that are none: such content may be encoded without becoming another. */
const unencoded = new Set(['', '7bit', '8bit', 'binary']);

/**
 * Whether a server on the way could cut, mangle or refuse a part: unencoded, with lines over 998 characters (RFC 5321
 * 4.5.3.1.6) or with bytes above 127, which not every server takes (8BITMIME, RFC 6152). A message cannot be encoded
 * (RFC 2046 5.2.1).
 */
export const isUnfit = ({ mime }: TakenMessage, part: MimePart): boolean =>
  (mime.longLined.has(part) || mime.eightBit.has(part)) &&
  unencoded.has(part.encoding) &&
  part.type !== 'message';

/**
 * The message's content as it may travel: parts that are not fit for every server are encoded, all others stay as they are. A
 * sealed message stays untouched.
 */
export async function transportable(message: TakenMessage): Promise<Composition> {
  const own = message.header.only((name) => name.startsWith('content-'));
  const asItIs: MadeEntity = { fields: own.lines(), body: [bodyOf(message)] };
  const parts = isSealed(message)
    ? []
    : [...partsOf(message.mime.structure)].filter((part) => isUnfit(message, part));
  if (parts.length === 0) return { entity: asItIs, dispose: () => undefined };
  const made: Made = [];
  const dispose = (): void => made.forEach((one) => one.dispose());
  try {
    return { entity: await rebuilt(message, own, parts, made), dispose };
  } catch (error) {
    dispose();
    throw error;
  }
}

async function rebuilt(
  message: TakenMessage,
  own: HeaderBlock,
  parts: readonly MimePart[],
  made: Made,
): Promise<MadeEntity> {
  const { mime } = message;
  if (parts[0] === mime.structure) return encodedEntity(message, mime.structure, own, made);
  const segments: Segment[] = [];
  const { first, end } = bodyOf(message);
  let at = first;
  for (const part of parts) {
    const span = mime.spans.get(part);
    if (!span) continue;
    segments.push({ spool: message.spool, first: at, end: span.first });
    segments.push(...(await encodedPart(message, part, made)));
    at = span.end;
  }
  return { fields: own.lines(), body: [...segments, { spool: message.spool, first: at, end }] };
}

/** A part with its header, its content encoded. */
export async function encodedPart(message: TakenMessage, part: MimePart, made: Made): Promise<Segment[]> {
  const header: Uint8Array[] = [];
  for await (const piece of message.spool.read(headerOf(message, part))) header.push(piece);
  return asPart(await encodedEntity(message, part, HeaderBlock.parse(Buffer.concat(header)), made));
}

async function encodedEntity(
  message: TakenMessage,
  part: MimePart,
  header: HeaderBlock,
  made: Made,
): Promise<MadeEntity> {
  const isText = part.type === 'text';
  const content = contentOf(message, part);
  const result = await spool(isText ? quotedPrintable(content) : base64Lines(content));
  made.push(result);
  const encoding = isText ? 'quoted-printable' : 'base64';
  return { fields: header.with('Content-Transfer-Encoding', encoding).lines(), body: [wholeOf(result)] };
}
