/** Escapes of values in vCards (RFC 6350 3.4, RFC 2426 4). */

const meanings: Readonly<Record<string, string>> = { n: '\n', N: '\n' };

/** A value as people read it. A backslash before any other character stands for itself. */
export const unescapeText = (value: string): string =>
  value.includes('\\')
    ? value.replace(/\\([nN,;:\\])/g, (_all, char: string) => meanings[char] ?? char)
    : value;

/** Text as a value. vCard 2.1 knows no escape of commas, and encodes line ends otherwise. */
export const escapeText = (text: string, version: string): string =>
  version === '2.1'
    ? text.replace(/[\\;]/g, '\\$&')
    : text.replace(/[\\,;]/g, '\\$&').replace(/\r\n|\r|\n/g, '\\n');

/** An address of the net as a value: commas and semicolons belong to it. */
export const escapeUri = (text: string): string => text.replace(/\\/g, '\\\\').replace(/\r\n|\r|\n/g, '\\n');

/** The parts of a value between separators that are not escaped; escapes stay. All behind the last of `most` is in it. */
export function splitValue(value: string, separator: ';' | ',', most = Infinity): string[] {
  const parts: string[] = [];
  let from = 0;
  for (let at = 0; at < value.length && parts.length + 1 < most; at++) {
    if (value[at] === '\\') at++;
    else if (value[at] === separator) {
      parts.push(value.slice(from, at));
      from = at + 1;
    }
  }
  parts.push(value.slice(from));
  return parts;
}

/** One component of a structured value (N, ADR): its several values are read as one. */
export const componentText = (component: string | undefined): string =>
  component === undefined ? '' : splitValue(component, ',').map(unescapeText).join(', ');
