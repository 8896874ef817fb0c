import ICAL from 'ical.js';
import { wallClock, type WallTime } from '../time-zone-clock.js';

/** Steps after which a rule is not followed further: ten daily years and a bit. */
const MOST_STEPS = 4_000;

/** Whether a series has an occurrence that is said to start at this wall time of its own zone. */
export function hasOccurrence(master: ICAL.Component, wall: WallTime): boolean {
  const wanted = wallClock(wall);
  const start: unknown = master.getFirstPropertyValue('dtstart');
  if (!(start instanceof ICAL.Time) || isNamed(master, 'exdate', wanted)) return false;
  const isSeries = master.hasProperty('rrule') || master.hasProperty('rdate');
  if (!isSeries) return false;
  if (wallClock(start) === wanted || isNamed(master, 'rdate', wanted)) return true;
  return master.getAllProperties('rrule').some((property) => {
    const rule: unknown = property.getFirstValue();
    return rule instanceof ICAL.Recur && reaches(rule, start, wanted);
  });
}

function isNamed(master: ICAL.Component, name: 'exdate' | 'rdate', wanted: number): boolean {
  const values = master.getAllProperties(name).flatMap((property) => property.getValues() as unknown[]);
  return values.some((value) => value instanceof ICAL.Time && wallClock(value) === wanted);
}

/** A rule that runs in hours or less is expanded by others (trap 92) and has no occurrence that a phone could name here. */
function reaches(rule: ICAL.Recur, start: ICAL.Time, wanted: number): boolean {
  if (!['DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY'].includes(rule.freq)) return false;
  try {
    const iterator = rule.iterator(start);
    for (let step = 0; step < MOST_STEPS; step++) {
      const next = iterator.next() as ICAL.Time | null;
      if (!next || wallClock(next) > wanted) return false;
      if (wallClock(next) === wanted) return true;
    }
  } catch {
    // A rule without sense has no occurrences.
  }
  return false;
}
