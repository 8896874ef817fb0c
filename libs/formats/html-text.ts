import { compile } from 'html-to-text';

const toText = compile({
  wordwrap: false,
  preserveNewlines: false,
  limits: { maxInputLength: 1 << 24, maxDepth: 200, maxChildNodes: 20_000 },
  selectors: [
    { selector: 'a', options: { hideLinkHrefIfSameAsText: true, ignoreHref: false, noAnchorUrl: true } },
    { selector: 'img', format: 'skip' },
    ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((selector) => ({ selector, options: { uppercase: false } })),
    { selector: 'table', format: 'block' },
  ],
});

/** Readable plain text of an HTML document, lines ended by CRLF. */
export function htmlToText(html: string): string {
  return toText(html).replace(/\r\n|\n|\r/g, '\r\n');
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
