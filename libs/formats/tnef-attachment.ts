import { BackendError, type PartContent } from '#backend';
import { attachmentName } from './attachments.js';
import { sliceBytes } from './byte-stream.js';
import { mimePart, type MimePart } from './mime-part.js';
import { readTnef, type TnefAttachment } from './tnef-reader.js';

/** Where a file inside a winmail.dat is found: `2-1` is the first file in part 2. */
export interface TnefReference {
  /** The part number of the winmail.dat. */
  readonly part: string;
  /** From 1. */
  readonly index: number;
}

/** Null for the name of an ordinary part. */
export function parseTnefReference(name: string): TnefReference | null {
  const match = /^([\d.]{1,60})-([1-9]\d{0,3})$/.exec(name);
  return match ? { part: match[1]!, index: Number(match[2]) } : null;
}

/** A file of a winmail.dat as if it were a part of the mail. */
export function tnefPart(container: MimePart, attachment: TnefAttachment, index: number): MimePart {
  const contentType = attachment.contentType ?? '';
  return mimePart({
    part: `${container.part}-${index}`,
    contentType: /^[\w.+-]+\/[\w.+-]+$/.test(contentType) ? contentType : 'application/octet-stream',
    parameters: { name: attachment.name },
    disposition: attachment.contentId === null ? 'attachment' : 'inline',
    contentId: attachment.contentId,
    encoding: 'binary',
    size: attachment.size,
  });
}

/**
 * One file of a winmail.dat. `open` gives the decoded winmail.dat from its begin, and is called twice: names stand behind the
 * data. Throws `gone` if there is no such file, `invalid` for a range outside of it.
 */
export async function openTnefAttachment(
  open: () => AsyncIterable<Uint8Array>,
  container: MimePart,
  index: number,
  range?: { readonly first: number; readonly last: number },
): Promise<PartContent> {
  const { attachments } = await readTnef(open());
  const found = attachments[index - 1];
  if (!found) throw new BackendError('gone', `no file ${index} in part ${container.part}`);
  const { offset, size } = found;
  if (range && !(range.first >= 0 && range.first <= range.last && range.first < size)) {
    throw new BackendError('invalid', `the file has ${size} bytes`, { reason: 'range' });
  }
  const part = tnefPart(container, found, index);
  const [first, last] = range ? [range.first, Math.min(range.last, size - 1)] : [0, size - 1];
  return {
    contentType: `${part.type}/${part.subtype}`,
    name: attachmentName(part),
    size,
    content: size === 0 ? empty() : sliceBytes(open(), offset + first, offset + last),
  };
}

async function* empty(): AsyncGenerator<Uint8Array> {
  // Nothing to give.
}
