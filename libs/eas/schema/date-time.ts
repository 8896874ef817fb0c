const LAST_YEAR = 9999;
const FIRST_YEAR = 1;

/** A date that both forms can express: four-digit years only. */
const expressible = (date: Date): boolean => {
  const year = date.getUTCFullYear();
  return year >= FIRST_YEAR && year <= LAST_YEAR;
};

/** `2026-11-22T08:00:00.000Z` (MS-ASDTYPE 2.3); undefined for an invalid date or one beyond the year 9999. */
export const dashedDateTime = (date: Date): string | undefined =>
  expressible(date) ? date.toISOString() : undefined;

/** `20261122T080000Z`, the form without dashes; milliseconds are lost. */
export const compactDateTime = (date: Date): string | undefined =>
  expressible(date) ? date.toISOString().replace(/\.\d+|[-:]/g, '') : undefined;

const PATTERN =
  /^\s*(\d{4})-?(\d{2})-?(\d{2})(?:[T ]?(\d{2}):?(\d{2})(?::?(\d{2})(?:[.,](\d{1,9}))?)?)?\s*(Z|[+-]\d{2}:?\d{2})?\s*$/i;

/**
 * Reads both forms and what phones make of them: without time, seconds or zone (UTC then), with a numeric zone. Undefined
 * for anything else (quirks 4.6: never drop a request for a date).
 */
export function parseDateTime(text: string): Date | undefined {
  const match = PATTERN.exec(text);
  if (!match) return undefined;
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '', zone = 'Z'] = match;
  const milliseconds = Number(fraction.padEnd(3, '0').slice(0, 3));
  // A year below 100 is meant as it stands, not as 19xx, which is what Date.UTC takes it for.
  const date = new Date(0);
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  if (date.getUTCMonth() !== Number(month) - 1 || date.getUTCDate() !== Number(day)) return undefined;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 60) return undefined;
  date.setUTCHours(Number(hour), Number(minute) - zoneMinutes(zone), Number(second), milliseconds);
  return expressible(date) ? date : undefined;
}

function zoneMinutes(zone: string): number {
  if (zone.toUpperCase() === 'Z') return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2));
  return zone.startsWith('-') ? -minutes : minutes;
}
