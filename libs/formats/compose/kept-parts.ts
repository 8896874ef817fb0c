import { attachmentName, isMessage } from '../attachments.js';
import { HeaderFields } from '../header-fields.js';
import type { MimePart } from '../mime-part.js';
import { encodeParameter } from './encode-text.js';
import { asPart, type Segment } from './segments.js';
import { spanOf, type TakenMessage } from './taken-message.js';

/** Content fields of an attached message. */
export const messageFields = (name: string): string[] => [
  'Content-Type: message/rfc822',
  `Content-Disposition: attachment${encodeParameter('filename', name)}`,
];

/** Parts of a message with their headers, to stand in another one. */
export const keptParts = (message: TakenMessage, parts: readonly MimePart[]): Promise<Segment[][]> =>
  Promise.all(parts.map((part) => kept(message, part)));

/** A header longer than this is carried as it is. Bytes. */
const shortHeader = 64 * 1024;

/** A part with its header, byte for byte; a message of a digest needs the type that it had from its place. */
async function kept(message: TakenMessage, part: MimePart): Promise<Segment[]> {
  const span = spanOf(message, part);
  const content = message.mime.extents.get(part);
  if (!isMessage(part) || !content || content.first - span.first > shortHeader) return [span];
  const header: Uint8Array[] = [];
  const range = { first: span.first, last: content.first - 1 };
  for await (const piece of message.spool.read(range)) header.push(piece);
  if (HeaderFields.parse(Buffer.concat(header)).has('content-type')) return [span];
  return asPart({
    fields: messageFields(attachmentName(part)),
    body: [{ spool: message.spool, first: content.first, end: content.end }],
  });
}
