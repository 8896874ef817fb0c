/**
 * How much room texts take on a terminal, and texts a terminal may be shown. Names of devices and user agents are whatever a
 * phone says: an escape sequence in one of them must not move an administrator's cursor.
 */

// Characters that are commands to a terminal, or turn the direction of writing.
const COMMANDING = /[\p{Cc}\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\u2028\u2029]/gu;

/** The text without anything a terminal would obey: such characters are shown as `\xNN`. */
export const printable = (text: string): string =>
  text.replace(COMMANDING, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return code < 0x100
      ? `\\x${code.toString(16).padStart(2, '0')}`
      : `\\u${code.toString(16).padStart(4, '0')}`;
  });

/** First and last characters of the ranges that take two columns (Unicode East_Asian_Width W and F). */
const WIDE: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x231a, 0x231b],
  [0x23e9, 0x23ec],
  [0x2e80, 0x303e],
  [0x3041, 0x33ff],
  [0x3400, 0x4dbf],
  [0x4e00, 0x9fff],
  [0xa000, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff01, 0xff60],
  [0xffe0, 0xffe6],
  [0x1f300, 0x1f64f],
  [0x1f680, 0x1f6ff],
  [0x1f900, 0x1faff],
  [0x20000, 0x3fffd],
];

const isWide = (code: number): boolean => WIDE.some(([first, last]) => code >= first && code <= last);

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });
const ASCII = /^[\x20-\x7e]*$/;
const NOTHING = /^[\p{Mn}\p{Me}\p{Cf}]/u;
const EMOJI = /\p{Emoji_Presentation}|\ufe0f/u;

/** Columns of one character as people count them, marks and joined emoji included. */
function columnsOf(grapheme: string): number {
  if (NOTHING.test(grapheme)) return 0;
  return isWide(grapheme.codePointAt(0) ?? 0) || EMOJI.test(grapheme) ? 2 : 1;
}

/** Columns a printable text takes. */
export function widthOf(text: string): number {
  if (ASCII.test(text)) return text.length;
  let width = 0;
  for (const { segment } of segmenter.segment(text)) width += columnsOf(segment);
  return width;
}

/** The text in at most so many columns; what is left out is told by an ellipsis. */
export function truncate(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text;
  if (columns < 1) return '';
  let kept = '';
  let width = 0;
  for (const { segment } of segmenter.segment(text)) {
    const next = width + columnsOf(segment);
    if (next > columns - 1) break;
    kept += segment;
    width = next;
  }
  return `${kept}…`;
}

/** The text filled up with blanks to so many columns. */
export function fill(text: string, columns: number, side: 'left' | 'right' = 'left'): string {
  const blanks = ' '.repeat(Math.max(0, columns - widthOf(text)));
  return side === 'left' ? text + blanks : blanks + text;
}
