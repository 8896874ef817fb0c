import { createHash } from 'node:crypto';

/**
 * A UUID (RFC 9562, version 8) that always comes out the same of the same words: it names what one creation makes, so that
 * a second attempt finds the first one's.
 */
export function uuidOf(...words: readonly string[]): string {
  const hash = createHash('sha256').update(JSON.stringify(words)).digest();
  hash[6] = (hash[6]! & 0x0f) | 0x80;
  hash[8] = (hash[8]! & 0x3f) | 0x80;
  return hash.toString('hex', 0, 16).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
