import ICAL from 'ical.js';
import { wallClock, type WallTime } from '../../time-zone-clock.js';

/**
 * The moment of a DATE-TIME in UTC; properties that ical.js does not know (ACKNOWLEDGED) have it as text. A time without a
 * zone is taken as UTC; null for what is no time, or out of bounds.
 */
export function momentOfValue(value: unknown): Date | null {
  const wall = value instanceof ICAL.Time ? value : wallOfText(value);
  if (wall === null || wall.year < 1601 || wall.year > 4500) return null;
  const at = wallClock(wall);
  return Number.isNaN(at) ? null : new Date(at);
}

function wallOfText(value: unknown): WallTime | null {
  const match = typeof value === 'string' ? /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z?$/.exec(value) : null;
  if (match === null) return null;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1).map(Number);
  return { year, month, day, hour, minute, second };
}
