import type { ItemByClass } from '#eas';
import { encodeToBuffer, SyncResponse, type Encodable } from '#eas';
import { violationsOf } from '../../../eas/testing/index.js';
import { MalformedText, type ReadContext } from '../codec.js';
import { decodeTimeZone } from '../../time-zone-blob.js';
import { readEvent } from './read-event.js';
import { surveyEvent } from './survey.js';
import { occurrencesIn } from './expand.js';
import { parseEventObject } from './calendar-object.js';
import { busyPeriods } from './busy-periods.js';
import { openEventFile, uidOfEvent, wordsOfEvent } from './event-lookup.js';

type Item = ItemByClass['Calendar'];
const versions = [120, 121, 140, 141, 160, 161];

const context = (protocolVersion = 161, occurrence: Date | null = null): ReadContext => ({
  view: {
    protocolVersion,
    bodyPreferences: [{ type: 1 }],
    mimeSupport: 0,
    mimeTruncation: null,
    detail: 'full',
  },
  owner: { identities: [{ address: 'me@example.org', displayName: 'Me' }] },
  occurrence,
});

const berlin = `BEGIN:VTIMEZONE
TZID:Europe/Berlin
BEGIN:STANDARD
DTSTART:19961027T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:19810329T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
END:DAYLIGHT
END:VTIMEZONE
`;
const calendar = (inner: string): string =>
  `BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//test\n${inner}END:VCALENDAR\n`.replace(/\r?\n/g, '\r\n');
const event = (lines: string, more = ''): string =>
  calendar(`${more}BEGIN:VEVENT\nUID:u@example.org\nDTSTAMP:20260101T120000Z\n${lines}\nEND:VEVENT\n`);
const timed =
  'SUMMARY:Round\nDTSTART;TZID=Europe/Berlin:20260105T090000\nDTEND;TZID=Europe/Berlin:20260105T100000';
const read = (text: string, version?: number): Item => readEvent(text, context(version));
const horizon = { from: new Date('2026-01-01T00:00:00Z'), to: new Date('2027-01-01T00:00:00Z') };
const exceptions = (item: Item) => {
  const found = item.Exceptions?.Exception;
  return Array.isArray(found) ? (found as NonNullable<unknown>[]) : [];
};
const day = (text: string): number => Date.parse(`${text}T00:00:00Z`) / 86_400_000;

describe('times', () => {
  it('are moments in the zone of the event', () => {
    for (const text of [event(timed, berlin), event(timed)]) {
      const item = read(text);
      expect(item.StartTime).toEqual(new Date('2026-01-05T08:00:00Z'));
      expect(item.EndTime).toEqual(new Date('2026-01-05T09:00:00Z'));
      expect(item.AllDayEvent).toBe(false);
      expect(decodeTimeZone(item.Timezone as Uint8Array)).toMatchObject({
        standardBias: -60,
        daylightBias: -120,
        transitions: { standard: { month: 10, week: 5, dayOfWeek: 0, hour: 3 } },
      });
    }
  });

  it.each([
    ['/freeassociation.sourceforge.net/Tzfile/Europe/Berlin', '08:00'],
    ['W. Europe Standard Time', '08:00'],
    ['Nowhere/At all', '09:00'],
  ])('with TZID %s and no VTIMEZONE', (name, time) => {
    const item = read(event(`DTSTART;TZID="${name}":20260105T090000\nDTEND;TZID="${name}":20260105T100000`));
    expect((item.StartTime as Date).toISOString()).toBe(`2026-01-05T${time}:00.000Z`);
  });

  it('that float lie in the zone that the calendar names, else in UTC', () => {
    const floating = 'DTSTART:20260705T090000\nDTEND:20260705T100000';
    expect(read(event(floating)).StartTime).toEqual(new Date('2026-07-05T09:00:00Z'));
    const named = event(floating, 'X-WR-TIMEZONE:Europe/Berlin\n');
    expect(read(named).StartTime).toEqual(new Date('2026-07-05T07:00:00Z'));
  });

  it('of all-day events are local midnight up to 14.1, and the date from 16.0 on', () => {
    const text = event('DTSTART;VALUE=DATE:20260705\nDTEND;VALUE=DATE:20260707', berlin);
    const old = read(text, 141);
    expect(old).toMatchObject({
      AllDayEvent: true,
      StartTime: new Date('2026-07-04T22:00:00Z'),
      EndTime: new Date('2026-07-06T22:00:00Z'),
    });
    expect(old.Timezone).toBeDefined();
    const item = read(text, 160);
    expect(item).toMatchObject({
      AllDayEvent: true,
      StartTime: new Date('2026-07-05T00:00:00Z'),
      EndTime: new Date('2026-07-07T00:00:00Z'),
    });
    expect(item.Timezone).toBeUndefined();
  });

  it.each([
    ['DTEND before DTSTART', 'DTSTART:20260105T090000Z\nDTEND:20260105T080000Z', '09:00', '09:00'],
    ['no end', 'DTSTART:20260105T090000Z', '09:00', '09:00'],
    ['DURATION', 'DTSTART:20260105T090000Z\nDURATION:PT90M', '09:00', '10:30'],
    ['a broken DTEND', 'DTSTART:20260105T090000Z\nDTEND:tomorrow', '09:00', '09:00'],
    ['a broken DURATION', 'DTSTART:20260105T090000Z\nDURATION:long', '09:00', '09:00'],
  ])('survive %s', (_name, lines, start, end) => {
    const item = read(event(lines));
    expect([item.StartTime, item.EndTime]).toEqual(
      [start, end].map((time) => new Date(`2026-01-05T${time}:00Z`)),
    );
  });
});

describe('an event by a meeting', () => {
  const people = (me: string, organizer = 'boss@example.org', more = ''): string =>
    event(
      `${timed}\nORGANIZER;CN=Boss:mailto:${organizer}\nATTENDEE;CN=Boss;PARTSTAT=ACCEPTED:mailto:${organizer}\nATTENDEE;CN=Me;PARTSTAT=${me};RSVP=TRUE:mailto:Me@Example.org\nATTENDEE;CUTYPE=ROOM;PARTSTAT=ACCEPTED:mailto:room@example.org\nATTENDEE:urn:uuid:1234${more}`,
    );

  it.each([
    ['NEEDS-ACTION', 5],
    ['ACCEPTED', 3],
    ['TENTATIVE', 2],
    ['DECLINED', 4],
  ])('received and answered %s', (answer, response) => {
    const item = read(people(answer));
    expect(item).toMatchObject({
      MeetingStatus: 3,
      ResponseType: response,
      OrganizerName: 'Boss',
      OrganizerEmail: 'boss@example.org',
      ResponseRequested: true,
    });
    expect(item.Attendees?.Attendee).toEqual([
      { Email: 'Me@Example.org', Name: 'Me', AttendeeStatus: response === 0 ? 0 : response, AttendeeType: 1 },
      { Email: 'room@example.org', Name: 'room@example.org', AttendeeStatus: 3, AttendeeType: 3 },
    ]);
  });

  it('is known as ones own, as cancelled, and as an appointment', () => {
    expect(read(people('ACCEPTED', 'ME@example.org'))).toMatchObject({ MeetingStatus: 1, ResponseType: 1 });
    expect(read(people('ACCEPTED', 'boss@example.org', '\nSTATUS:CANCELLED')).MeetingStatus).toBe(7);
    expect(read(people('ACCEPTED', 'me@example.org', '\nSTATUS:CANCELLED')).MeetingStatus).toBe(5);
    const plain = read(event(timed));
    expect(plain).toMatchObject({ MeetingStatus: 0, ResponseType: 0 });
    expect(plain.Attendees).toBeUndefined();
    expect(plain.OrganizerEmail).toBeUndefined();
  });
});

describe('a series', () => {
  const weekly = `${timed}\nRRULE:FREQ=WEEKLY;BYDAY=MO;UNTIL=20261231T080000Z\nEXDATE;TZID=Europe/Berlin:20260112T090000`;
  const moved = `BEGIN:VEVENT\nUID:u@example.org\nDTSTAMP:20260101T120000Z\nRECURRENCE-ID;TZID=Europe/Berlin:20260706T090000\nSUMMARY:Round\nDTSTART;TZID=Europe/Berlin:20260707T140000\nDTEND;TZID=Europe/Berlin:20260707T150000\nLOCATION:Room\nEND:VEVENT\n`;
  const text = calendar(
    `${berlin}BEGIN:VEVENT\nUID:u@example.org\nDTSTAMP:20260101T120000Z\n${weekly}\nEND:VEVENT\n${moved}`,
  );

  it('tells its exceptions by their original start, and only what differs', () => {
    const item = read(text, 141);
    expect(item.Recurrence).toMatchObject({
      Type: 1,
      DayOfWeek: 2,
      Interval: 1,
      Until: new Date('2026-12-31T08:00:00Z'),
      FirstDayOfWeek: 1,
    });
    expect(exceptions(item)).toEqual([
      { Deleted: true, ExceptionStartTime: new Date('2026-01-12T08:00:00Z') },
      {
        ExceptionStartTime: new Date('2026-07-06T07:00:00Z'),
        StartTime: new Date('2026-07-07T12:00:00Z'),
        EndTime: new Date('2026-07-07T13:00:00Z'),
        Location: 'Room',
        AirSyncBaseLocation: { DisplayName: 'Room' },
      },
    ]);
    expect(exceptions(read(text, 160))).toMatchObject([
      { Deleted: true, InstanceId: '20260112T080000Z' },
      { InstanceId: '20260706T070000Z', Location: 'Room' },
    ]);
  });

  it('ends on the day of its last occurrence, and is no expanded one', () => {
    expect(surveyEvent(text, horizon)).toEqual({ day: day('2026-12-31'), occurrences: null });
    const endless = event(`${timed}\nRRULE:FREQ=DAILY`);
    expect(surveyEvent(endless, horizon)).toEqual({ day: null, occurrences: null });
    const counted = event(`${timed}\nRRULE:FREQ=DAILY;COUNT=3`);
    expect(surveyEvent(counted, horizon).day).toBe(day('2026-01-07'));
    expect(surveyEvent(event('DTSTART;VALUE=DATE:20260105\nDTEND;VALUE=DATE:20260107'), horizon).day).toBe(
      day('2026-01-06'),
    );
  });

  it.each([
    'FREQ=HOURLY;INTERVAL=6',
    'FREQ=MONTHLY;BYMONTHDAY=1,15',
    'FREQ=MONTHLY;BYDAY=MO;BYSETPOS=1,3',
    'FREQ=YEARLY;BYMONTH=1,7;BYMONTHDAY=5',
    'FREQ=YEARLY;BYWEEKNO=20',
    'FREQ=YEARLY;BYYEARDAY=5',
    'FREQ=DAILY;INTERVAL=1000',
    'FREQ=MONTHLY;BYDAY=5MO',
    'FREQ=WEEKLY;BYDAY=MO\nRRULE:FREQ=MONTHLY;BYMONTHDAY=1',
    'FREQ=WEEKLY\nRDATE;TZID=Europe/Berlin:20260303T090000',
  ])('of %s is told one by one', (rule) => {
    const whole = event(`${timed}\nRRULE:${rule}`, berlin);
    const { occurrences } = surveyEvent(whole, horizon);
    expect(occurrences?.length).toBeGreaterThan(0);
    for (const at of (occurrences ?? []).slice(0, 20)) {
      const item = readEvent(whole, context(161, at));
      expect(item.StartTime).toEqual(at);
      expect((item.EndTime as Date).getTime() - at.getTime()).toBe(3_600_000);
      expect(item.Recurrence).toBeUndefined();
    }
  });

  it('keeps its hour when clocks change', () => {
    const found = occurrencesIn(
      parseEventObject(text),
      Date.parse('2026-03-23T00:00:00Z'),
      Date.parse('2026-04-01T00:00:00Z'),
    );
    expect(found.map(({ start }) => new Date(start).toISOString())).toEqual([
      '2026-03-23T08:00:00.000Z',
      '2026-03-30T07:00:00.000Z',
    ]);
  });

  it('is busy where it takes time', () => {
    const from = new Date('2026-07-06T00:00:00Z');
    const to = new Date('2026-07-13T12:00:00Z');
    expect(busyPeriods(text, from, to)).toEqual([
      { start: new Date('2026-07-07T12:00:00Z'), end: new Date('2026-07-07T13:00:00Z'), status: 2 },
      { start: new Date('2026-07-13T07:00:00Z'), end: new Date('2026-07-13T08:00:00Z'), status: 2 },
    ]);
    for (const word of ['TRANSP:TRANSPARENT', 'STATUS:CANCELLED', 'X-MICROSOFT-CDO-BUSYSTATUS:FREE']) {
      expect(busyPeriods(event(`${timed}\n${word}`), new Date(0), new Date('2030-01-01Z'))).toEqual([]);
    }
  });
});

describe('hostile texts', () => {
  it.each([
    ['no calendar', 'hello'],
    ['a task', calendar('BEGIN:VTODO\nUID:1\nEND:VTODO\n')],
    ['no end', 'BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1'],
    ['no time', event('SUMMARY:x')],
    ['a broken time', event('DTSTART:20269999T990000')],
    ['deep nesting', calendar(`${'BEGIN:VEVENT\n'.repeat(5000)}${'END:VEVENT\n'.repeat(5000)}`)],
    ['a million parameters', event(`DTSTART${';A=B'.repeat(1_000_000)}:20260101T000000Z`)],
    ['an enormous text', event(`DESCRIPTION:${'x'.repeat(17 * 1024 * 1024)}`)],
  ])('%s is refused quickly', (_name, text) => {
    const began = performance.now();
    expect(() => read(text)).toThrow(MalformedText);
    expect(performance.now() - began).toBeLessThan(2000);
  });

  it.each([
    ['a rule that never comes true', `${timed}\nRRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30`],
    ['a rule for every second', `${timed}\nRRULE:FREQ=SECONDLY`],
    ['a rule nobody can read', `${timed}\nRRULE:FREQ=SOMETIMES`],
    ['a count without end', `${timed}\nRRULE:FREQ=DAILY;COUNT=99999999`],
    ['a ten-megabyte property', `${timed}\nDESCRIPTION:${'x'.repeat(10 * 1024 * 1024)}`],
    ['a line that is broken without folding', `${timed}\nDESCRIPTION:one\nand two`],
    ['a thousand exceptions', `${timed}\nRRULE:FREQ=DAILY${'\nEXDATE:20260106T080000Z'.repeat(1500)}`],
  ])('%s is read quickly', (_name, lines) => {
    const began = performance.now();
    const text = event(lines, berlin);
    expect(read(text).StartTime).toEqual(new Date('2026-01-05T08:00:00Z'));
    surveyEvent(text, horizon);
    expect(performance.now() - began).toBeLessThan(3000);
  });

  it('of several overrides of one occurrence the newest counts', () => {
    const override = (title: string, sequence: number): string =>
      `BEGIN:VEVENT\nUID:u@example.org\nSEQUENCE:${sequence}\nRECURRENCE-ID:20260112T080000Z\nSUMMARY:${title}\nDTSTART:20260112T080000Z\nEND:VEVENT\n`;
    const text = event(`${timed}\nRRULE:FREQ=WEEKLY`).replace(
      'END:VCALENDAR',
      `${override('new', 2)}${override('old', 1)}END:VCALENDAR`,
    );
    expect(exceptions(read(text))).toMatchObject([{ Subject: 'new' }]);
  });
});

describe('what a phone is sent', () => {
  const rich = event(
    `${timed.replace('SUMMARY:Round', 'SUMMARY:Ro\u0001und')}
LOCATION:Room
GEO:52.5;13.4
CLASS:PRIVATE
TRANSP:OPAQUE
X-MICROSOFT-CDO-BUSYSTATUS:WORKINGELSEWHERE
CATEGORIES:Work,Home
DESCRIPTION:Bring\\ncake
ATTACH;FMTTYPE=text/plain;ENCODING=BASE64;VALUE=BINARY;FILENAME=a.txt:aGVsbG8=
ATTACH;FMTTYPE=application/pdf:https://example.org/files/b%20c.pdf
CONFERENCE;VALUE=URI:https://meet.example.org/1
ORGANIZER:mailto:boss@example.org
ATTENDEE:mailto:me@example.org
RRULE:FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=3
EXDATE:20260131T080000Z
BEGIN:VALARM
ACTION:DISPLAY
TRIGGER:-PT15M
END:VALARM`,
    berlin,
  );

  it.each(versions)('is by the specification in %d', async (version) => {
    const item = read(rich, version);
    expect(item).toMatchObject({
      Subject: 'Round',
      Sensitivity: 2,
      Reminder: 15,
      BusyStatus: version >= 160 ? 4 : 0,
      Categories: { Category: ['Work', 'Home'] },
      Recurrence: { Type: 3, DayOfWeek: 127, WeekOfMonth: 5, Occurrences: 3 },
      OnlineMeetingExternalLink: 'https://meet.example.org/1',
    });
    const answer: Encodable<typeof SyncResponse> = {
      Collections: {
        Collection: [
          {
            SyncKey: '1-1',
            CollectionId: '2',
            Status: 1,
            Commands: [{ Add: { ServerId: '2:1', ApplicationData: { Calendar: item } } }],
          },
        ],
      },
    };
    const bytes = await encodeToBuffer(SyncResponse, answer, { version });
    // The text of MS-ASCAL 2.2.2.9 has the 4 of 16.0; its schema was not brought up to that.
    const found = violationsOf(bytes).filter(({ element }) => element !== 'Calendar:BusyStatus');
    expect(found.map(({ message }) => message)).toEqual([]);
  });

  it('has its files by names that last', () => {
    const found = read(rich).Attachments?.Attachment;
    const files = Array.isArray(found) ? (found as { DisplayName: string; FileReference: string }[]) : [];
    expect(files.map(({ DisplayName }) => DisplayName)).toEqual(['a.txt', 'b c.pdf']);
    expect(openEventFile(rich, files[0]!.FileReference)).toEqual({
      name: 'a.txt',
      contentType: 'text/plain',
      bytes: Buffer.from('hello'),
    });
    expect(openEventFile(rich, files[1]!.FileReference)).toMatchObject({
      url: 'https://example.org/files/b%20c.pdf',
    });
    expect(openEventFile(rich, 'other')).toBeNull();
  });

  it('can be searched, and has a UID', () => {
    expect(uidOfEvent(rich)).toBe('u@example.org');
    const words = wordsOfEvent(event(`${timed}\nDESCRIPTION:Café`));
    expect(words).toContain('round');
    expect(words).toContain('cafe');
  });
});
