import { comparisons, fieldOf, isProperty, type KqlRestriction } from './kql-properties.js';

export type KqlToken =
  | { readonly kind: 'open' | 'close' | 'and' | 'or' | 'not' }
  | { readonly kind: 'words'; readonly text: string }
  | ({ readonly kind: 'restriction' } & KqlRestriction);

/** Operators are written in capitals; in small letters they are words (MS-KQL 2.1.8). */
const operators: Readonly<Record<string, 'and' | 'or' | 'not'>> = { AND: 'and', OR: 'or', NOT: 'not' };

const blank = /[\s\p{Cc}]+/uy;
const quoted = /"([^"]*)"?/y;
const run = /[^\s\p{Cc}()"]+/uy;
const propertyRun = /^([A-Za-z]{2,20})(:|>=|<=|<>|=|<|>)(.*)$/s;

/** Splits a query into its tokens; takes any text. Phones make “typographic” quotes of those the user types. */
export function lexKql(query: string): KqlToken[] {
  const text = query.replace(/[“”„‟]/g, '"');
  const tokens: KqlToken[] = [];
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match) at = pattern.lastIndex;
    return match;
  };
  while (at < text.length) {
    if (take(blank)) continue;
    const char = text[at]!;
    if (char === '(' || char === ')') {
      at++;
      tokens.push({ kind: char === '(' ? 'open' : 'close' });
    } else if ((char === '-' || char === '+') && /^[^\s)+-]/.test(text.slice(at + 1, at + 2))) {
      at++;
      if (char === '-') tokens.push({ kind: 'not' });
    } else if (char === '"') {
      tokens.push({ kind: 'words', text: take(quoted)?.[1] ?? '' });
    } else {
      const word = take(run)?.[0] ?? text[at++]!;
      const property = propertyOf(word);
      if (!property) tokens.push(wordOf(word));
      else if (property.value !== '') tokens.push(property);
      else if (text[at] === '(') tokens.push({ ...property, value: null });
      else if (text[at] === '"') {
        const value = take(quoted)?.[1] ?? '';
        tokens.push({ ...property, value, text: `${word}${value}` });
      } else tokens.push(property);
    }
  }
  return tokens;
}

function wordOf(word: string): KqlToken {
  const operator = Object.hasOwn(operators, word) ? operators[word] : undefined;
  return operator ? { kind: operator } : { kind: 'words', text: word };
}

function propertyOf(word: string): Extract<KqlToken, { kind: 'restriction' }> | null {
  const [, written = '', sign = '', rest = ''] = propertyRun.exec(word) ?? [];
  const name = written.toLowerCase();
  if (!isProperty(name)) return null;
  // `received:>=...` is said as often as `received>=...`.
  const second = sign === ':' ? comparisons.find((each) => rest.startsWith(each)) : undefined;
  const comparison = second ?? comparisons.find((each) => each === sign) ?? '=';
  return {
    kind: 'restriction',
    name,
    comparison,
    value: rest.slice(second?.length ?? 0),
    field: fieldOf(name),
    text: word,
  };
}
