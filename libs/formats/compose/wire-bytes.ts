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
    const target = Buffer.allocUnsafe(piece.length * 2 + 1);
    let size = 0;
    for (const byte of piece) {
      if (openReturn && byte !== lineFeed) target[size++] = lineFeed;
      else if (byte === lineFeed && !openReturn) target[size++] = carriageReturn;
      openReturn = byte === carriageReturn;
      if (byte !== 0) target[size++] = byte;
      if (byte > 0x7f) survey.eightBit = true;
    }
    if (size > 0) yield target.subarray(0, size);
  }
  if (openReturn) yield Buffer.from('\n');
}
