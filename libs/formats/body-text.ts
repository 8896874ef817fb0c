import { latin1 } from './byte-text.js';
import { charsetDecoder } from './charset.js';
import { cleanText } from './clean-text.js';
import { FlowedJoiner } from './flowed.js';
import { HtmlStripper } from './html-stripper.js';
import { lineToHtml } from './html-text.js';
import { type MimePart } from './mime-part.js';
import { decodeTransfer } from './transfer-encoding.js';
import { UniqueHtml } from './unique-html.js';
import { UniqueText, type QuoteCutter } from './unique-text.js';

/** Text of a part: transfer encoding and charset undone, controls removed. */
export async function* partText(part: MimePart, encoded: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let decoder = null;
  for await (const bytes of decodeTransfer(encoded, part.encoding)) {
    decoder ??= charsetDecoder(
      part.parameters['charset'] ?? (part.subtype === 'html' ? metaCharset(bytes) : null),
    );
    const text = cleanText(decoder.write(bytes));
    if (text !== '') yield text;
  }
  const rest = cleanText(decoder?.end() ?? '');
  if (rest !== '') yield rest;
}

/** The charset an HTML document names in its first bytes, for parts whose header names none. */
function metaCharset(bytes: Uint8Array): string | null {
  const head = latin1(bytes.subarray(0, 2048));
  return /<meta[^>]{0,200}charset\s*=\s*["']?\s*([\w.:-]{1,40})/i.exec(head)?.[1] ?? null;
}

/** One shown part as plain text or HTML, converted where it is the other. */
export function bodyText(
  part: MimePart,
  encoded: AsyncIterable<Uint8Array>,
  type: 1 | 2,
): AsyncGenerator<string> {
  const text = partText(part, encoded);
  if (part.subtype === 'html') return type === 2 ? text : strippedHtml(text);
  const lines = textLines(part, text);
  return type === 1 ? crlfLines(lines) : htmlLines(lines);
}

/** Text at hand as plain text or HTML, converted where it is the other. */
export function textAsBody(
  source: { readonly type: 1 | 2; readonly text: string },
  type: 1 | 2,
): AsyncGenerator<string> {
  const text = once(source.text);
  if (source.type === 2) return type === 2 ? text : strippedHtml(text);
  return type === 1 ? crlfLines(linesOf(text)) : htmlLines(linesOf(text));
}

async function* once(text: string): AsyncGenerator<string> {
  yield text;
}

/** One shown part as HTML, without what it quotes; `cutter` tells how it went once the pieces are taken. */
export function uniqueBodyText(
  part: MimePart,
  encoded: AsyncIterable<Uint8Array>,
): { readonly pieces: AsyncGenerator<string>; readonly cutter: { readonly hasText: boolean } } {
  const text = partText(part, encoded);
  if (part.subtype === 'html') {
    const cutter = new UniqueHtml();
    return { pieces: cutBy(cutter, text), cutter };
  }
  const cutter = new UniqueText<Line>();
  return { pieces: htmlLines(cutBy(cutter, textLines(part, text))), cutter };
}

/** Stops reading where all the rest is quoted. */
async function* cutBy<Piece>(
  cutter: QuoteCutter<Piece>,
  source: AsyncIterable<Piece>,
): AsyncGenerator<Piece> {
  for await (const piece of source) {
    yield cutter.write(piece);
    if (cutter.ended) return;
  }
  yield cutter.end();
}

const textLines = (part: MimePart, text: AsyncIterable<string>): AsyncGenerator<Line[]> =>
  part.parameters['format']?.toLowerCase() === 'flowed' ? unflowed(text, part) : linesOf(text);

/** What stands between two shown parts. */
export const partSeparator = (type: 1 | 2): string => (type === 1 ? '\r\n\r\n' : '<br>\r\n');

interface Line {
  readonly text: string;
  /** False for a last line without a line end. */
  readonly ended: boolean;
}

/** A line longer than this is passed on in pieces, so that hostile text is never gathered. */
const longestLine = 64 * 1024;

async function* linesOf(text: AsyncIterable<string>): AsyncGenerator<Line[]> {
  let rest = '';
  for await (const piece of text) {
    const parts = (rest + piece).split(/\r\n|\n|\r(?!$)/);
    rest = parts.pop() ?? '';
    const lines = parts.map((line) => ({ text: line, ended: true }));
    if (rest.length > longestLine && !rest.endsWith('\r')) {
      lines.push({ text: rest, ended: false });
      rest = '';
    }
    if (lines.length > 0) yield lines;
  }
  if (rest !== '') yield [{ text: rest.replace(/\r$/, ''), ended: rest.endsWith('\r') }];
}

async function* unflowed(text: AsyncIterable<string>, part: MimePart): AsyncGenerator<Line[]> {
  const joiner = new FlowedJoiner(part.parameters['delsp']?.toLowerCase() === 'yes');
  const ended = (line: string): Line => ({ text: line, ended: true });
  for await (const lines of linesOf(text)) yield lines.flatMap((line) => joiner.line(line.text).map(ended));
  yield joiner.end().map(ended);
}

async function* crlfLines(source: AsyncIterable<Line[]>): AsyncGenerator<string> {
  for await (const lines of source)
    yield lines.map(({ text, ended }) => (ended ? `${text}\r\n` : text)).join('');
}

async function* htmlLines(source: AsyncIterable<Line[]>): AsyncGenerator<string> {
  yield '<html><body>\r\n';
  for await (const lines of source) {
    yield lines.map(({ text, ended }) => lineToHtml(text) + (ended ? '<br>\r\n' : '')).join('');
  }
  yield '</body></html>\r\n';
}

async function* strippedHtml(text: AsyncIterable<string>): AsyncGenerator<string> {
  const stripper = new HtmlStripper();
  for await (const piece of text) yield stripper.write(piece);
  yield stripper.end();
}
