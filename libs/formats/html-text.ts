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

/** As much text as a preview may need to find its characters between links and white space. */
const enoughFor = (length: number): number => 1024 + length * 8;

/** The first `length` characters of a text's words: white space collapsed, links and picture marks left out. */
export function previewOf(text: string, length: number): string {
  const words = text
    .slice(0, enoughFor(length))
    .replace(/[[<(]?\b(?:https?|ftp|mailto|cid):[^\s\])>]*[\])>]?/gi, ' ')
    .replace(/\[(?:image|cid|img)\b[^\]]*\]/gi, ' ')
    .replace(/[\s\u200b-\u200f\u034f\u00ad\ufeff]+/g, ' ')
    .trim();
  return Array.from(words).slice(0, length).join('').trim();
}

/** A preview of HTML; reads no more of it than it needs. */
export function previewOfHtml(html: string, length: number): string {
  const stripper = new HtmlStripper();
  let text = '';
  for (let at = 0; at < html.length && text.length < enoughFor(length); at += 4096) {
    text += stripper.write(html.slice(at, at + 4096));
  }
  return previewOf(text.length < enoughFor(length) ? text + stripper.end() : text, length);
}
