import { MeetingCalendar } from './meeting-calendar.js';
import { PROPOSED } from './apply-reply.js';
import { attendeesOf } from './people.js';
import { sequenceOf } from './scheduling-message.js';

/**
 * The text with which everybody is asked anew: its SEQUENCE is above that of an older one (RFC 5546 2.1.4), and what was
 * proposed of the older one is settled. Null if it is such a text already.
 */
export function askedAnew(text: string, older: string): string | null {
  const calendar = MeetingCalendar.parse(text);
  const before = Math.max(0, ...MeetingCalendar.parse(older).events.map(sequenceOf));
  let changed = !calendar.events.every((event) => sequenceOf(event) > before);
  if (changed) for (const event of calendar.events) event.updatePropertyWithValue('sequence', before + 1);
  for (const attendee of calendar.events.flatMap(attendeesOf)) {
    for (const name of Object.values(PROPOSED)) {
      if (attendee.getParameter(name) === undefined) continue;
      attendee.removeParameter(name);
      changed = true;
    }
  }
  return changed ? calendar.print() : null;
}
