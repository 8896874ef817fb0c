import fc from 'fast-check';
import type { TasksData, TasksItem } from '#eas';
import { BackendError, type View } from '#backend';
import type { ReadContext, WriteContext } from '../codec.js';
import { MalformedText } from '../codec.js';
import { taskCodec } from './task-codec.js';

const versions = [120, 121, 140, 141, 160, 161];
const owner = { identities: [{ address: 'anna@example.org', displayName: 'Anna' }] };
const now = new Date('2026-11-23T08:00:00Z');
const horizon = { from: now, to: now };

const writing = (
  protocolVersion = 161,
  supported: WriteContext['manner']['supported'] = null,
): WriteContext => ({
  manner: { protocolVersion, supported },
  owner,
  now,
  instance: null,
});
const reading = (protocolVersion = 161): ReadContext => {
  const view: View = {
    protocolVersion,
    bodyPreferences: [],
    mimeSupport: 0,
    mimeTruncation: null,
    detail: 'full',
  };
  return { view, owner, occurrence: null };
};
const task = (...lines: string[]): string =>
  [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'BEGIN:VTODO',
    'UID:t1',
    ...lines,
    'END:VTODO',
    'END:VCALENDAR',
    '',
  ].join('\r\n');
const read = (text: string): TasksItem => taskCodec.read(text, reading());
const unfold = (text: string): string => text.replace(/\r\n[ \t]/g, '');
const lines = (text: string): string[] => unfold(text).split('\r\n');

/** All that a phone sends back that changed nothing. */
const echo = (text: string): TasksData => {
  const { Body: body, Categories, ...item } = read(text);
  const data = typeof body?.Data === 'string' ? { Body: { Type: body.Type, Data: body.Data } } : {};
  return {
    ...item,
    Categories: { Category: [...(Categories?.Category as readonly string[])] },
    ...data,
  };
};

const sorted = (categories: TasksItem['Categories']): string[] =>
  [...((categories?.Category ?? []) as readonly string[])].sort();

const date = (text: string): Date => new Date(text);

const berlin = [
  'BEGIN:VTIMEZONE',
  'TZID:Berlin',
  'BEGIN:STANDARD',
  'DTSTART:19701025T030000',
  'TZOFFSETFROM:+0200',
  'TZOFFSETTO:+0100',
  'RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU',
  'END:STANDARD',
  'BEGIN:DAYLIGHT',
  'DTSTART:19700329T020000',
  'TZOFFSETFROM:+0100',
  'TZOFFSETTO:+0200',
  'RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU',
  'END:DAYLIGHT',
  'END:VTIMEZONE',
];
const berlinTask = (...own: string[]): string =>
  [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    ...berlin,
    'BEGIN:VTODO',
    'UID:t1',
    ...own,
    'END:VTODO',
    'END:VCALENDAR',
    '',
  ].join('\r\n');

describe('dates of a task', () => {
  it('are told twice: as the wall shows them and as the moment', () => {
    expect(
      read(berlinTask('DTSTART;TZID=Berlin:20260701T090000', 'DUE;TZID=Berlin:20261123T100000')),
    ).toMatchObject({
      StartDate: date('2026-07-01T09:00:00Z'),
      UtcStartDate: date('2026-07-01T07:00:00Z'),
      DueDate: date('2026-11-23T10:00:00Z'),
      UtcDueDate: date('2026-11-23T09:00:00Z'),
    });
  });

  it('a day is a midnight; a DURATION ends the task', () => {
    expect(read(task('DTSTART;VALUE=DATE:20261123', 'DURATION:P2D'))).toMatchObject({
      StartDate: date('2026-11-23T00:00:00Z'),
      UtcStartDate: date('2026-11-23T00:00:00Z'),
      DueDate: date('2026-11-25T00:00:00Z'),
    });
  });

  it('a phone’s midnight becomes a day and comes back with the phone’s own distance to UTC', () => {
    const said = { DueDate: date('2026-11-24T00:00:00Z'), UtcDueDate: date('2026-11-24T08:00:00Z') };
    const { text } = taskCodec.create({ Subject: 'x', ...said }, 'u', writing());
    expect(unfold(text)).toMatch(/\r\nDUE;[^\r]*VALUE=DATE[^\r]*:20261124\r\n/);
    expect(read(text)).toMatchObject(said);
  });

  it('a time in the zone the task uses stays in that zone', () => {
    const text = berlinTask('DUE;TZID=Berlin;X-KEPT=1:20261123T100000');
    const said = { DueDate: date('2026-07-24T11:30:00Z'), UtcDueDate: date('2026-07-24T09:30:00Z') };
    const changed = taskCodec.apply(text, said, writing()).text;
    expect(lines(changed)).toContain('DUE;X-KEPT=1;TZID=Berlin:20260724T113000');
  });

  it('one of a pair is completed by the other’s distance', () => {
    const said = {
      DueDate: date('2026-11-23T10:00:00Z'),
      UtcDueDate: date('2026-11-23T09:00:00Z'),
      UtcStartDate: date('2026-11-22T09:00:00Z'),
    };
    const { text } = taskCodec.create(said, 'u', writing());
    expect(read(text)).toMatchObject({ ...said, StartDate: date('2026-11-22T10:00:00Z') });
  });

  it('an empty date, and Outlook’s "none", take the date away', () => {
    const text = task('DUE;VALUE=DATE:20261123');
    for (const DueDate of [null, date('4501-01-01T00:00:00Z')]) {
      expect(taskCodec.apply(text, { DueDate, UtcDueDate: DueDate }, writing()).text).not.toContain('DUE');
    }
  });

  it('a day beside a time is written as a time, so that both have one type', () => {
    const text = task('DTSTART;VALUE=DATE:20261123');
    const said = {
      StartDate: date('2026-11-23T00:00:00Z'),
      UtcStartDate: date('2026-11-23T00:00:00Z'),
      DueDate: date('2026-11-24T15:00:00Z'),
      UtcDueDate: date('2026-11-24T15:00:00Z'),
    };
    const changed = taskCodec.apply(text, said, writing()).text;
    expect(lines(changed)).toEqual(
      expect.arrayContaining(['DTSTART:20261123T000000Z', 'DUE:20261124T150000Z']),
    );
    expect(read(changed)).toMatchObject(said);
  });
});

describe('what a phone does not speak of', () => {
  const rich = berlinTask(
    'SUMMARY;LANGUAGE=de:Steuer',
    'DTSTART;TZID=Berlin:20261101T090000',
    'DUE;TZID=Berlin:20261123T100000',
    'PRIORITY:3',
    'STATUS:IN-PROCESS',
    'PERCENT-COMPLETE:40',
    'RELATED-TO;RELTYPE=PARENT:other',
    'X-APPLE-SORT-ORDER:12',
    'CATEGORIES:a\\,b,c',
    'CATEGORIES;LANGUAGE=de:d',
    'CLASS:X-SECRET',
    'RRULE:FREQ=WEEKLY;BYDAY=MO,SU;X-MORE=1',
    'DESCRIPTION:<b>',
    'X-FOO;X-P="a;b":c\\,d',
    'BEGIN:VALARM',
    'ACTION:EMAIL',
    'TRIGGER:-PT1H',
    'END:VALARM',
    'BEGIN:VALARM',
    'ACTION:DISPLAY',
    'TRIGGER;RELATED=END:-PT15M',
    'X-WR-ALARMUID:1',
    'END:VALARM',
  );

  it.each(versions)('an echo of the whole task changes not one byte (%s)', (version) => {
    expect(taskCodec.apply(rich, echo(rich), writing(version)).text).toBe(rich);
  });

  it('stays beside a change of something else', () => {
    const changed = taskCodec.apply(rich, { ...echo(rich), Subject: 'Steuern' }, writing()).text;
    const before = lines(rich).filter((line) => !line.startsWith('SUMMARY'));
    expect(lines(changed)).toEqual(expect.arrayContaining(before));
    expect(lines(changed)).toContain('SUMMARY;LANGUAGE=de:Steuern');
  });

  it('importance, reminder and body are kept, the rest of what it leaves out goes (trap 53)', () => {
    const changed = taskCodec.apply(rich, { Subject: 'Steuer' }, writing()).text;
    expect(read(changed)).toMatchObject({ Importance: 2, ReminderSet: false, Body: { Data: '<b>' } });
    const gone = read(changed);
    expect(gone.Categories).toEqual({ Category: [] });
    expect(gone).not.toHaveProperty('DueDate');
    expect(gone).not.toHaveProperty('Recurrence');
    expect(changed).toContain('X-FOO');
  });

  it('a reminder survives a change that does not mention it', () => {
    const said = { ...echo(rich) };
    delete (said as Partial<Record<keyof TasksData, unknown>>).ReminderSet;
    delete (said as Partial<Record<keyof TasksData, unknown>>).ReminderTime;
    expect(taskCodec.apply(rich, said, writing()).text).toBe(rich);
  });
});

describe('a task that is done', () => {
  it('has a date, also where nobody stored one', () => {
    const done = task('STATUS:COMPLETED', 'LAST-MODIFIED:20260101T100000Z');
    expect(read(done)).toMatchObject({ Complete: true, DateCompleted: date('2026-01-01T10:00:00Z') });
    expect(taskCodec.survey(done, horizon)).toEqual({ day: 0, occurrences: null });
    expect(
      taskCodec.survey(task('STATUS:NEEDS-ACTION', 'COMPLETED:20260101T100000Z'), horizon).day,
    ).toBeNull();
  });

  it('is told in all three ways, and to do again in none', () => {
    const DateCompleted = date('2026-11-20T10:00:00Z');
    const done = taskCodec.apply(
      task('STATUS:IN-PROCESS'),
      { Complete: true, DateCompleted },
      writing(),
    ).text;
    expect(lines(done)).toEqual(
      expect.arrayContaining(['STATUS:COMPLETED', 'COMPLETED:20261120T100000Z', 'PERCENT-COMPLETE:100']),
    );
    const again = taskCodec.apply(done, { Complete: false }, writing()).text;
    expect(again).not.toMatch(/\r\n(COMPLETED|PERCENT-COMPLETE):/);
    expect(read(again).Complete).toBe(false);
  });
});

describe('a series of tasks', () => {
  const Start = date('2026-11-23T00:00:00Z');
  const dates = { StartDate: Start, UtcStartDate: Start };

  it('is an RRULE with a DTSTART, also where the phone sends no start', () => {
    const { text } = taskCodec.create(
      { Recurrence: { Type: 1, DayOfWeek: 2, Interval: 2, Start } },
      'u',
      writing(),
    );
    expect(lines(text)).toContain('RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=MO');
    expect(unfold(text)).toMatch(/\r\nDTSTART[^\r]*:20261123\r\n/);
    const item = read(text);
    expect(item).not.toHaveProperty('StartDate');
    expect(item.Recurrence).toMatchObject({
      Type: 1,
      DayOfWeek: 2,
      Interval: 2,
      Start,
      DeadOccur: false,
      Regenerate: false,
    });
  });

  it('needs Type and Start', () => {
    for (const Recurrence of [{ Type: 0 }, { Start }]) {
      expect(() => taskCodec.create({ Recurrence }, 'u', writing())).toThrow(BackendError);
    }
  });

  it('of both ends Occurrences is the one that holds', () => {
    const Until = date('2026-12-24T00:00:00Z');
    const { text } = taskCodec.create(
      { ...dates, Recurrence: { Type: 0, Start, Until, Occurrences: 5 } },
      'u',
      writing(),
    );
    expect(lines(text)).toContain('RRULE:FREQ=DAILY;COUNT=5');
  });

  it('ends with its last day, whatever zone it is in', () => {
    const Until = date('2026-12-24T00:00:00Z');
    const first = berlinTask('DTSTART;TZID=Berlin:20261123T100000');
    const said = { ...echo(first), Recurrence: { Type: 0, Start: date('2026-11-23T10:00:00Z'), Until } };
    const changed = taskCodec.apply(first, said, writing()).text;
    expect(lines(changed)).toContain('RRULE:FREQ=DAILY;UNTIL=20261224T090000Z');
    expect(read(changed).Recurrence).toMatchObject({ Until });
  });

  it('an occurrence that is done and dead is no series to other programs, and still is to the phone', () => {
    const data = {
      ...dates,
      Complete: true,
      DateCompleted: now,
      Recurrence: { Type: 0, Interval: 1, Start, DeadOccur: true },
    };
    const { text } = taskCodec.create(data, 'u', writing());
    expect(text).not.toMatch(/\r\nRRULE/);
    expect(read(text)).toMatchObject({
      Complete: true,
      Recurrence: { Type: 0, Interval: 1, Start, DeadOccur: true },
    });
    const alive = taskCodec.apply(
      text,
      { ...data, Complete: false, Recurrence: { ...data.Recurrence, DeadOccur: false } },
      writing(),
    ).text;
    expect(lines(alive)).toContain('RRULE:FREQ=DAILY');
  });

  it('Regenerate is kept', () => {
    const { text } = taskCodec.create(
      { ...dates, Recurrence: { Type: 0, Interval: 3, Start, Regenerate: true } },
      'u',
      writing(),
    );
    expect(read(text).Recurrence).toMatchObject({ Regenerate: true, Interval: 3 });
  });

  it.each(['FREQ=HOURLY', 'FREQ=MONTHLY;BYMONTHDAY=1,15', 'FREQ=YEARLY;BYMONTH=1,2'])(
    'a rule without words (%s) is a single task, and nothing a phone sends takes the rule away',
    (rule) => {
      const text = task('SUMMARY:x', 'DTSTART:20261123T100000Z', `RRULE:${rule}`);
      expect(read(text)).not.toHaveProperty('Recurrence');
      for (const Recurrence of [{}, undefined]) {
        const changed = taskCodec.apply(text, { ...echo(text), Subject: 'y', Recurrence }, writing(120)).text;
        expect(lines(changed)).toContain(`RRULE:${rule}`);
      }
    },
  );

  it('an empty Recurrence makes a single task of it', () => {
    const { text } = taskCodec.create({ Recurrence: { Type: 0, Start } }, 'u', writing());
    const single = taskCodec.apply(text, { Recurrence: {} }, writing()).text;
    expect(single).not.toMatch(/RRULE|DTSTART|X-ACTIVESYNC/);
  });
});

describe('a reminder', () => {
  it('is the alarm’s moment; moving it leaves the others alone, and taking it away takes no mail away', () => {
    const text = task(
      'DUE:20261123T100000Z',
      ...['BEGIN:VALARM', 'ACTION:EMAIL', 'TRIGGER;RELATED=END:-PT1H', 'END:VALARM'],
      ...['BEGIN:VALARM', 'ACTION:DISPLAY', 'TRIGGER;RELATED=END:-PT15M', 'X-A:1', 'END:VALARM'],
      ...['BEGIN:VALARM', 'ACTION:AUDIO', 'TRIGGER;RELATED=END:-PT5M', 'END:VALARM'],
    );
    expect(read(text)).toMatchObject({ ReminderSet: true, ReminderTime: date('2026-11-23T09:45:00Z') });
    const ReminderTime = date('2026-11-23T08:30:00Z');
    const moved = taskCodec.apply(text, { ...echo(text), ReminderTime }, writing()).text;
    expect(read(moved).ReminderTime).toEqual(ReminderTime);
    expect(lines(moved)).toEqual(
      expect.arrayContaining(['TRIGGER;RELATED=END:-PT5M', 'TRIGGER;RELATED=END:-PT1H', 'X-A:1']),
    );
    const off = taskCodec.apply(moved, { ...echo(moved), ReminderSet: false }, writing()).text;
    expect(off.match(/ACTION:\w+/g)).toEqual(['ACTION:EMAIL']);
  });

  it('that somebody has seen is over', () => {
    const alarm = [
      'BEGIN:VALARM',
      'ACTION:DISPLAY',
      'TRIGGER:-PT15M',
      'ACKNOWLEDGED:20261123T094500Z',
      'END:VALARM',
    ];
    expect(read(task('DTSTART:20261123T100000Z', ...alarm)).ReminderSet).toBe(false);
  });
});

describe('importance and sensitivity', () => {
  it.each([
    [1, 2],
    [4, 2],
    [5, 1],
    [6, 0],
    [9, 0],
    [0, 1],
  ])('PRIORITY:%s is importance %s', (priority, importance) => {
    expect(read(task(`PRIORITY:${priority}`)).Importance).toBe(importance);
  });
  it('a number of importance that nobody knows comes back (MS-ASTASK 2.2.2.14)', () => {
    expect(read(taskCodec.create({ Importance: 7 }, 'u', writing()).text).Importance).toBe(7);
  });
  it('a sensitivity that nobody knows is refused', () => {
    expect(() => taskCodec.create({ Sensitivity: 4 }, 'u', writing())).toThrow(BackendError);
  });
});

it.each([
  '',
  'x',
  'BEGIN:VCALENDAR\r\nEND:VCALENDAR',
  'BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nEND:VEVENT\r\nEND:VCALENDAR',
])('what is no task is malformed, not a crash: %j', (text) => {
  for (const use of [
    (each: string) => taskCodec.words(each),
    (each: string) => taskCodec.uidOf(each),
    read,
    (each: string) => taskCodec.survey(each, horizon),
  ]) {
    expect(() => use(text)).toThrow(MalformedText);
  }
});

it('hostile values are left out, not thrown', () => {
  const hostile = task(
    ...['DTSTART:99999999T999999Z', 'DUE;TZID=No/Where:20261399T250000', 'DURATION:x'],
    ...[
      'PRIORITY:high',
      'STATUS:UNHEARD-OF',
      'PERCENT-COMPLETE:-',
      'CATEGORIES:,,',
      'X-ACTIVESYNC-ORDINAL-DATE:1',
    ],
    ...['BEGIN:VALARM', 'TRIGGER:never', 'END:VALARM'],
  );
  expect(read(hostile)).toMatchObject({ Importance: 1, Complete: false, ReminderSet: false });
  expect(taskCodec.apply(hostile, { ...echo(hostile), Subject: 'a' }, writing()).text).toContain('SUMMARY:a');
});

it('an all-lines fuzz of values never throws anything but MalformedText', () => {
  const name = fc.constantFrom(
    'DTSTART',
    'DUE',
    'DURATION',
    'RRULE',
    'RDATE',
    'COMPLETED',
    'CLASS',
    'CATEGORIES',
    'X-ALT-DESC',
    'STATUS',
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(name, fc.string({ maxLength: 30 }))), (pairs) => {
      const text = task(...pairs.map(([key, value]) => `${key}:${value.replace(/[\r\n]/g, '')}`));
      try {
        taskCodec.apply(text, { ...echo(text), Subject: 's' }, writing());
        taskCodec.words(text);
      } catch (error) {
        if (!(error instanceof MalformedText) && (error as { kind?: unknown }).kind !== 'invalid')
          throw error;
      }
    }),
  );
});

describe('any task of a phone', () => {
  const second = 1000;
  const moment = fc
    .integer({ min: Date.UTC(1990, 0) / second, max: Date.UTC(2090, 0) / second })
    .map((at) => new Date(at * second));
  const midnight = moment.map((at) => new Date(Math.floor(at.getTime() / 86_400_000) * 86_400_000));
  const words = fc
    .string({ unit: 'grapheme', maxLength: 20 })
    .map((text) => text.replace(/\s+/g, ' ').trim())
    .filter((text) => !/[\u2028\u2029\u0000-\u001f\u007f\ufffe\uffff]/.test(text));
  const offset = fc.integer({ min: -12 * 4, max: 14 * 4 }).map((quarters) => quarters * 15 * 60_000);
  const pair = (local: Date, by: number): { local: Date; utc: Date } => ({
    local,
    utc: new Date(local.getTime() - by),
  });
  const pattern = fc
    .oneof(
      fc.record({ Type: fc.constant(1), DayOfWeek: fc.integer({ min: 1, max: 127 }) }),
      fc.record({ Type: fc.constant(0) }),
      fc.record({ Type: fc.constant(2), DayOfMonth: fc.integer({ min: 1, max: 31 }) }),
      fc.record({
        Type: fc.constant(5),
        DayOfMonth: fc.integer({ min: 1, max: 28 }),
        MonthOfYear: fc.integer({ min: 1, max: 12 }),
      }),
      fc.record({
        Type: fc.constant(3),
        DayOfWeek: fc.constantFrom(1, 2, 64, 62, 65, 127),
        WeekOfMonth: fc.integer({ min: 1, max: 5 }),
      }),
      fc.record({
        Type: fc.constant(6),
        DayOfWeek: fc.constantFrom(1, 32, 62),
        WeekOfMonth: fc.integer({ min: 1, max: 5 }),
        MonthOfYear: fc.integer({ min: 1, max: 12 }),
      }),
    )
    .filter(({ ...each }) => !('WeekOfMonth' in each && each.DayOfWeek === 127 && each.WeekOfMonth < 5));
  const series = fc
    .tuple(
      pattern,
      midnight,
      fc.record(
        {
          Interval: fc.integer({ min: 1, max: 999 }),
          Regenerate: fc.boolean(),
          DeadOccur: fc.boolean(),
          FirstDayOfWeek: fc.integer({ min: 0, max: 6 }),
        },
        { requiredKeys: ['Interval', 'Regenerate', 'DeadOccur'] },
      ),
      fc.option(
        fc.oneof(
          fc.integer({ min: 1, max: 999 }),
          fc.integer({ min: 1, max: 999 }).map((days) => ({ days })),
        ),
      ),
    )
    .map(([kind, Start, more, end]) => ({
      ...kind,
      Start,
      ...more,
      ...(end === null
        ? {}
        : typeof end === 'number'
          ? { Occurrences: end }
          : { Until: new Date(Start.getTime() + end.days * 86_400_000) }),
    }));
  const anyTask = fc
    .record({
      Subject: words,
      Importance: fc.integer({ min: 0, max: 5 }),
      Sensitivity: fc.integer({ min: 0, max: 3 }),
      categories: fc.uniqueArray(
        words.filter((text) => text !== ''),
        { maxLength: 4 },
      ),
      body: fc.oneof(words, fc.constant('a\r\nb;c,d\\n')),
      done: fc.option(moment),
      remind: fc.option(moment),
      by: offset,
      start: fc.option(fc.oneof(midnight, moment)),
      due: fc.option(fc.oneof(midnight, moment)),
      recurrence: fc.option(series),
      ordinal: fc.option(moment),
    })
    .map(({ categories, body, done, remind, by, start, due, recurrence, ordinal, ...plain }): TasksData => {
      const [from, to] = [start && pair(start, by), due && pair(due, by)];
      return {
        ...plain,
        Categories: { Category: categories },
        Body: { Type: 1, Data: body },
        Complete: done !== null,
        ...(done === null ? {} : { DateCompleted: done }),
        ReminderSet: remind !== null,
        ...(remind === null ? {} : { ReminderTime: remind }),
        ...(from ? { StartDate: from.local, UtcStartDate: from.utc } : {}),
        ...(to ? { DueDate: to.local, UtcDueDate: to.utc } : {}),
        ...(recurrence === null ? {} : { Recurrence: recurrence }),
        ...(ordinal === null ? {} : { OrdinalDate: ordinal, SubOrdinalDate: '5' }),
      };
    });

  const expectShown = (text: string, said: TasksData): void => {
    const item = read(text);
    const { Body: body, Recurrence, Categories, ...rest } = said;
    expect(item).toMatchObject(rest);
    // A set: those that were there keep their place.
    expect(sorted(item.Categories)).toEqual(sorted(Categories));
    if (Recurrence === undefined) expect(item).not.toHaveProperty('Recurrence');
    else expect(item.Recurrence).toMatchObject(Recurrence);
    expect((item.Body?.Data as string | undefined) ?? '').toBe(body?.Data?.trimEnd());
    for (const key of ['StartDate', 'DueDate', 'DateCompleted', 'ReminderTime'] as const) {
      if (!(key in said)) expect(item).not.toHaveProperty(key);
    }
  };

  it('comes back as it was sent, new and over any other, in every version; what is unknown stays', () => {
    fc.assert(
      fc.property(anyTask, anyTask, fc.constantFrom(...versions), (first, second_, version) => {
        const { text } = taskCodec.create(first, 'u', writing(version));
        expectShown(text, first);
        const foreign = text.replace('UID:u', 'UID:u\r\nX-FOO;BAR=baz:kept');
        const changed = taskCodec.apply(foreign, second_, writing(version)).text;
        expectShown(changed, second_);
        expect(changed).toContain('X-FOO;BAR=baz:kept');
        expect(taskCodec.apply(changed, echo(changed), writing(version)).text).toBe(changed);
      }),
      { numRuns: 300 },
    );
  });
});
