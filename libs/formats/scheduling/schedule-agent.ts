import { MalformedText } from '../pim/codec.js';
import { MeetingCalendar } from './meeting-calendar.js';

const PARAMETER = 'schedule-agent';

/**
 * The text as a CalDAV server that schedules itself leaves it alone (RFC 6638 7.1): whoever stores it tells those who are
 * invited. What says already who does stays; a text that is no meeting, or none at all, is given back as it is.
 */
export function scheduledByClient(text: string): string {
  if (!/^(?:ORGANIZER|ATTENDEE)[;:]/im.test(text)) return text;
  try {
    const calendar = MeetingCalendar.parse(text);
    const people = calendar.component
      .getAllSubcomponents('vevent')
      .flatMap((event) => [...event.getAllProperties('organizer'), ...event.getAllProperties('attendee')])
      .filter((property) => property.getParameter(PARAMETER) === undefined);
    for (const property of people) property.setParameter(PARAMETER, 'CLIENT');
    return people.length > 0 ? calendar.print() : text;
  } catch (error) {
    if (error instanceof MalformedText) return text;
    throw error;
  }
}

/**
 * Whether a server that schedules itself tells the people in this text: it has some, and nobody else took them over. Such a
 * meeting stays the server's: taking it over later is to Cyrus as if it were called off.
 */
export const isScheduledByServer = (text: string): boolean =>
  /^(?:ORGANIZER|ATTENDEE)[;:]/im.test(text) &&
  !/^(?:ORGANIZER|ATTENDEE)[^\r\n]*;SCHEDULE-AGENT="?(?:CLIENT|NONE)/im.test(text.replace(/\r?\n[ \t]/g, ''));
