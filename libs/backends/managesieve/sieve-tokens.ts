/** A token of a Sieve script (RFC 5228 8.1), and where it stands. */
export interface SieveToken {
  readonly kind: 'identifier' | 'tag' | 'number' | 'string' | 'punctuation' | 'comment';
  /** Identifiers and tags lower-cased, strings without their quotes and escapes. */
  readonly value: string;
  readonly start: number;
  readonly end: number;
}

const space = /\s+/y;
const patterns: readonly (readonly [SieveToken['kind'], RegExp, (match: RegExpExecArray) => string])[] = [
  ['comment', /#[^\n]*(?:\n|$)|\/\*[^]*?\*\//y, ([text]) => text],
  // The multi-line string comes before the identifier `text` it begins with; a line with a dot alone ends it.
  [
    'string',
    /text:[ \t]*(?:#[^\n]*)?\r?\n((?:(?!\.\r?\n|\.$)[^\n]*\n)*)\.(?:\r?\n|$)/iy,
    ([, lines = '']) => lines.replace(/^\.\./gm, '.'),
  ],
  ['string', /"((?:[^"\\]|\\[^])*)"/y, ([, text = '']) => text.replace(/\\([^])/g, '$1')],
  ['tag', /:[a-z_]\w*/iy, ([text]) => text.toLowerCase()],
  ['identifier', /[a-z_]\w*/iy, ([text]) => text.toLowerCase()],
  ['number', /\d+[kmg]?/iy, ([text]) => text],
  ['punctuation', /[[\](){},;]/y, ([text]) => text],
];

/** The tokens of a script, comments included, up to its end or to what is no Sieve. */
export function* sieveTokens(script: string): Generator<SieveToken, void> {
  let at = 0;
  while (at < script.length) {
    space.lastIndex = at;
    if (space.test(script)) at = space.lastIndex;
    const token = tokenAt(script, at);
    if (!token) return;
    yield token;
    at = token.end;
  }
}

function tokenAt(script: string, start: number): SieveToken | null {
  for (const [kind, pattern, valueOf] of patterns) {
    pattern.lastIndex = start;
    const match = pattern.exec(script);
    if (match) return { kind, value: valueOf(match), start, end: pattern.lastIndex };
  }
  return null;
}
