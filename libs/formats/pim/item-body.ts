import type { BodyPreference, View } from '#backend';
import { cleanText } from '../clean-text.js';
import { cutPosition } from '../cut-text.js';
import { htmlToText, lineToHtml, previewOf, previewOfHtml } from '../html-text.js';

/** The text of a contact, event, task or note, as it is stored or as a phone gives it. */
export interface ItemText {
  /** 1 plain text, 2 HTML. */
  readonly type: 1 | 2;
  readonly text: string;
}

/** What `itemBody` makes: an airsyncbase Body whose Data is at hand. */
export interface ItemBody {
  readonly Type: 1 | 2;
  /** Bytes of UTF-8 of the whole text in this type. */
  readonly EstimatedDataSize: number;
  readonly Truncated?: true;
  readonly Data?: string;
  readonly Preview?: string;
}

/** What a phone sent: all that is of interest here. */
interface PhoneBody {
  readonly Type: number;
  readonly Truncated?: boolean | undefined;
  readonly Data?: string | undefined;
}

/**
 * The Body element of an item in the type the phone wants, cut as it wants (MS-ASAIRS 2.2.2.9, 2.2.2.12). The stored type
 * comes first if the phone takes it; another is converted for this answer alone (trap 99). An item without a text has a
 * Body without Data, so that a phone lets go of what it had. NativeBodyType is the source's `type`.
 */
export function itemBody(source: ItemText | null, view: View): ItemBody {
  const stored: ItemText = source ?? { type: 1, text: '' };
  const wanted = inOrder(stored.type, view);
  for (const [index, preference] of wanted.entries()) {
    const body = cutBody(stored, preference, view, index === wanted.length - 1);
    if (body) return body;
  }
  return { Type: stored.type, EstimatedDataSize: 0 };
}

type TextPreference = BodyPreference & { readonly type: 1 | 2 };

/**
 * Who names no type gets plain text, which every phone can show: HTML is for those that asked. RTF is never made: who asks for
 * nothing else gets HTML. Items have no MIME: who asks for that alone gets what is stored.
 */
function inOrder(native: 1 | 2, view: View): readonly TextPreference[] {
  const texts = view.bodyPreferences.filter((wish): wish is TextPreference => wish.type <= 2);
  if (texts.length > 0) {
    return [...texts.filter(({ type }) => type === native), ...texts.filter(({ type }) => type !== native)];
  }
  const [first] = view.bodyPreferences;
  if (!first) return [{ type: 1 }];
  return [{ ...first, type: first.type === 3 ? 2 : native }];
}

/** Null if it must not be cut, would be, and another choice follows. */
function cutBody(
  source: ItemText,
  { type, truncationSize, allOrNone, preview }: TextPreference,
  view: View,
  last: boolean,
): ItemBody | null {
  const text = textAs(source, type);
  const bytes = Buffer.from(text, 'utf8');
  const size = { Type: type, EstimatedDataSize: bytes.length };
  if (bytes.length === 0) return size;
  const shown = view.protocolVersion >= 140 ? previewText(text, type, Math.min(255, preview ?? 0)) : '';
  if (truncationSize === undefined || bytes.length <= truncationSize) {
    // MS-ASAIRS 2.2.2.35.1: no preview beside plain text that is itself returned.
    return { ...size, Data: text, ...(type === 2 && shown !== '' ? { Preview: shown } : {}) };
  }
  if (allOrNone === true && !last) return null;
  const end = allOrNone === true ? 0 : cutPosition(bytes, truncationSize, type === 2);
  return {
    ...size,
    Truncated: true,
    ...(end > 0 ? { Data: bytes.subarray(0, end).toString('utf8') } : {}),
    ...(shown !== '' && (type === 2 || end === 0) ? { Preview: shown } : {}),
  };
}

function previewText(text: string, type: 1 | 2, length: number): string {
  if (length === 0) return '';
  return type === 2 ? previewOfHtml(text, length) : previewOf(text, length);
}

/** A text in the type that is asked for, lines of plain text ended by CRLF as Android needs them. */
export function textAs(source: ItemText, type: 1 | 2): string {
  const text = cleanText(source.text);
  if (source.type === type) return type === 1 ? text.replace(/\r\n|\r|\n/g, '\r\n') : text;
  if (text === '') return '';
  if (type === 1) return htmlToText(text).trimEnd();
  const lines = text.split(/\r\n|\r|\n/).map(lineToHtml);
  return `<html><body>\r\n${lines.join('<br>\r\n')}\r\n</body></html>\r\n`;
}

/**
 * What a phone says of an item's text. Null: nothing (MS-ASCMD 2.2.3.24: a Body without Data leaves the text alone); so does
 * a text the phone itself calls cut, which would take away what it never had, and RTF or MIME, which are never stored. An
 * empty text takes the text away.
 */
export function phoneText(body: PhoneBody | undefined): ItemText | null {
  if (body?.Data === undefined || body.Truncated === true) return null;
  if (body.Type !== 1 && body.Type !== 2) return null;
  return { type: body.Type, text: cleanText(body.Data) };
}

/**
 * What of a phone's Body is news, given what is stored: null if nothing is. A phone that was shown a conversion sends the
 * conversion back with the next change of something else; that must not replace what it was made of (trap 99). One that was
 * shown the beginning (`TruncationSize`) calls it cut or leaves Data out.
 */
export function changedText(stored: ItemText | null, body: PhoneBody | undefined): ItemText | null {
  const said = phoneText(body);
  if (!said) return null;
  const shown: ItemText = {
    type: said.type,
    text: textAs(stored ?? { type: said.type, text: '' }, said.type),
  };
  const converted = stored !== null && stored.type !== said.type;
  const same = converted ? words(said) === words(shown) : lines(said.text) === lines(shown.text);
  return same ? null : said;
}

/** The text as stored text has it: plain, lines ended by LF, without white space at the end. */
export const asPlain = (text: ItemText): string => lines(textAs(text, 1));

const lines = (text: string): string => text.replace(/\r\n?/g, '\n').trimEnd();

/** What two texts have in common that went through a conversion: nobody tells white space apart then. */
const words = (text: ItemText): string =>
  asPlain(text)
    .replace(/[\s\u00a0]+/g, ' ')
    .trim();
