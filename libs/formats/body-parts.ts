import { type MimePart } from './mime-part.js';

/** Which parts are read as the body and which stand in the attachment list. */
export interface BodyParts {
  /** What a reader of plain text is shown, in order; may hold HTML parts that have no plain twin. */
  readonly text: readonly MimePart[];
  /** What a reader of HTML is shown, in order; may hold plain parts that have no HTML twin. */
  readonly html: readonly MimePart[];
  readonly attachments: readonly MimePart[];
}

const isHtml = (part: MimePart): boolean => part.type === 'text' && part.subtype === 'html';
const isPlain = (part: MimePart): boolean => part.type === 'text' && part.subtype === 'plain';

/** 2 if the mail was written in HTML, else 1 (MS-ASAIRS 2.2.2.32). */
export const nativeBodyType = (parts: BodyParts): 1 | 2 => (parts.html.some(isHtml) ? 2 : 1);

/**
 * Sorts the parts of a mail by the algorithm of JMAP (RFC 8621 4.1.4), which was made from what mail clients do. Unlike
 * there, inline pictures always stand among the attachments, because EAS has no other place for them.
 */
export function sortBodyParts(root: MimePart): BodyParts {
  const sorted = { text: [], html: [], attachments: [] };
  sort([root], { kind: 'mixed', inAlternative: false }, sorted.text, sorted.html, sorted.attachments);
  return sorted;
}

interface Surroundings {
  /** Subtype of the multipart around. */
  readonly kind: string;
  readonly inAlternative: boolean;
}

/** `text` or `html` is null inside a branch of an alternative that cannot add to it. */
function sort(
  parts: readonly MimePart[],
  around: Surroundings,
  text: MimePart[] | null,
  html: MimePart[] | null,
  attachments: MimePart[],
): void {
  const textBefore = text?.length ?? -1;
  const htmlBefore = html?.length ?? -1;
  parts.forEach((part, index) => {
    if (part.type === 'multipart') {
      const inAlternative = around.inAlternative || part.subtype === 'alternative';
      sort(part.children, { kind: part.subtype, inAlternative }, text, html, attachments);
    } else if (!isShown(part, index, around.kind)) {
      attachments.push(part);
    } else if (around.kind === 'alternative') {
      (isHtml(part) ? html : text)?.push(part);
    } else {
      if (!(around.inAlternative && isHtml(part))) text?.push(part);
      if (!(around.inAlternative && isPlain(part))) html?.push(part);
    }
  });
  if (around.kind !== 'alternative' || !text || !html) return;
  const newText = text.slice(textBefore);
  const newHtml = html.slice(htmlBefore);
  if (newText.length === 0) text.push(...newHtml);
  if (newHtml.length === 0) html.push(...newText);
}

function isShown(part: MimePart, index: number, kind: string): boolean {
  if (part.disposition === 'attachment' || !(isHtml(part) || isPlain(part))) return false;
  return index === 0 || kind === 'alternative' || (kind !== 'related' && part.filename === null);
}
