import { spool, type Spool } from '../spool.js';
import { quotedPrintable } from './quoted-printable.js';
import { wholeOf, type MadeEntity } from './segments.js';

/** Spools of texts that were made; freed together. */
export type Made = Spool[];

async function* utf8(text: AsyncIterable<string> | Iterable<string>): AsyncGenerator<Uint8Array> {
  for await (const piece of text) yield Buffer.from(piece, 'utf8');
}

/** A text part. Outgoing text is UTF-8, whatever it was made of (MS-ASCMD 2.2.1.19, 2.2.1.20). */
export async function textEntity(
  subtype: 'plain' | 'html',
  text: AsyncIterable<string> | Iterable<string>,
  made: Made,
): Promise<MadeEntity> {
  const encoded = await spool(quotedPrintable(utf8(text)));
  made.push(encoded);
  return {
    fields: [`Content-Type: text/${subtype}; charset=utf-8`, 'Content-Transfer-Encoding: quoted-printable'],
    body: [wholeOf(encoded)],
  };
}
