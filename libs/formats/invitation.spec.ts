import fc from 'fast-check';
import { decodeTimeZone } from './time-zone-blob.js';
import { readInvitation, type Invitation } from './invitation.js';

const mail = (protocolVersion = 141) => ({
  method: '',
  protocolVersion,
  sentAt: new Date('2026-01-01T00:00:00Z'),
  from: 'from@example.org',
});
const read = (text: string, version = 141): Invitation | null =>
  readInvitation(text.replace(/\r?\n/g, '\r\n'), mail(version));
const must = (text: string, version = 141): Invitation => {
  const invitation = read(text, version);
  if (!invitation) throw new Error('no invitation was read');
  return invitation;
};
const calendar = (method: string, event: string, more = ''): string =>
  `BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//test\n${method && `METHOD:${method}\n`}${more}BEGIN:VEVENT\n${event}\nEND:VEVENT\nEND:VCALENDAR\n`;
const simple =
  'UID:u@example.org\nDTSTAMP:20260101T120000Z\nDTSTART:20260105T090000Z\nDTEND:20260105T100000Z';
const hex = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString('hex');

/** As Exchange writes them: a Windows zone, an Outlook id, Microsoft's own properties. */
const exchangeZone = `BEGIN:VTIMEZONE
TZID:W. Europe Standard Time
BEGIN:STANDARD
DTSTART:16010101T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3
END:DAYLIGHT
END:VTIMEZONE
`;
const outlookUid =
  '040000008200E00074C5B7101A82E00800000000F0A1B2C3D4E5DC01000000000000000010000000A1B2C3D4E5F60718293A4B5C6D7E8F90';
const exchange = calendar(
  'REQUEST',
  `ORGANIZER;CN="Müller, Eva":mailto:eva@example.com
ATTENDEE;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE;CN=Bob:mailto:bob
 @example.com
DESCRIPTION;LANGUAGE=de-DE:Bitte kommen.\\n
RRULE:FREQ=WEEKLY;UNTIL=20260629T080000Z;INTERVAL=1;BYDAY=MO,WE;WKST=MO
UID:${outlookUid}
SUMMARY;LANGUAGE=de-DE:Runde
DTSTART;TZID=W. Europe Standard Time:20260706T100000
DTEND;TZID=W. Europe Standard Time:20260706T110000
CLASS:PRIVATE
PRIORITY:5
DTSTAMP:20260101T120000Z
TRANSP:OPAQUE
STATUS:CONFIRMED
SEQUENCE:0
LOCATION;LANGUAGE=de-DE:Raum 1\\, Haus B
X-MICROSOFT-CDO-APPT-SEQUENCE:0
X-MICROSOFT-CDO-BUSYSTATUS:TENTATIVE
X-MICROSOFT-CDO-INTENDEDSTATUS:OOF
X-MICROSOFT-CDO-ALLDAYEVENT:FALSE
X-MICROSOFT-DISALLOW-COUNTER:TRUE
BEGIN:VALARM
DESCRIPTION:REMINDER
TRIGGER;RELATED=START:-PT15M
ACTION:DISPLAY
END:VALARM`,
  exchangeZone,
);

describe('an invitation of Exchange', () => {
  it('comes with every element a phone shows', () => {
    const { messageClass, meeting, description } = must(exchange);
    expect(messageClass).toBe('IPM.Schedule.Meeting.Request');
    expect(description).toBe('Bitte kommen.');
    expect(meeting).toMatchObject({
      AllDayEvent: false,
      StartTime: new Date('2026-07-06T08:00:00Z'),
      EndTime: new Date('2026-07-06T09:00:00Z'),
      DtStamp: new Date('2026-01-01T12:00:00Z'),
      InstanceType: 1,
      Location: 'Raum 1, Haus B',
      AirSyncBaseLocation: { DisplayName: 'Raum 1, Haus B' },
      Organizer: '"Müller, Eva" <eva@example.com>',
      Reminder: 900,
      ResponseRequested: true,
      Recurrences: {
        Recurrence: {
          ...{ Type: 1, Interval: 1, DayOfWeek: 10, Until: new Date('2026-06-29T08:00:00Z') },
          ...{ IsLeapMonth: false, FirstDayOfWeek: 1 },
        },
      },
      Sensitivity: 2,
      BusyStatus: 3,
      DisallowNewTimeProposal: true,
      MeetingMessageType: 1,
      UID: outlookUid,
    });
    expect(meeting).not.toHaveProperty('RecurrenceId');
  });

  it('has the zone of its VTIMEZONE, not one guessed by its name', () => {
    expect(decodeTimeZone(must(exchange).meeting.TimeZone!)).toEqual({
      standardBias: -60,
      daylightBias: -120,
      transitions: {
        standard: { month: 10, week: 5, dayOfWeek: 0, hour: 3, minute: 0, second: 0 },
        daylight: { month: 3, week: 5, dayOfWeek: 0, hour: 2, minute: 0, second: 0 },
      },
    });
  });

  it('keeps the Outlook id it is known by, with the day of an instance put in', () => {
    expect(hex(must(exchange).meeting.GlobalObjId)).toBe(outlookUid.toLowerCase());
    const instance = exchange.replace(
      'SEQUENCE:0',
      'SEQUENCE:1\nRECURRENCE-ID;TZID=W. Europe Standard Time:20260708T100000',
    );
    const { meeting } = must(instance.replace(/RRULE:FREQ=WEEKLY.*\n/, ''));
    expect(hex(meeting.GlobalObjId)).toBe(
      outlookUid.toLowerCase().replace('82e00800000000', '82e00807ea0708'),
    );
    expect(meeting).toMatchObject({
      ...{ InstanceType: 3, MeetingMessageType: 2, RecurrenceId: new Date('2026-07-08T08:00:00Z') },
    });
  });
});

describe('an invitation of Google', () => {
  const google = calendar(
    'REQUEST',
    `DTSTART:20260310T153000Z
DTEND:20260310T163000Z
DTSTAMP:20260301T101112Z
ORGANIZER;CN=Ann:mailto:ann@gmail.com
UID:abc123@google.com
ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE
 ;CN=bob@example.org;X-NUM-GUESTS=0:mailto:bob@example.org
X-MICROSOFT-CDO-OWNERAPPTID:-1
SEQUENCE:2
STATUS:CONFIRMED
SUMMARY:Chat
TRANSP:OPAQUE`,
    'CALSCALE:GREGORIAN\nX-WR-TIMEZONE:America/New_York\n',
  );

  it('has a vCal-Uid, whole and the same at every reading', () => {
    const data = Buffer.concat([
      Buffer.from('vCal-Uid'),
      Buffer.from([1, 0, 0, 0]),
      Buffer.from('abc123@google.com\0'),
    ]);
    const length = Buffer.alloc(4);
    length.writeUInt32LE(data.length);
    expect(hex(must(google).meeting.GlobalObjId)).toBe(
      '040000008200e00074c5b7101a82e008' + '00'.repeat(20) + hex(length) + hex(data),
    );
  });

  it('counts as an update if its sequence says so, and has no busy word but the default', () => {
    expect(must(google).meeting).toMatchObject({
      ...{ MeetingMessageType: 2, BusyStatus: 2, InstanceType: 0, Sensitivity: 0 },
      ...{ StartTime: new Date('2026-03-10T15:30:00Z'), Organizer: '"Ann" <ann@gmail.com>' },
    });
  });
});

describe('an invitation of Apple', () => {
  const apple = calendar(
    'REQUEST',
    `UID:0F1E2D3C-1111-2222-3333-444455556666
DTSTAMP:20260301T101112Z
DTSTART;VALUE=DATE:20260714
DTEND;VALUE=DATE:20260716
TRANSP:TRANSPARENT
LOCATION:Museum
X-APPLE-STRUCTURED-LOCATION;VALUE=URI;X-TITLE="Museum":geo:52.5,13.4
SUMMARY:Ausflug
SEQUENCE:0
BEGIN:VALARM
ACTION:DISPLAY
TRIGGER:-P1D
END:VALARM`,
    `BEGIN:VTIMEZONE
TZID:Europe/Berlin
BEGIN:DAYLIGHT
TZOFFSETFROM:+0100
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
DTSTART:19810329T020000
TZNAME:CEST
TZOFFSETTO:+0200
END:DAYLIGHT
BEGIN:STANDARD
TZOFFSETFROM:+0200
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
DTSTART:19961027T030000
TZNAME:CET
TZOFFSETTO:+0100
END:STANDARD
END:VTIMEZONE
`,
  );

  it('for whole days begins at local midnight up to 14.1, at 0:00 UTC from 16.0', () => {
    expect(must(apple, 141).meeting).toMatchObject({
      AllDayEvent: true,
      StartTime: new Date('2026-07-13T22:00:00Z'),
      EndTime: new Date('2026-07-15T22:00:00Z'),
      BusyStatus: 0,
    });
    expect(must(apple, 160).meeting).toMatchObject({
      StartTime: new Date('2026-07-14T00:00:00Z'),
      EndTime: new Date('2026-07-16T00:00:00Z'),
    });
  });

  it('without an organizer has the sender for one', () => {
    expect(must(apple).meeting.Organizer).toBe('from@example.org');
  });

  it('tells where the place is, and of an early reminder as much as the element holds', () => {
    expect(must(apple).meeting).toMatchObject({
      AirSyncBaseLocation: { DisplayName: 'Museum', Latitude: 52.5, Longitude: 13.4 },
      Reminder: 65_535,
    });
  });
});

describe('the methods of iTIP', () => {
  const attendee = (partstat: string): string =>
    `${simple}\nORGANIZER:mailto:o@example.org\nATTENDEE;PARTSTAT=${partstat}:mailto:a@example.org`;
  it.each([
    ['REQUEST', simple, 'IPM.Schedule.Meeting.Request', true],
    ['request', simple, 'IPM.Schedule.Meeting.Request', true],
    ['ADD', simple, 'IPM.Schedule.Meeting.Request', true],
    ['CANCEL', simple, 'IPM.Schedule.Meeting.Canceled', true],
    ['REPLY', attendee('ACCEPTED'), 'IPM.Schedule.Meeting.Resp.Pos', true],
    ['REPLY', attendee('TENTATIVE'), 'IPM.Schedule.Meeting.Resp.Tent', true],
    ['REPLY', attendee('DECLINED'), 'IPM.Schedule.Meeting.Resp.Neg', true],
    ['REPLY', attendee('DELEGATED'), 'IPM.Notification.Meeting', true],
    ['COUNTER', attendee('TENTATIVE'), 'IPM.Schedule.Meeting.Resp.Tent', true],
    ['PUBLISH', simple, 'IPM.Notification.Meeting', false],
    ['REFRESH', 'UID:u@example.org\nDTSTAMP:20260101T120000Z', 'IPM.Notification.Meeting', false],
    ['DECLINECOUNTER', simple, 'IPM.Notification.Meeting', false],
  ])('%s of %j gives the class %s', (method, event, messageClass, replacesPart) => {
    const invitation = must(calendar(method, event));
    expect(invitation).toMatchObject({ messageClass, replacesPart });
    expect(invitation.meeting).toMatchObject({ UID: 'u@example.org', ResponseRequested: false });
  });

  it('of a counter proposal tell both times', () => {
    const counter = must(
      calendar(
        'COUNTER',
        `${simple}\nX-MS-OLK-ORIGINALSTART:20260104T090000Z\nX-MS-OLK-ORIGINALEND:20260104T100000Z`,
      ),
    );
    expect(counter.meeting).toMatchObject({
      StartTime: new Date('2026-01-04T09:00:00Z'),
      EndTime: new Date('2026-01-04T10:00:00Z'),
      ProposedStartTime: new Date('2026-01-05T09:00:00Z'),
      ProposedEndTime: new Date('2026-01-05T10:00:00Z'),
    });
  });

  it.each([
    ['no method', calendar('', simple)],
    ['an unknown method', calendar('FROB', simple)],
    ['no event', 'BEGIN:VCALENDAR\nMETHOD:REQUEST\nEND:VCALENDAR'],
    ['a task', 'BEGIN:VCALENDAR\nMETHOD:REQUEST\nBEGIN:VTODO\nUID:1\nEND:VTODO\nEND:VCALENDAR'],
    ['no calendar', 'Hello, this is not a calendar.'],
    ['a cut end', exchange.slice(0, 600)],
    ['nothing', ''],
  ])('are not read out of %s', (_, text) => expect(read(text)).toBeNull());

  it('may stand in the Content-Type alone', () => {
    expect(readInvitation(calendar('', simple), { ...mail(), method: 'request' })?.messageClass).toBe(
      'IPM.Schedule.Meeting.Request',
    );
  });

  it('are read although a line was broken without folding', () => {
    expect(
      must(calendar('REQUEST', `${simple}\nDESCRIPTION:one\ntwo without colon\nLOCATION:x`)).meeting.Location,
    ).toBe('x');
  });

  it('of a series with exceptions speak of the series', () => {
    const text = calendar(
      'REQUEST',
      `${simple}\nRECURRENCE-ID:20260105T090000Z\nEND:VEVENT\nBEGIN:VEVENT\n${simple}\nRRULE:FREQ=DAILY;COUNT=5`,
    );
    expect(must(text).meeting).toMatchObject({
      InstanceType: 1,
      Recurrences: { Recurrence: { Type: 0, Interval: 1, Occurrences: 5 } },
    });
  });
});

describe('recurrence', () => {
  // 5 January 2026 is a Monday.
  it.each([
    ['FREQ=DAILY;INTERVAL=2', { Type: 0, Interval: 2 }],
    ['FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR', { Type: 1, DayOfWeek: 62 }],
    ['FREQ=WEEKLY', { Type: 1, DayOfWeek: 2 }],
    ['FREQ=WEEKLY;BYDAY=SU,SA;WKST=SU', { Type: 1, DayOfWeek: 65, FirstDayOfWeek: 0 }],
    ['FREQ=MONTHLY', { Type: 2, DayOfMonth: 5, CalendarType: 0 }],
    ['FREQ=MONTHLY;BYMONTHDAY=31', { Type: 2, DayOfMonth: 31 }],
    ['FREQ=MONTHLY;BYMONTHDAY=-1', { Type: 3, DayOfWeek: 127, WeekOfMonth: 5 }],
    ['FREQ=MONTHLY;BYDAY=2TU', { Type: 3, DayOfWeek: 4, WeekOfMonth: 2 }],
    ['FREQ=MONTHLY;BYDAY=-1FR', { Type: 3, DayOfWeek: 32, WeekOfMonth: 5 }],
    ['FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1', { Type: 3, DayOfWeek: 62, WeekOfMonth: 5 }],
    ['FREQ=YEARLY', { Type: 5, DayOfMonth: 5, MonthOfYear: 1 }],
    ['FREQ=YEARLY;BYMONTH=7;BYMONTHDAY=14', { Type: 5, DayOfMonth: 14, MonthOfYear: 7 }],
    ['FREQ=YEARLY;BYMONTH=11;BYDAY=4TH', { Type: 6, DayOfWeek: 16, WeekOfMonth: 4, MonthOfYear: 11 }],
    ['FREQ=DAILY;UNTIL=20260110', { Type: 0, Until: new Date('2026-01-10T09:00:00Z') }],
  ])('%s is expressed', (rule, expected) => {
    expect(
      must(calendar('REQUEST', `${simple}\nRRULE:${rule}`)).meeting.Recurrences?.Recurrence,
    ).toMatchObject(expected);
  });

  it.each([
    ...['FREQ=HOURLY', 'FREQ=SECONDLY', 'FREQ=MONTHLY;BYMONTHDAY=1,15', 'FREQ=YEARLY;BYMONTH=1,2'],
    ...['FREQ=YEARLY;BYWEEKNO=20', 'FREQ=MONTHLY;BYDAY=1MO,3MO', 'FREQ=DAILY;INTERVAL=2;BYDAY=MO'],
  ])('%s, which phones have no words for, leaves the first meeting', (rule) => {
    const { meeting } = must(calendar('REQUEST', `${simple}\nRRULE:${rule}`));
    expect(meeting).not.toHaveProperty('Recurrences');
    expect(meeting.InstanceType).toBe(1);
  });
});

describe('zones of calendar texts', () => {
  const zoneOf = (start: string, more = '') =>
    decodeTimeZone(
      must(calendar('REQUEST', `UID:1\nDTSTAMP:20260101T000000Z\nDTSTART${start}`, more)).meeting.TimeZone!,
    );
  it('are taken from their names where they are not defined', () => {
    for (const name of ['Europe/Paris', 'Romance Standard Time', '/citadel.org/20210210_1/Europe/Paris']) {
      expect(zoneOf(`;TZID=${name}:20260105T090000`)).toMatchObject({
        standardBias: -60,
        daylightBias: -120,
      });
    }
  });

  it('are UTC where nobody knows them', () => {
    expect(zoneOf(';TZID=Nowhere:20260105T090000')).toMatchObject({ standardBias: 0, transitions: null });
  });

  it('are the law of the year asked for, not the one that ended', () => {
    const law = (name: string, start: string, until: string, to: string, month: number): string =>
      `BEGIN:${name}\nDTSTART:${start}\nTZOFFSETFROM:-0500\nTZOFFSETTO:${to}\nRRULE:FREQ=YEARLY;BYMONTH=${month};BYDAY=1SU${until}\nEND:${name}\n`;
    const zone = `BEGIN:VTIMEZONE\nTZID:East\n${law('DAYLIGHT', '19870405T020000', ';UNTIL=20060402T070000Z', '-0400', 4)}${law('DAYLIGHT', '20070311T020000', '', '-0400', 3)}${law('STANDARD', '20071104T020000', '', '-0500', 11)}END:VTIMEZONE\n`;
    expect(zoneOf(';TZID=East:20260105T090000', zone)).toMatchObject({
      standardBias: 300,
      transitions: { daylight: { month: 3 }, standard: { month: 11, week: 1 } },
    });
  });

  it('with a rule for every second cost nothing', () => {
    const zone = `BEGIN:VTIMEZONE\nTZID:Evil\nBEGIN:STANDARD\nDTSTART:19700101T000000\nTZOFFSETFROM:+0000\nTZOFFSETTO:+0100\nRRULE:FREQ=SECONDLY\nEND:STANDARD\nEND:VTIMEZONE\n`;
    const begun = performance.now();
    expect(zoneOf(';TZID=Evil:20260105T090000', zone)).toMatchObject({ standardBias: -60 });
    expect(performance.now() - begun).toBeLessThan(20_000);
  });
});

describe('a hostile calendar text', () => {
  it('gives an invitation or none, never an error', () => {
    const lines = exchange.split('\n');
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(lines.length), fc.string({ maxLength: 30 }), fc.nat(40)), { maxLength: 6 }),
        (changes) => {
          const changed = [...lines];
          for (const [at, text, from] of changes) {
            const line = changed[at] ?? '';
            changed[at] = line.slice(0, from) + text;
          }
          expect(() => read(changed.join('\n'))).not.toThrow();
        },
      ),
      { numRuns: 400 },
    );
  });

  it('of 256 KB is read or refused at once', () => {
    const deep = 'BEGIN:VEVENT\n'.repeat(19_000);
    const wide = calendar('REQUEST', `${simple}\n${'ATTENDEE:mailto:a@example.org\n'.repeat(8_000)}X-A:1`);
    const long = calendar('REQUEST', `${simple}\nX-A:${'\n x'.repeat(60_000)}`);
    const zones = 'BEGIN:VTIMEZONE\nTZID:x\nEND:VTIMEZONE\n'.repeat(6_000);
    const begun = performance.now();
    for (const text of [deep, wide, long, calendar('REQUEST', simple, zones)]) read(text);
    expect(performance.now() - begun).toBeLessThan(20_000);
  });
});
