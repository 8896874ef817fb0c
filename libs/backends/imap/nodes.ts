/** What imapflow's parser makes of an answer: atoms, strings and literals as objects, lists as arrays, NIL as null. */
export interface Token {
  readonly type: string;
  readonly value?: unknown;
  readonly section?: readonly Node[];
  readonly partial?: readonly number[];
}
export type Node = Token | null | readonly Node[];

export interface Untagged {
  /** The word of the answer, or the number it begins with. */
  readonly command: string;
  readonly attributes?: readonly Node[];
  /** The numbers of a SEARCH answer, which the parser reads faster than other lists. */
  readonly numbers?: readonly number[];
}

export const isList = (node: Node | undefined): node is readonly Node[] => Array.isArray(node);

const isToken = (node: Node | undefined): node is Token =>
  node !== null && node !== undefined && !isList(node);

/** Text of an atom, string or literal; null of NIL and lists. Literals are read as UTF-8. */
export function text(node: Node | undefined): string | null {
  if (!isToken(node)) return null;
  if (typeof node.value === 'string') return node.value;
  return Buffer.isBuffer(node.value) ? node.value.toString('utf8') : null;
}

/** Bytes of a string or literal; null of NIL. */
export function bytes(node: Node | undefined): Uint8Array | null {
  if (!isToken(node)) return null;
  if (Buffer.isBuffer(node.value)) return node.value;
  return typeof node.value === 'string' ? Buffer.from(node.value, 'utf8') : null;
}

/** A whole number up to 2^53, or null. */
export function number(node: Node | undefined): number | null {
  const digits = text(node);
  if (digits === null || !/^\d{1,16}$/.test(digits)) return null;
  const value = Number(digits);
  return Number.isSafeInteger(value) ? value : null;
}

/** A 64-bit number such as MODSEQ, or null. */
export function bigNumber(node: Node | undefined): bigint | null {
  const digits = text(node);
  return digits !== null && /^\d{1,20}$/.test(digits) ? BigInt(digits) : null;
}

export const list = (node: Node | undefined): readonly Node[] => (isList(node) ? node : []);

export const texts = (node: Node | undefined): string[] =>
  list(node).flatMap((each) => {
    const value = text(each);
    return value === null ? [] : [value];
  });

/** The response code of a status answer: `['UIDVALIDITY', '5']` of `OK [UIDVALIDITY 5] ...`; empty without one. */
export function responseCode(untagged: Untagged): readonly Node[] {
  const first = untagged.attributes?.[0];
  return isToken(first) && first.section !== undefined && !first.value ? first.section : [];
}

/** The numbers of `* SEARCH 2 5 9`. */
export const searchNumbers = (untagged: Untagged): readonly number[] =>
  untagged.numbers ?? (untagged.attributes ?? []).flatMap((attribute) => number(attribute) ?? []);

/** The section of `BODY[1.2]<0>`: `1.2`, in upper case; null where there is none. */
export function sectionName(node: Node | undefined): string | null {
  if (!isToken(node) || node.section === undefined) return null;
  return text(node.section[0])?.toUpperCase() ?? '';
}
