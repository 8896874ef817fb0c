import type ICAL from 'ical.js';
import type { ItemByClass } from '#eas';
import { momentOf, timeOf, wallTimeOf } from '../../calendar-time.js';
import { momentIn } from '../../calendar-zone.js';
import { propertyText, textOf as rawText, wordOf } from '../../calendar-values.js';
import { cleanLine } from '../../clean-text.js';
import type { ReadContext } from '../codec.js';
import { readItemText } from '../icalendar/item-text.js';
import { categoriesOf, textOf } from '../icalendar/properties.js';
import { itemBody } from '../item-body.js';
import { reminderOf } from './alarms-write.js';
import { attachmentElements } from './attachments-read.js';
import type { EventObject } from './calendar-object.js';
import { classes } from './event-fields.js';
import { type EventFrame, type EventSpan } from './event-frame.js';
import { busyStatusOf } from './event-words.js';
import { locationElements } from './location-read.js';
import { peopleElements, peopleOf } from './people-read.js';

type Item = ItemByClass['Calendar'];

const longestSubject = 32_768;

/** What an event and each exception say of themselves. */
export function ownElements(
  { zones }: EventObject,
  event: ICAL.Component,
  span: EventSpan,
  context: ReadContext,
): Item {
  const { view, owner } = context;
  const stamp = timeOf(event, 'dtstamp', zones) ?? timeOf(event, 'last-modified', zones);
  const subject = cleanLine(textOf(event, 'summary')).slice(0, longestSubject);
  const categories = categoriesOf(event);
  const reminder = reminderOf(event);
  const busy = busyStatusOf(
    event,
    owner.identities.map(({ address }) => address.toLowerCase()),
  );
  return {
    Subject: subject,
    StartTime: momentFor(span.start, span.frame, context),
    EndTime: span.finish === undefined ? momentFor(span.end, span.frame, context) : new Date(span.finish),
    AllDayEvent: span.frame.isDate,
    DtStamp: stamp ? momentOf(stamp) : momentFor(span.start, span.frame, context),
    ...locationElements(event),
    ...(categories.length > 0 ? { Categories: { Category: categories } } : {}),
    Sensitivity: sensitivity(event),
    // Up to 14.1 "elsewhere" is not known (MS-ASCAL 2.2.2.9); Outlook counts it as free.
    BusyStatus: busy === 4 && view.protocolVersion < 160 ? 0 : busy,
    ...(reminder ? { Reminder: reminder.minutes } : {}),
    ...peopleElements(event, peopleOf(event, context), zones, context),
    ...onlineMeeting(event),
    ...(view.protocolVersion >= 160 ? attachmentElements(event) : {}),
    Body: itemBody(readItemText(event), view),
  };
}

/** An all-day event begins at midnight of its zone; from 16.0 on at 0:00 UTC of its date (trap 82). */
export function momentFor(wall: number, { isDate, zone }: EventFrame, { view }: ReadContext): Date {
  return new Date(isDate && view.protocolVersion >= 160 ? wall : momentIn(zone, wallTimeOf(wall)));
}

function sensitivity(event: ICAL.Component): number {
  const word = wordOf(event, 'class');
  return Math.max(0, (classes as readonly string[]).indexOf(word === 'PERSONAL' ? 'X-PERSONAL' : word));
}

const linkProperties = [
  'conference',
  'x-google-conference',
  'x-microsoft-skypeteamsmeetingurl',
  'x-microsoft-onlinemeetingexternallink',
] as const;

/** Where to meet online (RFC 7986 5.11, and what Google and Microsoft wrote before). */
function onlineMeeting(event: ICAL.Component): Partial<Item> {
  const links = linkProperties.flatMap((name) => event.getAllProperties(name).map(propertyText));
  const link = links.map(cleanLine).find((url) => /^https?:\/\/\S+$/i.test(url) && url.length <= 2048);
  const conference = cleanLine(rawText(event, 'x-microsoft-onlinemeetingconflink')).slice(0, 2048);
  return {
    ...(/^sips?:/i.test(conference) ? { OnlineMeetingConfLink: conference } : {}),
    ...(link === undefined ? {} : { OnlineMeetingExternalLink: link }),
  };
}
