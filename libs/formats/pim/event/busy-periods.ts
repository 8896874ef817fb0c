import type { BusyPeriod } from '#backend';
import { parseEventObject } from './calendar-object.js';
import { busyStatusOf } from './event-words.js';
import { occurrencesIn } from './expand.js';

/**
 * When somebody is not free because of this event, within the span; cut to it. A cancelled event, one that its owner
 * declined, and one that is shown as free take no time. Throws MalformedText.
 */
export function busyPeriods(
  text: string,
  start: Date,
  end: Date,
  addresses: readonly string[] = [],
): BusyPeriod[] {
  const object = parseEventObject(text);
  const [from, to] = [start.getTime(), end.getTime()];
  return occurrencesIn(object, from, to).flatMap((occurrence) => {
    const status = busyStatusOf(occurrence.event, addresses);
    if (status === 0 || occurrence.end <= occurrence.start) return [];
    return [
      {
        start: new Date(Math.max(from, occurrence.start)),
        end: new Date(Math.min(to, occurrence.end)),
        // Working elsewhere is at work.
        status: status === 4 ? 2 : status,
      },
    ];
  });
}
