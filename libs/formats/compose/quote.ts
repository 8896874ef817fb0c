import { formatAddresses, parseAddresses } from '../addresses.js';
import { cleanLine } from '../clean-text.js';
import type { HeaderFields } from '../header-fields.js';
import { escapeHtml } from '../html-text.js';

/** How much of an address list stands above a quoted mail. Characters. */
const longestList = 2000;

/** What stands above a quoted mail: who wrote it, when, to whom. Label and text, one line each. */
export function attribution(headers: HeaderFields): (readonly [label: string, text: string])[] {
  const people = (name: string): string =>
    cleanLine(formatAddresses(parseAddresses(headers.list(name)), '; ')).slice(0, longestList);
  const lines: [string, string][] = [
    ['From', people('from')],
    ['Sent', headers.text('date')],
    ['To', people('to')],
    ['Cc', people('cc')],
    ['Subject', headers.text('subject').slice(0, longestList)],
  ];
  return lines.filter(([label, text]) => text !== '' || label === 'Subject');
}

export const plainAttribution = (headers: HeaderFields): string =>
  `\r\n-----Original Message-----\r\n${attribution(headers)
    .map(([label, text]) => `${label}: ${text}\r\n`)
    .join('')}\r\n`;

export const htmlAttribution = (headers: HeaderFields): string =>
  `<br>\r\n<hr>\r\n<div>${attribution(headers)
    .map(([label, text]) => `<b>${label}:</b> ${escapeHtml(text)}<br>\r\n`)
    .join('')}</div>\r\n<br>\r\n`;

/** The lines of a text behind quote marks. Quotes of quotes are not set apart by blanks (RFC 3676 4.5). */
export async function* quoteLines(text: AsyncIterable<string>): AsyncGenerator<string> {
  let atStart = true;
  let last = '';
  for await (const piece of text) {
    if (piece === '') continue;
    const body = piece.replace(/\n(?!$)(>?)/g, (_, mark: string) => (mark === '' ? '\n> ' : '\n>>'));
    const begin = atStart ? (piece.startsWith('>') ? '>' : '> ') : '';
    atStart = piece.endsWith('\n');
    last = begin + body;
    yield last;
  }
  if (!atStart && last !== '') yield '\r\n';
}

/** Which parts an HTML text refers to (RFC 2392), gathered while it passes. */
export class ContentIds {
  readonly found = new Set<string>();
  private rest = '';

  look(html: string): void {
    const text = this.rest + html;
    for (const [, id = ''] of text.matchAll(/\bcid:([^\s"'<>)]{1,500})/gi)) {
      // The last one may go on in the next piece: what is found of it is no other part's id.
      if (this.found.size < mostIds) this.found.add(decoded(id));
    }
    const open = text.toLowerCase().lastIndexOf('cid:');
    this.rest = text.slice(Math.max(text.length - longestId, open < 0 ? text.length - 3 : open));
  }

  has(contentId: string | null): boolean {
    return contentId !== null && this.found.has(contentId);
  }
}

const longestId = 510;
const mostIds = 1000;

/** An id in a URL is percent-encoded; `&amp;` is how HTML writes its ampersand. */
function decoded(id: string): string {
  try {
    return decodeURIComponent(id.replace(/&amp;/gi, '&'));
  } catch {
    return id;
  }
}
