import { attachmentName, isMessage } from '../attachments.js';
import { HeaderFields } from '../header-fields.js';
import type { MimePart } from '../mime-part.js';
import { encodeParameter } from './encode-text.js';
import { encodedPart, isUnfit } from './reencode.js';
import { asPart, type Segment } from './segments.js';
import { headerOf, spanOf, type TakenMessage } from './taken-message.js';
import type { Made } from './text-entity.js';

/** Content fields of an attached message. */
export const messageFields = (name: string): string[] => [
  'Content-Type: message/rfc822',
  `Content-Disposition: attachment${encodeParameter('filename', name)}`,
];

/** Parts of a message with their headers, to stand in another one. */
export const keptParts = (
  message: TakenMessage,
  parts: readonly MimePart[],
  made: Made,
): Promise<Segment[][]> => Promise.all(parts.map((part) => kept(message, part, made)));

/** A header longer than this is carried as it is. Bytes. */
const shortHeader = 64 * 1024;

/**
 * A part with its header, byte for byte unless some server could not take it; a message of a digest needs the type that it
 * had from its place.
 */
async function kept(message: TakenMessage, part: MimePart, made: Made): Promise<Segment[]> {
  const span = spanOf(message, part);
  const content = message.mime.extents.get(part);
  if (!content || content.first - span.first > shortHeader) return [span];
  if (isUnfit(message, part)) return encodedPart(message, part, made);
  if (!isMessage(part)) return [span];
  const header: Uint8Array[] = [];
  for await (const piece of message.spool.read(headerOf(message, part))) header.push(piece);
  if (HeaderFields.parse(Buffer.concat(header)).has('content-type')) return [span];
  return asPart({
    fields: messageFields(attachmentName(part)),
    body: [{ spool: message.spool, first: content.first, end: content.end }],
  });
}
