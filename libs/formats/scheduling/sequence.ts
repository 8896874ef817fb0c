import { MeetingCalendar } from './meeting-calendar.js';
import { sequenceOf } from './scheduling-message.js';

/** The text with a SEQUENCE above that of an older one; null if it has one already (RFC 5546 2.1.4). */
export function withSequence(text: string, older: string): string | null {
  const calendar = MeetingCalendar.parse(text);
  const before = Math.max(0, ...MeetingCalendar.parse(older).events.map(sequenceOf));
  if (calendar.events.every((event) => sequenceOf(event) > before)) return null;
  for (const event of calendar.events) event.updatePropertyWithValue('sequence', before + 1);
  return calendar.print();
}
