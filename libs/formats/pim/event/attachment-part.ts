import { createHash } from 'node:crypto';
import type ICAL from 'ical.js';
import { propertyText } from '../../calendar-values.js';

/**
 * Names one ATTACH within its event, for FileReference: by what it holds, so that the name stays the same whatever else is
 * added or taken away (trap 68).
 */
export function attachmentPart(property: ICAL.Property): string {
  const value: unknown = property.type === 'binary' ? rawValue(property) : propertyText(property);
  const name = property.getFirstParameter('filename') || property.getFirstParameter('x-filename') || '';
  const hash = createHash('sha256').update(`${name}\n`);
  return hash
    .update(typeof value === 'string' ? value : '')
    .digest('base64url')
    .slice(0, 12);
}

/** Base64 as it is written. */
const rawValue = ({ jCal }: ICAL.Property): unknown => {
  const [, , , value] = jCal as readonly unknown[];
  return value;
};
