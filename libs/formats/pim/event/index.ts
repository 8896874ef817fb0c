/**
 * Events between iCalendar objects and phones. `calendar-object` reads a text within bounds; `read-event` makes the item of it
 * that a phone of some version is to see, `write-event` works in what the phone changed. `expand` tells the occurrences of any
 * series, also of those that ActiveSync has no words for (`survey`).
 */
export { addedContents } from './added-contents.js';
export { busyPeriods } from './busy-periods.js';
export { parseEventObject, type EventObject, type EventOverride } from './calendar-object.js';
export { eventCodec } from './event-codec.js';
export { occurrenceAt, occurrencesIn, type EventOccurrence } from './expand.js';
