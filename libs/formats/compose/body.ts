import { sortBodyParts, type BodyParts } from '../body-parts.js';
import { bodyText, partSeparator } from '../body-text.js';
import type { MimePart } from '../mime-part.js';
import { HtmlPiece } from './html-piece.js';
import { ContentIds, htmlAttribution, plainAttribution, quoteLines } from './quote.js';
import type { MadeEntity } from './segments.js';
import { textEntity, type Made } from './text-entity.js';
import { contentOf, type TakenMessage } from './taken-message.js';

/** A reply's or forwarded mail's text with the original's below it. */
export interface ComposedText {
  readonly plain: MadeEntity | null;
  readonly html: MadeEntity | null;
  /** What the quoted HTML shows of the original's parts. */
  readonly shown: ContentIds;
}

const isHtml = (part: MimePart): boolean => part.subtype === 'html';

/** In which forms a mail shows its text. */
const formsOf = ({ text, html }: BodyParts): { plain: boolean; html: boolean } => ({
  plain: text.some((part) => !isHtml(part)) || html.length === 0,
  html: html.some(isHtml),
});

/**
 * The written text and the original's, in each form the phone wrote. To a plain text below which HTML is to stand the HTML
 * form is added, so that a forwarded mail keeps its looks. `written` is null where the server writes the mail itself.
 */
export async function composeText(
  written: TakenMessage | null,
  original: TakenMessage,
  made: Made,
): Promise<ComposedText> {
  const own = written && sortBodyParts(written.mime.structure);
  const quoted = sortBodyParts(original.mime.structure);
  const forms = own ? formsOf(own) : { plain: true, html: false };
  const shown = new ContentIds();
  const html = forms.html || formsOf(quoted).html;
  return {
    plain: forms.plain
      ? await textEntity('plain', plainText(written, own?.text ?? [], original, quoted.text), made)
      : null,
    html: html
      ? await textEntity('html', htmlText(written, own?.html ?? [], original, quoted.html, shown), made)
      : null,
    shown,
  };
}

/** The shown parts of a mail, one after the other, as one text. */
async function* shownText(
  message: TakenMessage,
  parts: readonly MimePart[],
  type: 1 | 2,
): AsyncGenerator<string> {
  for (const [index, part] of parts.entries()) {
    if (index > 0) yield partSeparator(type);
    yield* bodyText(part, contentOf(message, part), type);
  }
}

async function* plainText(
  written: TakenMessage | null,
  own: readonly MimePart[],
  original: TakenMessage,
  quoted: readonly MimePart[],
): AsyncGenerator<string> {
  if (written) yield* shownText(written, own, 1);
  yield plainAttribution(original.fields);
  yield* quoteLines(shownText(original, quoted, 1));
}

async function* htmlText(
  written: TakenMessage | null,
  own: readonly MimePart[],
  original: TakenMessage,
  quoted: readonly MimePart[],
  shown: ContentIds,
): AsyncGenerator<string> {
  let hasFrame = false;
  for (const [index, part] of (written ? own : []).entries()) {
    const piece = new HtmlPiece(index === 0 ? 'outer' : 'inner');
    yield* throughPiece(piece, bodyText(part, contentOf(written!, part), 2));
    hasFrame ||= index === 0 && piece.hasFrame;
  }
  yield `${htmlAttribution(original.fields)}<div>`;
  for (const part of quoted) {
    for await (const text of throughPiece(
      new HtmlPiece('inner'),
      bodyText(part, contentOf(original, part), 2),
    )) {
      shown.look(text);
      yield text;
    }
  }
  yield `</div>\r\n${hasFrame ? '</body></html>\r\n' : ''}`;
}

async function* throughPiece(piece: HtmlPiece, html: AsyncIterable<string>): AsyncGenerator<string> {
  for await (const text of html) yield piece.write(text);
  yield piece.end();
}
