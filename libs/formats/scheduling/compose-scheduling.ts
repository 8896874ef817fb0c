import { multipart } from '../compose/multipart.js';
import { asPart, type Composition, type MadeEntity } from '../compose/segments.js';
import { textEntity, type Made } from '../compose/text-entity.js';

/** Characters of Base64 in a line (RFC 2045 6.8). */
const line = /.{1,76}/g;

/** The entity of a scheduling mail (RFC 6047 2): what a person reads, and beside it what programs do. */
export async function composeScheduling(
  { method, text }: { readonly method: string; readonly text: string },
  said: { readonly plain: string; readonly html?: string },
): Promise<Composition> {
  const made: Made = [];
  const dispose = (): void => made.forEach((spool) => spool.dispose());
  try {
    const forms: MadeEntity[] = [await textEntity('plain', [said.plain], made)];
    if (said.html !== undefined) forms.push(await textEntity('html', [said.html], made));
    const entity = multipart('alternative', [...forms, calendarEntity(method, text)].map(asPart), false);
    return { entity, dispose };
  } catch (error) {
    dispose();
    throw error;
  }
}

/** In Base64: folded lines of iCalendar survive no gateway that wraps or trims, and quoted-printable confuses some readers. */
function calendarEntity(method: string, text: string): MadeEntity {
  const encoded = Buffer.from(text, 'utf8').toString('base64').match(line) ?? [];
  return {
    fields: [
      `Content-Type: text/calendar; charset=utf-8; method=${method}`,
      'Content-Transfer-Encoding: base64',
    ],
    body: [Buffer.from(encoded.join('\r\n'), 'latin1')],
  };
}
