/**
 * Keeps `${...}` from meaning anything in a string: rewrites the text before it is quoted. Scripts that require neither
 * `variables` nor `encoded-character` need none.
 */
export type Guard = (text: string) => string;

/** What can stand in a quoted string or a line: no line ends, no NUL (RFC 5228 2.4.2). */
const oneLine = (text: string): string => text.replace(/[\r\n\0]/g, '');

/** A quoted string. */
export function quoted(text: string, guard: Guard): string {
  return `"${guard(oneLine(text)).replace(/["\\]/g, '\\$&')}"`;
}

/** A list of quoted strings. */
export const quotedList = (texts: readonly string[], guard: Guard): string =>
  `[${texts.map((text) => quoted(text, guard)).join(', ')}]`;

/** A multi-line string: every line end a CRLF, no line a dot alone. Ends with the line end the grammar wants. */
export function multiLine(text: string, guard: Guard): string {
  const lines = guard(text.replaceAll('\0', '')).split(/\r\n|\r|\n/);
  while (lines.at(-1) === '') lines.pop();
  return `text:\r\n${lines.map((line) => `${line.startsWith('.') ? '.' : ''}${line}\r\n`).join('')}.\r\n`;
}
