import { isAscii } from 'node:buffer';

const lineFeed = 0x0a;
const carriageReturn = 0x0d;

/** What was seen of a message on its way. */
export interface WireSurvey {
  /** A byte above 127 passed: 8BITMIME content. */
  eightBit: boolean;
}

/**
 * A message as SMTP may carry it (RFC 5321 2.3.8, 4.5.2): every line ends in CRLF, a CR or LF alone ends one too, NUL is
 * dropped. A sender who hides a line end from us and not from the next server could end the message there and begin
 * another.
 */
export async function* wireBytes(
  source: AsyncIterable<Uint8Array>,
  survey: WireSurvey = { eightBit: false },
): AsyncGenerator<Uint8Array, void, undefined> {
  let openReturn = false;
  for await (const piece of source) {
    if (piece.length === 0) continue;
    if (!survey.eightBit && !isAscii(piece)) survey.eightBit = true;
    if (!openReturn && isFit(piece)) {
      yield piece;
      continue;
    }
    const mended = mend(piece, openReturn);
    ({ openReturn } = mended);
    if (mended.bytes.length > 0) yield mended.bytes;
  }
  if (openReturn) yield Buffer.from('\n');
}

/** Nothing is to be changed: what all but broken mail is. Looks for line ends only, with the machine's own search. */
function isFit(piece: Uint8Array): boolean {
  if (piece.includes(0) || piece.at(-1) === carriageReturn) return false;
  let from = 0;
  for (let at = piece.indexOf(lineFeed); at >= 0; at = piece.indexOf(lineFeed, from)) {
    if (at === 0 || piece[at - 1] !== carriageReturn) return false;
    const first = piece.indexOf(carriageReturn, from);
    if (first !== at - 1) return false;
    from = at + 1;
  }
  return piece.indexOf(carriageReturn, from) < 0;
}

/** `openReturn`: the byte before was a CR whose LF is to come, if it does. */
function mend(piece: Uint8Array, openReturn: boolean): { bytes: Uint8Array; openReturn: boolean } {
  const bytes = Buffer.allocUnsafe(piece.length * 2 + 1);
  let size = 0;
  let open = openReturn;
  for (const byte of piece) {
    if (byte === 0) continue;
    if (open && byte !== lineFeed) bytes[size++] = lineFeed;
    else if (byte === lineFeed && !open) bytes[size++] = carriageReturn;
    open = byte === carriageReturn;
    bytes[size++] = byte;
  }
  return { bytes: bytes.subarray(0, size), openReturn: open };
}
