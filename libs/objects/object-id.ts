import { createHash } from 'node:crypto';

/** In the order of their codes, so that ids of one object's occurrences sort by time. */
const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const base = BigInt(digits.length);
const objectLength = 9;
const occurrenceLength = 5;
/** As many minutes as five digits can count: 1,741 years. */
const occurrenceSpan = digits.length ** occurrenceLength;
const millisecondsPerMinute = 60_000;
const anId = new RegExp(`^[0-9A-Za-z]{${objectLength}}([0-9A-Za-z]{${occurrenceLength}})?$`);

function inDigits(value: bigint, length: number): string {
  let text = '';
  for (let rest = value; text.length < length; rest /= base) text = digits[Number(rest % base)]! + text;
  return text;
}

/** The feed's id of an object, by its name in its folder. */
export const objectId = (name: string): string =>
  inDigits(createHash('sha256').update(name).digest().readBigUInt64BE(0), objectLength);

/** The feed's id of one occurrence of an object. Starts from 1099 to 2840 have ids of their own, seconds do not count. */
export function occurrenceId(object: string, start: Date): string {
  const minutes = Math.floor(start.getTime() / millisecondsPerMinute);
  // What lies before 1970 is counted down from the end, as negative numbers are.
  const within = ((minutes % occurrenceSpan) + occurrenceSpan) % occurrenceSpan;
  return object + inDigits(BigInt(within), occurrenceLength);
}

/** What an id means. */
export interface ItemAddress {
  /** Id of the object. */
  readonly object: string;
  /** Original start of the occurrence that is meant, to the minute; null: the object itself. */
  readonly occurrence: Date | null;
}

/** Null for an id that is none of ours. */
export function parseItemId(id: string): ItemAddress | null {
  if (!anId.test(id)) return null;
  const object = id.slice(0, objectLength);
  if (id.length === objectLength) return { object, occurrence: null };
  const value = [...id.slice(objectLength)].reduce((sum, digit) => sum * 62 + digits.indexOf(digit), 0);
  const minutes = value >= occurrenceSpan / 2 ? value - occurrenceSpan : value;
  return { object, occurrence: new Date(minutes * millisecondsPerMinute) };
}

/** Id of the object that an item belongs to. */
export const objectOf = (id: string): string => id.slice(0, objectLength);

/** A string behind all ids of an object and its occurrences, and before those of the next object. */
export const behindObject = (object: string): string => `${object}~`;

/** A version for the feed of an ETag of any length. */
export const feedVersion = (etag: string): string =>
  createHash('sha256').update(etag).digest('base64url').slice(0, 22);
