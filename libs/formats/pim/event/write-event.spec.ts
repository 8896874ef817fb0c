import type { ItemDataByClass } from '#eas';
import { encodeTimeZone } from '../../time-zone-blob.js';
import { rulesOfZone } from '../../time-zone-rules.js';
import type { Owner, WriteContext } from '../codec.js';
import { readEvent } from './read-event.js';
import { applyEvent, createEvent, withoutOccurrence } from './write-event.js';

type Data = ItemDataByClass['Calendar'];

const owner: Owner = { identities: [{ address: 'anna@example.org', displayName: 'Anna' }] };
const now = new Date('2026-03-01T12:10:00Z');
const berlin = encodeTimeZone(rulesOfZone('Europe/Berlin', 2026));

const context = (protocolVersion: number, more: Partial<WriteContext> = {}): WriteContext => ({
  manner: { protocolVersion, supported: null },
  owner,
  now,
  instance: null,
  ...more,
});

const refusal = (kind: string): Error => expect.objectContaining({ kind }) as Error;

const read = (text: string, protocolVersion: number): ReturnType<typeof readEvent> =>
  readEvent(text, {
    owner,
    occurrence: null,
    view: {
      protocolVersion,
      bodyPreferences: [{ type: 1 }],
      mimeSupport: 0,
      mimeTruncation: null,
      detail: 'full',
    },
  });

const event = (...lines: readonly string[]): string =>
  [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Somebody//Else//EN',
    'X-WR-CALNAME:kept',
    'BEGIN:VEVENT',
    'UID:1@example.org',
    'DTSTAMP:20260101T000000Z',
    ...lines,
    'END:VEVENT',
    'END:VCALENDAR',
    '',
  ].join('\r\n');

const series = (...more: readonly string[]): string =>
  event(
    'SUMMARY:Weekly',
    'DTSTART;TZID=Europe/Berlin:20260302T100000',
    'DTEND;TZID=Europe/Berlin:20260302T110000',
    'RRULE:FREQ=WEEKLY;BYDAY=MO;X-KEPT=1',
    ...more,
  );

/** What a phone up to 14.1 sends back of an item it does not change. */
const echo = (text: string, protocolVersion: number): Data => {
  const item = read(text, protocolVersion);
  const { Body: _, ...rest } = item;
  return rest as Data;
};

const meeting: Data = {
  Subject: 'Planning',
  StartTime: new Date('2026-03-02T09:00:00Z'),
  EndTime: new Date('2026-03-02T10:00:00Z'),
  Timezone: berlin,
};

describe('a new event', () => {
  it.each([121, 140, 141, 160, 161])('is written in the zone its blob means, in %d', (version) => {
    const { text } = createEvent(meeting, 'u1', context(version));
    expect(text).toContain('DTSTART;TZID=Europe/Berlin:20260302T100000');
    expect(text).toContain('DTEND;TZID=Europe/Berlin:20260302T110000');
    expect(text).toContain('BEGIN:VTIMEZONE\r\nTZID:Europe/Berlin');
    expect(text.indexOf('VTIMEZONE')).toBeLessThan(text.indexOf('VEVENT'));
    expect(text).toContain('UID:u1');
    expect(read(text, version)).toMatchObject({ ...meeting, AllDayEvent: false });
  });

  it('takes the UID of a phone that invites by itself, and no other', () => {
    const data = { ...meeting, UID: 'from-phone\u0000' };
    expect(createEvent(data, 'u1', context(141)).text).toContain('UID:from-phone\r\n');
    expect(createEvent(data, 'u1', context(161)).text).toContain('UID:u1\r\n');
  });

  it('of all day is a date, said as midnight of the zone or as a floating date', () => {
    const local = {
      ...meeting,
      AllDayEvent: true,
      StartTime: new Date('2026-03-01T23:00:00Z'),
      EndTime: new Date('2026-03-02T23:00:00Z'),
    };
    const floating = {
      Subject: 'x',
      AllDayEvent: true,
      StartTime: new Date('2026-03-02T00:00:00Z'),
      EndTime: new Date('2026-03-03T00:00:00Z'),
    };
    for (const version of [121, 141, 160, 161]) {
      for (const data of [local, floating]) {
        const { text } = createEvent(data, 'u1', context(version));
        expect(text).toContain('DTSTART;VALUE=DATE:20260302');
        expect(text).toContain('DTEND;VALUE=DATE:20260303');
      }
    }
  });

  it('without times begins at the next half hour', () => {
    const { text } = createEvent({ Subject: 'x' }, 'u1', context(161));
    expect(text).toContain('DTSTART:20260301T123000Z');
    expect(text).toContain('DTEND:20260301T130000Z');
  });

  it('that ends before it starts is refused, one that takes no time is not', () => {
    const at = meeting.StartTime!;
    expect(() =>
      createEvent({ ...meeting, EndTime: new Date(at.getTime() - 1000) }, 'u', context(161)),
    ).toThrow(refusal('invalid'));
    const { text } = createEvent({ ...meeting, EndTime: at }, 'u', context(161));
    expect(read(text, 161).EndTime).toEqual(at);
  });

  it('with attendees has the owner for its organizer, whom iOS leaves out', () => {
    const data = {
      ...meeting,
      Attendees: { Attendee: [{ Email: 'bob@example.org', Name: 'Bob', AttendeeType: 2 }] },
    };
    const { text } = createEvent(data, 'u1', context(161));
    expect(text).toContain('ORGANIZER;CN=Anna:mailto:anna@example.org');
    expect(text.replace(/\r\n /g, '')).toContain(
      'ATTENDEE;CN=Bob;ROLE=OPT-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:bob@example.org',
    );
  });

  it('in a zone of rules that nobody knows defines that zone', () => {
    const rules = rulesOfZone('Europe/Berlin', 2026);
    const odd = encodeTimeZone({ ...rules, standardBias: -65, daylightBias: -125 });
    const { text } = createEvent({ ...meeting, Timezone: odd }, 'u1', context(141));
    expect(text).toContain('TZOFFSETTO:+0105');
    expect(read(text, 141)).toMatchObject({ StartTime: meeting.StartTime, Timezone: odd });
  });
});

describe('files of an event', () => {
  it('are added with what they hold, named as they are read, and taken away by that name', () => {
    const data: Data = {
      ...meeting,
      Attachments: {
        Attachment: [],
        Delete: [],
        Add: [{ ClientId: 'c1', DisplayName: 'a.txt', ContentType: 'text/plain' }],
      },
    };
    const contents = new Map([['c1', Buffer.from('hello')]]);
    const { text, files } = createEvent(data, 'u1', context(161, { contents }));
    expect(text).toContain('aGVsbG8=');
    const [told] = read(text, 161).Attachments?.Attachment as {
      FileReference: string;
      DisplayName: string;
    }[];
    expect(told).toMatchObject({ DisplayName: 'a.txt', FileReference: files[0]!.part });
    const Delete = [{ FileReference: told!.FileReference }];
    const after = applyEvent(text, { Attachments: { Attachment: [], Add: [], Delete } }, context(161)).text;
    expect(after).not.toContain('ATTACH');
  });

  it('without content are left out: iOS sends such', () => {
    const Add = [{ ClientId: 'c1', DisplayName: 'a.txt' }];
    const { text, files } = createEvent(
      { ...meeting, Attachments: { Attachment: [], Delete: [], Add } },
      'u1',
      context(161),
    );
    expect(text).not.toContain('ATTACH');
    expect(files).toEqual([]);
  });
});

describe('a reminder', () => {
  const alarmed = series(
    'BEGIN:VALARM',
    'ACTION:EMAIL',
    'TRIGGER:-PT2H',
    'ATTENDEE:mailto:a@example.org',
    'END:VALARM',
    'BEGIN:VALARM',
    'ACTION:DISPLAY',
    'TRIGGER:-PT15M',
    'X-KEPT:1',
    'END:VALARM',
  );

  it('is changed, taken away or kept without a touch on other alarms (trap 95)', () => {
    const { text } = applyEvent(alarmed, { Reminder: 0 }, context(161));
    expect(text).toMatch(/TRIGGER:-PT2H[^]*TRIGGER:-?PT0S\r\nX-KEPT:1/);
    const none = applyEvent(alarmed, { Reminder: null }, context(161)).text;
    expect(none).toContain('TRIGGER:-PT2H');
    expect(none).not.toContain('X-KEPT:1');
    expect(applyEvent(alarmed, {}, context(161)).text).toBe(alarmed);
    const { Reminder: _, ...omitted } = echo(alarmed, 141);
    expect(applyEvent(alarmed, omitted, context(141)).text).not.toContain('X-KEPT:1');
  });
});

describe('a change that says nothing new', () => {
  const texts: readonly (readonly [string, string])[] = [
    ['a series', series('EXDATE;TZID=Europe/Berlin:20260309T100000', 'X-FOO;X-BAR=1:a\\,b')],
    ['an event in UTC', event('SUMMARY:a\\nb', 'DTSTART:20260302T100000Z', 'DURATION:PT1H')],
    ['a floating event', event('DTSTART:20260302T100000', 'DTEND:20260302T103000')],
    ['an all-day series', event('DTSTART;VALUE=DATE:20240229', 'RRULE:FREQ=YEARLY;UNTIL=20400229')],
    [
      'alarms',
      event(
        'DTSTART:20260302T100000Z',
        'BEGIN:VALARM',
        'ACTION:EMAIL',
        'TRIGGER:-PT1H',
        'ATTENDEE:mailto:x@example.org',
        'SUMMARY:s',
        'DESCRIPTION:d',
        'END:VALARM',
        'BEGIN:VALARM',
        'ACTION:DISPLAY',
        'TRIGGER:-PT15M',
        'ACKNOWLEDGED:20260301T000000Z',
        'END:VALARM',
      ),
    ],
    [
      'a meeting',
      event(
        'DTSTART:20260302T100000Z',
        'DTEND:20260302T110000Z',
        'ORGANIZER;CN=Bob;SCHEDULE-AGENT=CLIENT:mailto:bob@example.org',
        'ATTENDEE;CUTYPE=INDIVIDUAL;PARTSTAT=TENTATIVE;X-N=1:mailto:Anna@example.org',
        'ATTENDEE;ROLE=CHAIR:mailto:bob@example.org',
        'ATTENDEE;CN=Nobody:urn:uuid:1',
      ),
    ],
  ];
  const versions = [121, 140, 141, 160, 161];
  it.each(texts.flatMap(([name, text]) => versions.map((version) => [name, version, text] as const)))(
    'leaves %s as it is, in %d',
    (_, version, text) => {
      const data = echo(text, version);
      const sent = version >= 160 ? { ...data, Exceptions: undefined } : data;
      expect(applyEvent(text, sent, context(version)).text).toBe(text);
    },
  );
});

describe('a series', () => {
  const recurrence = { Type: 1, Interval: 1, DayOfWeek: 2 };

  it('keeps what the phone cannot see of its rule when only its end changes', () => {
    const data = { ...echo(series(), 141), Recurrence: { ...recurrence, FirstDayOfWeek: 1, Occurrences: 5 } };
    expect(applyEvent(series(), data, context(141)).text).toContain(
      'RRULE:FREQ=WEEKLY;BYDAY=MO;X-KEPT=1;COUNT=5',
    );
  });

  it('ends with the day that Until names, whatever the time of day', () => {
    for (const until of ['2026-03-30T08:00:00Z', '2026-03-30T00:00:00Z', '2026-03-29T22:00:00Z']) {
      const data = { ...echo(series(), 141), Recurrence: { ...recurrence, Until: new Date(until) } };
      expect(applyEvent(series(), data, context(141)).text).toContain('UNTIL=20260330T080000Z');
    }
  });

  it('takes an occurrence out by the list of an old phone, and keeps the others', () => {
    const text = series('EXDATE;TZID=Europe/Berlin:20260309T100000');
    const data = {
      Exceptions: { Exception: [{ Deleted: true, ExceptionStartTime: new Date('2026-03-16T09:00:00Z') }] },
    };
    const after = applyEvent(text, { ...echo(text, 141), ...data }, context(141)).text;
    expect(after).toContain('EXDATE;TZID=Europe/Berlin:20260309T100000');
    expect(after).toContain('EXDATE;TZID=Europe/Berlin:20260316T100000');
  });

  it('changes one occurrence by InstanceId, which says all that it is', () => {
    const instance = new Date('2026-03-16T09:00:00Z');
    const data = {
      Subject: 'Other',
      StartTime: new Date('2026-03-16T12:00:00Z'),
      EndTime: new Date('2026-03-16T13:00:00Z'),
    };
    const { text } = applyEvent(series('LOCATION:Room'), data, context(161, { instance }));
    expect(text).toContain('RECURRENCE-ID;TZID=Europe/Berlin:20260316T100000');
    expect(text.match(/LOCATION:Room/g)).toHaveLength(2);
    expect(read(text, 161).Exceptions).toEqual({
      Exception: [expect.objectContaining({ ...data, InstanceId: '20260316T090000Z' })],
    });
  });

  it('whose title changes gives it to occurrences that had no other', () => {
    const instance = new Date('2026-03-16T09:00:00Z');
    const first = applyEvent(
      series(),
      { Location: undefined, Sensitivity: 2 },
      context(161, { instance }),
    ).text;
    const { text } = applyEvent(first, { Subject: 'New' }, context(161));
    expect(text.match(/SUMMARY:New/g)).toHaveLength(2);
    expect(text).not.toContain('SUMMARY:Weekly');
  });

  it('forgets its exceptions from 16.0 on when its times change, and keeps them before', () => {
    const text = series('EXDATE;TZID=Europe/Berlin:20260309T100000');
    const times = { StartTime: new Date('2026-03-02T10:00:00Z'), EndTime: new Date('2026-03-02T11:00:00Z') };
    expect(applyEvent(text, times, context(161)).text).not.toContain('EXDATE');
    const old = applyEvent(text, { ...echo(text, 141), ...times, Exceptions: undefined }, context(141)).text;
    expect(old).toContain('EXDATE;TZID=Europe/Berlin:20260309T110000');
  });

  it('refuses what only a series has in an occurrence, and an occurrence it does not have', () => {
    const instance = new Date('2026-03-16T09:00:00Z');
    const refused = (data: Data, at = instance): void =>
      void applyEvent(series(), data, context(161, { instance: at }));
    expect(() => refused({ Timezone: berlin })).toThrow(refusal('invalid'));
    expect(() => refused({ AllDayEvent: true })).toThrow(refusal('invalid'));
    expect(() => refused({ Subject: 'x' }, new Date('2026-03-17T09:00:00Z'))).toThrow(refusal('gone'));
  });

  it('loses an occurrence, and does not lose it twice', () => {
    const instance = new Date('2026-03-16T09:00:00Z');
    const once = withoutOccurrence(series(), instance, context(161));
    expect(once).toContain('EXDATE;TZID=Europe/Berlin:20260316T100000');
    expect(() => withoutOccurrence(once, instance, context(161))).toThrow(refusal('gone'));
  });

  it('becomes a single event by an empty Recurrence', () => {
    const { text } = applyEvent(series(), { Recurrence: {} }, context(161));
    expect(text).not.toContain('RRULE:FREQ=WEEKLY');
  });
});
