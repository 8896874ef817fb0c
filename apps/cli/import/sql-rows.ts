import { ByteCollector, type ByteSource } from './byte-source.js';
import type { TableRow } from './table-row.js';

/** Columns of the states table in the order Z-Push makes them, for statements that name none. */
const COLUMNS = [
  'id_state',
  'device_id',
  'uuid',
  'state_type',
  'counter',
  'state_data',
  'created_at',
  'updated_at',
];

const code = (character: string): number => character.charCodeAt(0);
const LF = code('\n');
const TAB = code('\t');
const BACKSLASH = code('\\');
const APOSTROPHE = code("'");
const SEMICOLON = code(';');
const OPEN = code('(');
const CLOSE = code(')');
const COMMA = code(',');

const isBlank = (byte: number): boolean => byte === 0x20 || (byte >= 0x09 && byte <= 0x0d);
const isWord = (byte: number): boolean =>
  (byte >= 0x30 && byte <= 0x39) ||
  (byte >= 0x41 && byte <= 0x5a) ||
  (byte >= 0x61 && byte <= 0x7a) ||
  byte === 0x5f;
const isQuote = (byte: number): boolean => byte === APOSTROPHE || byte === code('"') || byte === code('`');

/** What MySQL and PostgreSQL's COPY write after a backslash; any other character stands for itself. */
const escapes: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, b: 8, f: 12, v: 11, 0: 0, Z: 26 };
const unescaped = (byte: number): number => escapes[String.fromCharCode(byte)] ?? byte;

class SqlReader {
  private readonly collector = new ByteCollector();

  constructor(
    private readonly source: ByteSource,
    private readonly isPostgres: boolean,
  ) {}

  /** All rows of all INSERT and COPY statements. */
  *rows(): Generator<TableRow> {
    for (;;) {
      this.skipBlanks();
      if (this.source.peek() < 0) return;
      const word = this.word().toUpperCase();
      if (word === 'INSERT' || word === 'REPLACE') yield* this.insert();
      else if (word === 'COPY') yield* this.copy();
      else this.skipStatement();
    }
  }

  /** Blanks and comments. */
  private skipBlanks(): void {
    for (let byte = this.source.peek(); byte >= 0; byte = this.source.peek()) {
      if (isBlank(byte)) this.source.next();
      else if (byte === code('-') || byte === code('#')) this.skipTo(LF);
      else if (byte === code('/')) this.skipTo(code('/'), code('*'));
      else return;
    }
  }

  /** Past the next such byte, if one is given only where it follows another. */
  private skipTo(end: number, before?: number): void {
    let last = this.source.next();
    for (let byte = this.source.next(); byte >= 0; byte = this.source.next()) {
      if (byte === end && (before === undefined || last === before)) return;
      last = byte;
    }
  }

  private word(): string {
    let word = '';
    while (isWord(this.source.peek()) && word.length < 100) word += String.fromCharCode(this.source.next());
    return word;
  }

  private skipStatement(): void {
    for (let byte = this.source.next(); byte >= 0 && byte !== SEMICOLON; byte = this.source.next()) {
      if (isQuote(byte)) this.skipText(byte);
    }
  }

  private skipText(quote: number): void {
    this.text(quote, !this.isPostgres && quote === APOSTROPHE);
  }

  /** After the first quote. A doubled one stands for itself. */
  private text(quote: number, hasEscapes: boolean): Buffer {
    for (let byte = this.source.next(); byte >= 0; byte = this.source.next()) {
      if (byte === BACKSLASH && hasEscapes) this.collector.push(unescaped(this.source.next()));
      else if (byte !== quote) this.collector.push(byte);
      else if (this.source.peek() === quote) this.collector.push(this.source.next());
      else break;
    }
    return this.collector.take();
  }

  /** A name with or without quotes; of `schema.table` the last part. */
  private name(): string {
    this.skipBlanks();
    let name = '';
    for (;;) {
      const byte = this.source.peek();
      if (isQuote(byte)) name = this.text(this.source.next(), false).toString('latin1');
      else name = this.word();
      if (this.source.peek() !== code('.')) return name;
      this.source.next();
    }
  }

  /** `(a, b, c)`; the usual ones where there is no parenthesis. */
  private columns(): string[] {
    this.skipBlanks();
    if (this.source.peek() !== OPEN) return COLUMNS;
    const names: string[] = [];
    do {
      this.source.next();
      names.push(this.name().toLowerCase());
      this.skipBlanks();
    } while (this.source.peek() === COMMA);
    this.source.next();
    return names;
  }

  private *insert(): Generator<TableRow> {
    let table = this.name();
    while (/^(into|ignore|low_priority|delayed)$/i.test(table)) table = this.name();
    const columns = this.columns();
    this.skipBlanks();
    if (!/^values?$/i.test(this.word())) return this.skipStatement();
    for (;;) {
      this.skipBlanks();
      const { at } = this.source;
      if (this.source.peek() !== OPEN) return this.skipStatement();
      yield { table, values: this.tuple(columns), at };
      this.skipBlanks();
      if (this.source.peek() !== COMMA) return this.skipStatement();
      this.source.next();
    }
  }

  private tuple(columns: readonly string[]): Map<string, Buffer | null> {
    const values = new Map<string, Buffer | null>();
    for (let index = 0; this.source.next() !== CLOSE && this.source.peek() >= 0; index++) {
      values.set(columns[index] ?? String(index), this.value());
      this.skipBlanks();
      if (this.source.peek() === CLOSE) {
        this.source.next();
        break;
      }
    }
    return values;
  }

  /** A value up to the comma or parenthesis after it: NULL, a number, a text, or one with a word before (`_binary`, `E`, `X`). */
  private value(): Buffer | null {
    let value = null as Buffer | null;
    for (;;) {
      this.skipBlanks();
      const byte = this.source.peek();
      if (byte < 0 || byte === COMMA || byte === CLOSE) return value;
      if (byte === APOSTROPHE || byte === code('"')) {
        const prefix: string | undefined = value?.toString('latin1').toUpperCase();
        const text = this.text(this.source.next(), !this.isPostgres || prefix === 'E');
        value = prefix === 'X' ? Buffer.from(text.toString('latin1'), 'hex') : text;
      } else {
        const word = isWord(byte) ? this.word() : String.fromCharCode(this.source.next());
        value = word.toUpperCase() === 'NULL' ? null : this.wordOrHex(word);
      }
    }
  }

  /** A word; `0x` and more than a word holds is read on. */
  private wordOrHex(word: string): Buffer {
    for (const character of word) this.collector.push(code(character));
    while (isWord(this.source.peek())) this.collector.push(this.source.next());
    return this.collector.take();
  }

  /** PostgreSQL's COPY ... FROM stdin: a line a row, tabs between, up to a line of `\.`. */
  private *copy(): Generator<TableRow> {
    const table = this.name();
    const columns = this.columns();
    this.skipTo(LF, SEMICOLON);
    while (this.source.peek() >= 0) {
      const { at } = this.source;
      const fields = this.copyLine();
      if (fields === null) return;
      yield { table, values: new Map(columns.map((name, index) => [name, fields[index] ?? null])), at };
    }
  }

  private copyLine(): (Buffer | null)[] | null {
    const fields: (Buffer | null)[] = [];
    let isNull = false;
    for (;;) {
      const byte = this.source.next();
      if (byte === BACKSLASH) {
        const escaped = this.source.next();
        if (escaped === code('.') && fields.length === 0) {
          if (this.source.peek() === LF) this.source.next();
          return null;
        }
        if (escaped === code('N')) isNull = true;
        else this.collector.push(unescaped(escaped));
      } else if (byte === TAB || byte === LF || byte < 0) {
        const value = this.collector.take();
        fields.push(isNull ? null : value);
        isNull = false;
        if (byte !== TAB) return fields;
      } else this.collector.push(byte);
    }
  }
}

/** Rows of a dump as mysqldump and pg_dump write it. */
export const sqlRows = (source: ByteSource, isPostgres: boolean): Generator<TableRow> =>
  new SqlReader(source, isPostgres).rows();
