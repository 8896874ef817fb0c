import { randomUUID } from 'node:crypto';
import { BackendError } from '#backend';
import type { DavAccount } from './account.js';
import { caldav, dav } from './names.js';
import { childOf, readXml, textOf, type XmlElement } from './read-xml.js';

const limits = {
  depth: 16,
  elements: 1000,
  text: 1024 * 1024,
  silence: 4 * 1024 * 1024,
  bytes: 4 * 1024 * 1024,
};

/**
 * Asks the server when somebody is free (RFC 6638 5): the VFREEBUSY it answers with, as iCalendar text; null if it knows
 * nothing of the address or has no scheduling. `attendee` is a mail address. Throws BackendError.
 */
export async function askFreeBusy(
  account: DavAccount,
  attendee: string,
  start: Date,
  end: Date,
): Promise<string | null> {
  const { outbox, addresses } = await account.places();
  const [organizer] = addresses;
  const recipient = `mailto:${attendee}`;
  // An address with a line end would write properties of its own.
  if (outbox === null || organizer === undefined || /[\p{Cc}\s]/u.test(attendee)) return null;
  try {
    const answer = await account.http.ask({
      method: 'POST',
      url: outbox,
      headers: { 'content-type': 'text/calendar; charset=utf-8' },
      body: requestOf(organizer, recipient, start, end),
    });
    for await (const response of readXml(answer.body, caldav('schedule-response'), limits)) {
      const text = replyIn(response, recipient);
      if (text !== null) return text;
    }
    return null;
  } catch (error) {
    if (error instanceof BackendError && !error.retryable && error.kind !== 'auth') return null;
    throw error;
  }
}

/** Request status 2.x is success (RFC 6638 3.2.10, RFC 5546 3.6). */
function replyIn(response: XmlElement, recipient: string): string | null {
  const about = textOf(childOf(response, caldav('recipient')), dav('href'));
  const status = textOf(response, caldav('request-status')) ?? '';
  if (about !== null && about.toLowerCase() !== recipient.toLowerCase()) return null;
  return status.startsWith('2.') ? textOf(response, caldav('calendar-data')) : null;
}

const stamp = (date: Date): string => `${date.toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;

const requestOf = (organizer: string, attendee: string, start: Date, end: Date): string =>
  [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Godwit//EN',
    'METHOD:REQUEST',
    'BEGIN:VFREEBUSY',
    `UID:${randomUUID()}`,
    `DTSTAMP:${stamp(new Date())}`,
    `DTSTART:${stamp(start)}`,
    `DTEND:${stamp(end)}`,
    `ORGANIZER:${organizer}`,
    `ATTENDEE:${attendee}`,
    'END:VFREEBUSY',
    'END:VCALENDAR',
    '',
  ].join('\r\n');
