import { partsOf, type MimePart } from '../mime-part.js';
import { spool } from '../spool.js';
import { HeaderBlock } from './header-block.js';
import { base64Lines, quotedPrintable } from './quoted-printable.js';
import { asPart, wholeOf, type MadeEntity, type Segment } from './segments.js';
import type { Composition } from './compose.js';
import { bodyOf, contentOf, isSealed, type TakenMessage } from './taken-message.js';
import type { Made } from './text-entity.js';

/** Encodings whose lines are as their makers wanted them: short. */
const encoded = new Set(['base64', 'quoted-printable']);

/** Parts a server on the way would cut or refuse: unencoded, with lines over 998 characters (RFC 5321 4.5.3.1.6). */
function tooLong({ mime }: TakenMessage): MimePart[] {
  return [...partsOf(mime.structure)].filter(
    (part) => mime.longLined.has(part) && !encoded.has(part.encoding) && part.type !== 'message',
  );
}

/**
 * The message's content as it may travel: parts with lines that are too long are encoded, all others stay as they are. A
 * sealed message stays untouched.
 */
export async function transportable(message: TakenMessage): Promise<Composition> {
  const own = message.header.only((name) => name.startsWith('content-'));
  const asItIs: MadeEntity = { fields: own.lines(), body: [bodyOf(message)] };
  const parts = isSealed(message) ? [] : tooLong(message);
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
    const content = mime.extents.get(part);
    if (!span || !content) continue;
    const header: Uint8Array[] = [];
    for await (const piece of message.spool.read({ first: span.first, last: content.first - 1 }))
      header.push(piece);
    segments.push({ spool: message.spool, first: at, end: span.first });
    segments.push(
      ...asPart(await encodedEntity(message, part, HeaderBlock.parse(Buffer.concat(header)), made)),
    );
    at = span.end;
  }
  return { fields: own.lines(), body: [...segments, { spool: message.spool, first: at, end }] };
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
