import { isDeepStrictEqual } from 'node:util';
import ICAL from 'ical.js';
import type { ItemDataByClass } from '#eas';
import { cleanLine } from '../../clean-text.js';
import type { WriteContext, WrittenText } from '../codec.js';
import { filesOf } from './attachments-read.js';

type AttachmentsData = NonNullable<ItemDataByClass['Calendar']['Attachments']>;

/**
 * Works in the files a phone adds and takes away (16.0 and later). `Delete` names them by their part. A file without content,
 * as iOS sends it when the calendar is switched meanwhile (quirks 4.1), is left out.
 */
export function writeAttachments(
  event: ICAL.Component,
  data: AttachmentsData | undefined,
  contents: WriteContext['contents'],
): WrittenText['files'] {
  for (const { FileReference: part } of data?.Delete ?? []) {
    const gone = filesOf(event).find((file) => file.part === part);
    if (gone) event.removeProperty(gone.property);
  }
  return (data?.Add ?? []).flatMap(({ ClientId: clientId, DisplayName, ContentType }) => {
    const bytes = contents?.get(clientId);
    if (!bytes) return [];
    const property = attachment(bytes, DisplayName ?? '', ContentType ?? '');
    const value = property.getFirstValue();
    event.addProperty(property);
    const added = filesOf(event).find((file) => isDeepStrictEqual(file.property.getFirstValue(), value));
    // The same file is there already: it is that one.
    if (added && added.property !== property) event.removeProperty(property);
    return added ? [{ clientId, part: added.part }] : [];
  });
}

/** FILENAME is RFC 8607's name for it, X-FILENAME what programs wrote before. */
function attachment(bytes: Uint8Array, name: string, contentType: string): ICAL.Property {
  const property = new ICAL.Property('attach');
  property.resetType('binary');
  property.setParameter('encoding', 'BASE64');
  const type = cleanLine(contentType);
  property.setParameter('fmttype', /^[\w.+-]+\/[\w.+-]+$/.test(type) ? type : 'application/octet-stream');
  const clean = cleanLine(name);
  if (clean !== '') {
    property.setParameter('filename', clean);
    property.setParameter('x-filename', clean);
  }
  property.setValue(new ICAL.Binary(Buffer.from(bytes).toString('base64')));
  return property;
}
