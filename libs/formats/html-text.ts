import { HtmlStripper } from './html-stripper.js';

/** Readable plain text of an HTML document, lines ended by CRLF. */
export function htmlToText(html: string): string {
  const stripper = new HtmlStripper();
  return stripper.write(html) + stripper.end();
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Text that stands for itself in HTML. */
export const escapeHtml = (text: string): string => text.replace(/[&<>"]/g, (char) => entities[char] ?? char);

/** One line of plain text as HTML; runs of spaces keep their width. */
export const lineToHtml = (line: string): string =>
  escapeHtml(line).replace(
    /^ | {2,}/g,
    (run) => '&nbsp;'.repeat(run.length - 1) + (run.length === 1 ? '&nbsp;' : ' '),
  );

/** The first `length` characters of a text's words: white space collapsed, links and picture marks left out. */
export function previewOf(text: string, length: number): string {
  const words = text
    .slice(0, 64 * 1024)
    .replace(/[[<(]?\b(?:https?|ftp|mailto|cid):[^\s\])>]*[\])>]?/gi, ' ')
    .replace(/\[(?:image|cid|img)\b[^\]]*\]/gi, ' ')
    .replace(/[\s\u200b-\u200f\u034f\u00ad\ufeff]+/g, ' ')
    .trim();
  return Array.from(words).slice(0, length).join('').trim();
}
