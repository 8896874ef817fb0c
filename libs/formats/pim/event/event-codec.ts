import type { ItemCodec } from '../codec.js';
import { openEventFile, uidOfEvent, wordsOfEvent } from './event-lookup.js';
import { readEvent } from './read-event.js';
import { surveyEvent } from './survey.js';
import { applyEvent, createEvent, withoutOccurrence } from './write-event.js';

/** Events (MS-ASCAL) as VEVENT (RFC 5545 3.6.1). */
export const eventCodec: ItemCodec<'Calendar'> = {
  itemClass: 'Calendar',
  suffix: '.ics',
  contentType: 'text/calendar; charset=utf-8; component=VEVENT',
  surveys: true,
  survey: surveyEvent,
  read: readEvent,
  create: createEvent,
  apply: applyEvent,
  withoutOccurrence,
  openFile: openEventFile,
  words: wordsOfEvent,
  uidOf: uidOfEvent,
};
