/** One element of a line: a string of bytes (each character one byte), or a bare word, number or parenthesis. */
export interface WireToken {
  readonly kind: 'string' | 'word';
  readonly value: string;
}

/** What a command was answered (RFC 5804 1.3). */
export interface Answer {
  readonly status: 'OK' | 'NO' | 'BYE';
  /** The response code's words: `QUOTA/MAXSIZE`, `TAG`; null without one. */
  readonly code: string | null;
  /** For people. */
  readonly text: string;
  /** The lines before the status. */
  readonly lines: readonly (readonly WireToken[])[];
}

/** More than any script or list of scripts needs, and little enough to hold. */
export const limits = { lineBytes: 16_384, literalBytes: 4 * 1024 * 1024, lines: 2000 } as const;

/** The server broke the rules or the limits. */
export class WireError extends Error {
  override readonly name = 'WireError';
}

/**
 * Reads one line, literals included, from the beginning of what has arrived. Null if it has not arrived whole. Throws
 * WireError.
 */
export function readLine(bytes: Buffer): { readonly tokens: WireToken[]; readonly length: number } | null {
  const tokens: WireToken[] = [];
  let at = 0;
  for (;;) {
    const end = bytes.indexOf('\r\n', at);
    if (end < 0) {
      if (bytes.length - at > limits.lineBytes) throw new WireError('a line without end');
      return null;
    }
    if (end - at > limits.lineBytes) throw new WireError('a line too long');
    const literal = readTokens(bytes.toString('latin1', at, end), tokens);
    at = end + 2;
    if (literal === null) return { tokens, length: at };
    if (literal > limits.literalBytes) throw new WireError('a literal too long');
    if (bytes.length < at + literal) return null;
    tokens.push({ kind: 'string', value: bytes.toString('latin1', at, at + literal) });
    at += literal;
  }
}

const tokenPattern = /\s*(?:"((?:[^"\\]|\\.)*)"|\{(\d{1,10})\+?\}$|([()]|[^\s"(){}]+))/gy;

/** Adds a line's tokens; the size of the literal it ends with, null if it ends without one. */
function readTokens(line: string, tokens: WireToken[]): number | null {
  tokenPattern.lastIndex = 0;
  let at = 0;
  while (line.slice(at).trim() !== '') {
    const match = tokenPattern.exec(line);
    if (!match) throw new WireError('a line nobody understands');
    at = tokenPattern.lastIndex;
    const [, quoted, literal, word] = match;
    if (literal !== undefined) return Number(literal);
    if (quoted !== undefined) tokens.push({ kind: 'string', value: quoted.replace(/\\(.)/g, '$1') });
    else tokens.push({ kind: 'word', value: word ?? '' });
  }
  return null;
}

/** The status of an answer, if the line is one. */
export function readStatus(tokens: readonly WireToken[]): Omit<Answer, 'lines'> | null {
  const [first, ...rest] = tokens;
  if (first?.kind !== 'word') return null;
  const status = first.value.toUpperCase();
  if (status !== 'OK' && status !== 'NO' && status !== 'BYE') return null;
  const close = rest.findIndex(({ kind, value }) => kind === 'word' && value === ')');
  const hasCode = rest[0]?.kind === 'word' && rest[0].value === '(' && close > 0;
  const text = rest.slice(hasCode ? close + 1 : 0).map(({ value }) => value);
  return {
    status,
    code: hasCode ? (rest[1]?.value.toUpperCase() ?? null) : null,
    text: utf8(text.join(' ')),
  };
}

/** The text of a string of bytes. */
export const utf8 = (bytes: string): string => Buffer.from(bytes, 'latin1').toString('utf8');

/** A string as an argument: quoted where that is plain, else a literal the server need not be asked about. */
export function argument(value: string | Buffer): Buffer {
  const bytes = typeof value === 'string' ? Buffer.from(value) : value;
  const isPlain = bytes.length < 1000 && /^[ !#-[\]-~]*$/.test(bytes.toString('latin1'));
  if (isPlain) return Buffer.concat([Buffer.from('"'), bytes, Buffer.from('"')]);
  return Buffer.concat([Buffer.from(`{${bytes.length}+}\r\n`), bytes]);
}
