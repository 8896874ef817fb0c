/** `m-n` of a request: zero-based, both ends inclusive. */
export interface Range {
  readonly first: number;
  readonly last: number;
}

/** A range of bytes (trap 69) or of results (MS-ASCMD 2.2.3.143); null for anything else. */
export function parseRange(text: string): Range | null {
  const match = /^\s*(\d{1,15})\s*-\s*(\d{1,15})\s*$/.exec(text);
  const range = match && { first: Number(match[1]), last: Number(match[2]) };
  return range && range.first <= range.last ? range : null;
}
