export interface Piece {
  readonly kind: 'tag' | 'text';
  readonly text: string;
}

/** Characters shown; a folder's first answer may be megabytes. */
const LONGEST = 60_000;

/** Cuts XML into tags and what stands between, for colours. Anything goes in, and all of it comes out. */
export function xmlPieces(text: string): readonly Piece[] {
  const shown =
    text.length > LONGEST ? `${text.slice(0, LONGEST)}\n… ${text.length - LONGEST} characters more` : text;
  return shown
    .split(/(<[^<>]*>)/)
    .filter((piece) => piece !== '')
    .map((piece) => ({ kind: /^<[^<>]*>$/.test(piece) ? 'tag' : 'text', text: piece }));
}
