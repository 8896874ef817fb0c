import { compactDateTime, dashedDateTime, parseDateTime } from './date-time.js';

/** How a value stands as text between two tags. */
export interface Datatype<In = unknown, Out = unknown> {
  /** As docs/protocol/support.md and error messages call it. */
  readonly name: string;
  /** Undefined: this value cannot be expressed, the element is left out. */
  format(this: void, value: In): string | undefined;
  /** Undefined: not a value of this type. Dates are the exception: see `lenient`. */
  parse(this: void, text: string): Out | undefined;
  /** What an element without content stands for; absent: it is judged like an empty text. */
  readonly empty?: Out;
  /** A text that cannot be parsed is left out instead of failing the request (quirks 4.6). */
  readonly lenient?: boolean;
  /** What values there are, for error messages and random generation. */
  readonly range?: ValueRange;
}

export interface ValueRange {
  readonly min?: number;
  readonly max?: number;
  readonly maxLength?: number;
  readonly values?: readonly (string | number)[];
}

/** Text of at most `maxLength` UTF-16 units. */
export const textType = (range: Pick<ValueRange, 'maxLength'> = {}): Datatype<string, string> => ({
  name: 'text',
  format: (value) => value,
  parse: (text) => (range.maxLength !== undefined && text.length > range.maxLength ? undefined : text),
  range,
});

/** Whole numbers. Values that have a Status of their own when out of range are declared without bounds. */
export const integerType = (range: Pick<ValueRange, 'min' | 'max'> = {}): Datatype<number, number> => {
  const { min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER } = range;
  return {
    name: 'integer',
    format: String,
    parse(text) {
      const value = /^\s*[+-]?\d{1,16}\s*$/.test(text) ? Number(text) : NaN;
      return value >= min && value <= max ? value : undefined;
    },
    range,
  };
};

/** One of a few whole numbers. */
export function enumType<const V extends number>(values: readonly V[]): Datatype<V, V> {
  const byText = new Map(values.map((value) => [String(value), value]));
  return { name: 'enum', format: String, parse: (text) => byText.get(text.trim()), range: { values } };
}

/** One of a few words. */
export function wordType<const V extends string>(values: readonly V[]): Datatype<V, V> {
  const byText = new Map(values.map((value) => [value.toLowerCase(), value]));
  return {
    name: 'word',
    format: (value) => value,
    parse: (text) => byText.get(text.trim().toLowerCase()),
    range: { values },
  };
}

const booleans = new Map([
  ['1', true],
  ['0', false],
  ['true', true],
  ['false', false],
]);

/** 0 or 1 (MS-ASDTYPE 2.1). `empty` tells what `<X/>` means where the specification gives that a meaning. */
export const booleanType = (empty?: boolean): Datatype<boolean, boolean> => ({
  name: 'boolean',
  format: (value) => (value ? '1' : '0'),
  parse: (text) => booleans.get(text.trim().toLowerCase()),
  ...(empty !== undefined && { empty }),
});

/** MS-ASDTYPE 2.4. */
export const doubleType: Datatype<number, number> = {
  name: 'double',
  format: (value) => (Number.isFinite(value) ? String(value) : undefined),
  parse(text) {
    const value = text.trim() === '' ? NaN : Number(text);
    return Number.isFinite(value) ? value : undefined;
  },
};

/** `2026-11-22T08:00:00.000Z`, MS-ASDTYPE 2.3: mail, tasks, contacts, flags (trap 78). */
export const dateTimeType: Datatype<Date, Date> = {
  name: 'dateTime',
  format: dashedDateTime,
  parse: parseDateTime,
  lenient: true,
};

/** `20261122T080000Z`, MS-ASDTYPE 2.7.2: calendar, notes (trap 78). */
export const compactDateTimeType: Datatype<Date, Date> = {
  name: 'compactDateTime',
  format: compactDateTime,
  parse: parseDateTime,
  lenient: true,
};

/** Bytes that travel as base64 text, not as an opaque block (trap 15). */
export const base64Type: Datatype<Uint8Array, Uint8Array> = {
  name: 'base64',
  format: (value) => Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64'),
  parse: (text) => (/^[A-Za-z0-9+/_=\s-]*$/.test(text) ? Buffer.from(text, 'base64') : undefined),
};

/** A value that may be taken away: null is the element without content, in both directions (trap 95). */
export const clearable = <T>(datatype: Datatype<T, T>): Datatype<T | null, T | null> => ({
  ...datatype,
  format: (value) => (value === null ? '' : datatype.format(value)),
  empty: null,
});
