import { comparisons, fieldOf, isProperty, type KqlRestriction } from './kql-properties.js';

export type KqlToken =
  | { readonly kind: 'open' | 'close' | 'and' | 'or' | 'not' }
  | { readonly kind: 'words'; readonly text: string }
  | ({ readonly kind: 'restriction' } & KqlRestriction);

/** Operators are written in capitals; in small letters they are words (MS-KQL 2.1.8). */
const operators: Readonly<Record<string, 'and' | 'or' | 'not'>> = { AND: 'and', OR: 'or', NOT: 'not' };

const signs: Readonly<Record<string, KqlToken>> = {
  '(': { kind: 'open' },
  ')': { kind: 'close' },
  '-': { kind: 'not' },
};

const blank = /[\s\p{Cc}]+/uy;
const quoted = /"([^"]*)"?/y;
const leadingSign = /[()]|[-+](?=[^\s)+-])/y;
const run = /[^\s\p{Cc}()"]+/uy;
const propertyRun = /^([A-Za-z]{2,20})(:|>=|<=|<>|=|<|>)(.*)$/s;

/** Splits a query into its tokens; takes any text. Phones make “typographic” quotes of those the user types. */
export const lexKql = (query: string): KqlToken[] => [...new Lexer(query.replace(/[“”„‟]/g, '"')).tokens()];

class Lexer {
  #at = 0;

  constructor(private readonly text: string) {}

  *tokens(): Generator<KqlToken> {
    while (this.#at < this.text.length) {
      const token = this.#take(blank) ? null : (this.#sign() ?? this.#quoted() ?? this.#run());
      if (token) yield token;
    }
  }

  #take(pattern: RegExp): string | null {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.text);
    if (!match) return null;
    this.#at = pattern.lastIndex;
    return match[1] ?? match[0];
  }

  /** Brackets, and the minus before what must not be there; a plus says what is so anyway. */
  #sign(): KqlToken | null {
    const sign = this.#take(leadingSign);
    return sign === null ? null : (signs[sign] ?? null);
  }

  #quoted(): KqlToken | null {
    const text = this.#take(quoted);
    return text === null ? null : { kind: 'words', text };
  }

  #run(): KqlToken | null {
    const word = this.#take(run);
    const property = word === null ? null : propertyOf(word);
    if (word === null || !property) return word === null ? null : wordOf(word);
    if (property.value !== '') return property;
    if (this.text[this.#at] === '(') return { ...property, value: null };
    const value = this.#take(quoted) ?? '';
    return { ...property, value, text: `${word}${value}` };
  }
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
