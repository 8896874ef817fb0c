/**
 * Controls that end a WBXML string (NUL) or upset clients: C0 but tab, LF and CR; DEL; the two non-characters that XML
 * forbids. The pattern is built from numbers so that no control character stands in this file.
 */
const range = (from: number, to: number): string => `\\u${hex(from)}-\\u${hex(to)}`;
const hex = (code: number): string => code.toString(16).padStart(4, '0');
const controls = `${range(0x00, 0x08)}${range(0x0b, 0x0c)}${range(0x0e, 0x1f)}\\u007f${range(0xfffe, 0xffff)}`;
const forbidden = new RegExp(`[${controls}]`, 'g');
const forbiddenOnLine = new RegExp(`[${controls}\\r\\n\\t\\u2028\\u2029]+`, 'g');
const loneSurrogates = /\p{Surrogate}/gu;
const anySurrogate = /[\ud800-\udfff]/;

/** Text that may stand on several lines: controls dropped, broken UTF-16 replaced. */
export function cleanText(text: string): string {
  const cleaned = text.replace(forbidden, '');
  return anySurrogate.test(cleaned) ? cleaned.replace(loneSurrogates, '\ufffd') : cleaned;
}

/** Text for one line: as cleanText, and line ends and tabs become spaces, so that it can never start a header field. */
export function cleanLine(text: string): string {
  return cleanText(text.replace(forbiddenOnLine, ' ')).trim();
}
