import { searchText, type MailField, type MailQuery } from '#backend';
import { lexKql, type KqlToken } from './kql-tokens.js';
import { restriction } from './kql-properties.js';

/** More than this nobody types: what a query costs the source must not be the sender's choice. */
const MAX_CHARACTERS = 2_048;
const MAX_TERMS = 64;
const MAX_DEPTH = 16;

class TooComplex extends Error {}

/**
 * A search as a user types it, in the Keyword Query Language (MS-KQL): words and "phrases", which all have to be there,
 * AND, OR, NOT and -word, parentheses, and restrictions as `from:ada` or `received>=2026-01-02`. What means nothing in
 * it is words, too. `nothing`: there is not a word to look for. `now`, in milliseconds, says what today is. Never throws.
 */
export function parseKql(text: string, now: number): MailQuery | 'nothing' | 'too-complex' {
  if (text.length > MAX_CHARACTERS) return 'too-complex';
  try {
    return new Parser(lexKql(text), now).parse() ?? 'nothing';
  } catch (error) {
    if (error instanceof TooComplex) return 'too-complex';
    throw error;
  }
}

/** Recursive descent: OR binds least, then AND, which may be left out, then NOT. */
class Parser {
  #at = 0;
  #terms = 0;

  constructor(
    private readonly tokens: readonly KqlToken[],
    private readonly now: number,
  ) {}

  parse(): MailQuery | null {
    const parts: MailQuery[] = [];
    while (this.#at < this.tokens.length) {
      const part = this.#either('any', 0);
      if (part) parts.push(part);
      // A bracket that closes nothing.
      if (this.#peek()?.kind === 'close') this.#at++;
    }
    return allOf(parts);
  }

  #peek(): KqlToken | undefined {
    return this.tokens[this.#at];
  }

  #either(field: MailField, depth: number): MailQuery | null {
    if (depth > MAX_DEPTH) throw new TooComplex();
    const parts: MailQuery[] = [];
    do {
      const part = this.#together(field, depth);
      if (part) parts.push(part);
    } while (this.#takes('or'));
    return parts.length > 1 ? { any: parts } : (parts[0] ?? null);
  }

  #together(field: MailField, depth: number): MailQuery | null {
    const parts: MailQuery[] = [];
    for (;;) {
      const token = this.#peek();
      if (!token || token.kind === 'or' || token.kind === 'close') return allOf(parts);
      if (this.#takes('and')) continue;
      const part = this.#one(field, depth);
      if (part) parts.push(part);
    }
  }

  #one(field: MailField, depth: number): MailQuery | null {
    let isNot = false;
    while (this.#takes('not')) isNot = !isNot;
    const query = this.#primary(field, depth);
    return query && isNot ? { not: query } : query;
  }

  #primary(field: MailField, depth: number): MailQuery | null {
    const token = this.#peek();
    if (!token) return null;
    switch (token.kind) {
      case 'open':
        this.#at++;
        return this.#group(field, depth);
      case 'words':
        this.#at++;
        return this.#words(field, token.text);
      case 'restriction':
        this.#at++;
        return this.#restriction(token, depth);
      default:
        // An operator in the place of what it joins: whoever called goes on with it.
        return null;
    }
  }

  #group(field: MailField, depth: number): MailQuery | null {
    const inner = this.#either(field, depth + 1);
    this.#takes('close');
    return inner;
  }

  #restriction(token: Extract<KqlToken, { kind: 'restriction' }>, depth: number): MailQuery | null {
    if (token.value === null) {
      // `subject:(a OR b)`
      const { field } = token;
      this.#takes('open');
      return this.#group(field ?? 'any', depth);
    }
    if (searchText(token.value) === '') return null;
    this.#count();
    return restriction(token, this.now) ?? this.#words('any', token.text);
  }

  /** Asterisks stand for more letters, which substrings do anyway; signs alone are no words. */
  #words(field: MailField, raw: string): MailQuery | null {
    const text = searchText(raw.replace(/^\*+|\*+$/g, ''));
    if (/^[\p{P}\s]*$/u.test(text)) return null;
    this.#count();
    return { field, text };
  }

  #takes(kind: KqlToken['kind']): boolean {
    if (this.#peek()?.kind !== kind) return false;
    this.#at++;
    return true;
  }

  #count(): void {
    if (++this.#terms > MAX_TERMS) throw new TooComplex();
  }
}

const allOf = (parts: readonly MailQuery[]): MailQuery | null =>
  parts.length > 1 ? { all: parts } : (parts[0] ?? null);
