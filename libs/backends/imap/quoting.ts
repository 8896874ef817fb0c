/**
 * An IMAP quoted string. Mailbox names go through here as LIST wrote them (modified UTF-7 and all), which is why a
 * folder's path is that very name. Throws on characters that no quoted string can have.
 */
export function quote(value: string): string {
  for (const character of ['\0', '\r', '\n']) {
    if (value.includes(character)) throw new RangeError('a line end or NUL cannot stand in an IMAP string');
  }
  return `"${value.replace(/["\\]/g, '\\$&')}"`;
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const msPerDay = 86_400_000;

/** A day (days since 1970-01-01) as SEARCH wants it: `2-Feb-2026`. */
export function searchDate(day: number): string {
  const date = new Date(day * msPerDay);
  return `${date.getUTCDate()}-${months[date.getUTCMonth()] ?? 'Jan'}-${date.getUTCFullYear()}`;
}

/** INTERNALDATE (`17-Jul-1996 02:44:25 -0700`) as milliseconds since 1970, or null if it is none. */
export function parseInternalDate(text: string): number | null {
  const match = /^\s?(\d{1,2})-([A-Za-z]{3})-(\d{4}) (\d{2}):(\d{2}):(\d{2}) ([+-])(\d{2})(\d{2})$/.exec(
    text,
  );
  if (match === null) return null;
  const [, day, monthName = '', year, hour, minute, second, sign, zoneHours, zoneMinutes] = match;
  const month = months.findIndex((name) => name.toLowerCase() === monthName.toLowerCase());
  if (month < 0) return null;
  const local = Date.UTC(Number(year), month, Number(day), Number(hour), Number(minute), Number(second));
  const offset = (Number(zoneHours) * 60 + Number(zoneMinutes)) * 60_000;
  return sign === '-' ? local + offset : local - offset;
}

export const dayOf = (milliseconds: number): number => Math.floor(milliseconds / msPerDay);
