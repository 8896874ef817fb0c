import { BackendError } from '#backend';
import type { ContentLine } from './content-line.js';
import type { VCard } from './vcard.js';

/** Characters of base64 a phone may send (MS-ASCNTC 2.2.2.58). */
const mostBase64 = 48 * 1024;

interface Picture {
  readonly line: ContentLine;
  readonly base64: string;
}

/** The first PHOTO that lies in the card; one that is only pointed to cannot be shown. */
function find(card: VCard): Picture | null {
  for (const line of card.all('PHOTO')) {
    const base64 = base64Of(line);
    if (base64 !== null) return { line, base64 };
  }
  return null;
}

function base64Of(line: ContentLine): string | null {
  const { value } = line;
  const data = /^data:[^,]{0,200};base64,/i.exec(value.slice(0, 300));
  if (!data && !['b', 'base64'].includes(line.encoding)) return null;
  const base64 = value.slice(data?.[0].length ?? 0).replace(/[\s\\]+/g, '');
  return /^[A-Za-z0-9+/_-]+={0,2}$/.test(base64) ? base64 : null;
}

/** The picture as it is stored, whatever its size; whoever sends it to a phone makes it fit. */
export function readPicture(card: VCard): Uint8Array | null {
  const found = find(card);
  return found ? Buffer.from(found.base64, 'base64') : null;
}

/** Writes a picture of the phone, or takes it away. Throws `invalid` if it is larger than 48 KB in base64 (trap 96: Status 6). */
export function writePicture(card: VCard, picture: Uint8Array | null): void {
  const found = find(card);
  if (picture === null || picture.length === 0) {
    if (found) card.remove(found.line);
    return;
  }
  const base64 = Buffer.from(picture).toString('base64');
  if (base64.length > mostBase64) {
    throw new BackendError('invalid', 'The picture is larger than 48 KB in base64', {
      reason: 'picture-too-large',
    });
  }
  if (found && Buffer.from(found.base64, 'base64').equals(picture)) return;
  const type = imageType(picture);
  const line = found?.line ?? card.add('PHOTO');
  // What Apple says of the part that is shown is about the old picture.
  line.setParameter('X-ABCROP-RECTANGLE', null);
  if (card.version === '4.0') {
    for (const name of ['ENCODING', 'TYPE', 'MEDIATYPE', 'VALUE']) line.setParameter(name, null);
    line.setValue(`data:image/${type.toLowerCase()};base64,${base64}`);
  } else {
    line.setParameter('VALUE', null);
    line.setParameter('ENCODING', card.version === '2.1' ? 'BASE64' : 'b');
    line.setParameter('TYPE', type);
    line.setValue(base64);
  }
}

/** By the first bytes; a phone does not say. */
function imageType(bytes: Uint8Array): string {
  const begins = (...first: readonly number[]): boolean =>
    first.every((byte, index) => bytes[index] === byte);
  if (begins(0x89, 0x50, 0x4e, 0x47)) return 'PNG';
  if (begins(0x47, 0x49, 0x46)) return 'GIF';
  return 'JPEG';
}
