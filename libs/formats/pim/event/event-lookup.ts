import type { CodecFile } from '../codec.js';
import { cleanLine } from '../../clean-text.js';
import { parameterOf } from '../../calendar-values.js';
import { readItemText } from '../icalendar/item-text.js';
import { asPlain } from '../item-body.js';
import { categoriesOf, textOf } from '../icalendar/properties.js';
import { searchWords } from '../icalendar/search-words.js';
import { openFileOf } from './attachments-read.js';
import { attendeeAddress } from './attendees-write.js';
import { parseEventObject } from './calendar-object.js';

/** What one may search an event by: its own words and those of its occurrences, and who comes. */
export function wordsOfEvent(text: string): string {
  const { main, overrides } = parseEventObject(text);
  const words = [main, ...overrides.map(({ event }) => event)].flatMap((event) => {
    const body = readItemText(event);
    const people = [...event.getAllProperties('organizer'), ...event.getAllProperties('attendee')];
    return [
      textOf(event, 'summary'),
      textOf(event, 'location'),
      ...(body ? [asPlain(body)] : []),
      ...categoriesOf(event),
      ...people.flatMap((line) => [parameterOf(line, 'cn'), attendeeAddress(line)]),
    ];
  });
  return searchWords([...new Set(words)]);
}

/** UID; null if the event has none. */
export function uidOfEvent(text: string): string | null {
  const uid = cleanLine(textOf(parseEventObject(text).main, 'uid'));
  return uid === '' ? null : uid;
}

/** A file of the event or of one of its occurrences. */
export function openEventFile(text: string, part: string): CodecFile | null {
  const { main, overrides } = parseEventObject(text);
  for (const event of [main, ...overrides.map((override) => override.event)]) {
    const file = openFileOf(event, part);
    if (file) return file;
  }
  return null;
}
