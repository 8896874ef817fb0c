import { BackendError, type PartContent, type View } from '#backend';
import type { EmailItem } from '#eas';
import { attachmentName } from './attachments.js';
import { buildEmail, stateElements } from './build-email.js';
import { countBytes, crlfBytes, sliceBytes } from './byte-stream.js';
import { type MailFlags } from './mail-flags.js';
import { findPart, type MimePart } from './mime-part.js';
import { parseMime, type ParsedMime } from './mime-parser.js';
import { planMail } from './plan-mail.js';
import { openTnefAttachment, parseTnefReference, type TnefReference } from './tnef-attachment.js';
import { decodeTransfer } from './transfer-encoding.js';

/** A whole message that lies where it can be read by ranges: a file, a buffer. */
export interface StoredMail {
  readonly flags: MailFlags;
  readonly receivedAt: Date;
  /** See MailSource. */
  readonly threadId?: string | null;
  /** Bytes `first` (inclusive) to `end` (exclusive; null is the end of the message). May be called many times. */
  readonly open: (first: number, end: number | null) => AsyncIterable<Uint8Array>;
}

/** Builds the item of a stored message; FileReferences are part numbers. Reads it once to learn its structure. */
export async function readStoredMail(mail: StoredMail, view: View): Promise<EmailItem> {
  if (view.detail === 'state') return stateElements(mail.flags, view);
  const parsed = await parseMime(mail.open(0, null));
  const source = {
    header: parsed.header,
    flags: mail.flags,
    receivedAt: mail.receivedAt,
    threadId: mail.threadId ?? null,
    structure: parsed.structure,
    size: parsed.size + parsed.bareLineFeeds,
    open: ({ part }: { part: MimePart | null }) =>
      part ? openPart(mail, parsed, part) : openWhole(mail, parsed),
    fileReference: ({ part }: MimePart) => part,
  };
  return buildEmail(source, planMail(parsed.structure, view), view);
}

/** One part of a stored message, decoded; `part` is its number, `2-1` a file in a winmail.dat, empty the whole message. */
export async function readStoredPart(
  mail: StoredMail,
  part: string,
  range?: { readonly first: number; readonly last: number },
): Promise<PartContent> {
  const parsed = await parseMime(mail.open(0, null));
  const inside = parseTnefReference(part);
  if (inside) return insideTnef(mail, parsed, inside, range);
  const found = part === '' ? null : findPart(parsed.structure, part);
  if (part !== '' && (!found || !parsed.extents.has(found)))
    throw new BackendError('gone', `no part ${part}`);
  const decoded = (): AsyncIterable<Uint8Array> =>
    found ? decodeTransfer(openPart(mail, parsed, found), found.encoding) : openWhole(mail, parsed);
  const size = found ? await exactSize(found, decoded) : parsed.size + parsed.bareLineFeeds;
  if (range && !(range.first >= 0 && range.first <= range.last && range.first < size)) {
    throw new BackendError('invalid', `range ${range.first}-${range.last} outside of ${size} bytes`, {
      reason: 'range',
    });
  }
  return {
    contentType: found ? `${found.type}/${found.subtype}` : 'message/rfc822',
    name: found ? attachmentName(found) : null,
    size,
    content: range ? sliceBytes(decoded(), range.first, Math.min(range.last, size - 1)) : decoded(),
  };
}

async function insideTnef(
  mail: StoredMail,
  parsed: ParsedMime,
  { part, index }: TnefReference,
  range: { readonly first: number; readonly last: number } | undefined,
): Promise<PartContent> {
  const container = findPart(parsed.structure, part);
  if (!container || !parsed.extents.has(container)) throw new BackendError('gone', `no part ${part}`);
  const open = (): AsyncIterable<Uint8Array> =>
    decodeTransfer(openPart(mail, parsed, container), container.encoding);
  return openTnefAttachment(open, container, index, range);
}

const encodings = new Set(['base64', 'quoted-printable', 'uuencode', 'x-uuencode', 'x-uue', 'uue']);

const exactSize = (part: MimePart, decoded: () => AsyncIterable<Uint8Array>): number | Promise<number> =>
  encodings.has(part.encoding) ? countBytes(decoded()) : part.size;

function openPart(mail: StoredMail, parsed: ParsedMime, part: MimePart): AsyncIterable<Uint8Array> {
  const extent = parsed.extents.get(part) ?? { first: 0, end: 0 };
  return mail.open(extent.first, extent.end);
}

function openWhole(mail: StoredMail, parsed: ParsedMime): AsyncIterable<Uint8Array> {
  return parsed.bareLineFeeds === 0 ? mail.open(0, null) : crlfBytes(mail.open(0, null));
}
