/** Finds the empty line behind a message's header in pieces of any size. */
export interface HeaderEndSearch {
  look(piece: Uint8Array): void;
  /** Bytes up to and with the empty line; null while it was not seen. */
  readonly end: number | null;
}

const lineFeed = 0x0a;
const carriageReturn = 0x0d;

export function headerEndSearch(): HeaderEndSearch {
  let position = 0;
  let end: number | null = null;
  let lineIsEmpty = true;
  return {
    look(piece) {
      for (let i = 0; i < piece.length && end === null; i++) {
        if (piece[i] === lineFeed) {
          if (lineIsEmpty) end = position + i + 1;
          lineIsEmpty = true;
        } else if (piece[i] !== carriageReturn) {
          lineIsEmpty = false;
        }
      }
      position += piece.length;
    },
    get end() {
      return end;
    },
  };
}
