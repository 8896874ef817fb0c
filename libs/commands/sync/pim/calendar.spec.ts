import type { MemoryObjectSource } from '#backends/memory';
import { encodeTimeZone, rulesOfZone } from '#formats';
import { commandsOf, PimSync, TestServer, type Answered, type ClientCommand } from '../../testing/index.js';

type Event = NonNullable<
  NonNullable<Extract<ClientCommand, { Add: unknown }>['Add']['ApplicationData']>['Calendar']
>;

const berlin = encodeTimeZone(rulesOfZone('Europe/Berlin', 2026));
const at = (text: string): Date => new Date(text);

const ical = (...lines: readonly string[]): string =>
  [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Somebody//Else//EN',
    'BEGIN:VEVENT',
    'UID:1@example.org',
    'DTSTAMP:20260101T000000Z',
    ...lines,
    'X-OTHER:kept',
    'END:VEVENT',
    'END:VCALENDAR',
    '',
  ].join('\r\n');
const single = (summary: string, ...more: readonly string[]): string =>
  ical(`SUMMARY:${summary}`, 'DTSTART:20261201T100000Z', 'DTEND:20261201T110000Z', ...more);
const weekly = (...more: readonly string[]): string =>
  ical(
    'SUMMARY:Weekly',
    'DTSTART;TZID=Europe/Berlin:20261202T100000',
    'DTEND;TZID=Europe/Berlin:20261202T110000',
    'RRULE:FREQ=WEEKLY;BYDAY=WE',
    ...more,
  );
/** Its second occurrence. */
const second = at('2026-12-09T09:00:00Z');
const secondId = '2026-12-09T09:00:00.000Z';

const add = (ClientId: string, Calendar: Event): ClientCommand => ({
  Add: { ClientId, ApplicationData: { Calendar } },
});
const change = (ServerId: string, Calendar: Event, InstanceId?: string): ClientCommand => ({
  Change: { ServerId, ...(InstanceId !== undefined && { InstanceId }), ApplicationData: { Calendar } },
});

const statuses = (answered: Answered | null): [string, number][] =>
  (answered?.Responses ?? []).map((response) => {
    const [kind, { Status }] = Object.entries(response)[0] as [string, { Status: number }];
    return [kind, Status];
  });
const added = (answered: Answered | null) => {
  const [response] = answered?.Responses ?? [];
  if (!response || !('Add' in response)) throw new Error('no Add is answered');
  return response.Add;
};

describe.each([121, 140, 141, 160, 161])('Sync of events in %d', (version) => {
  const hasInstances = version >= 160;
  let server: TestServer;
  let source: MemoryObjectSource;
  let phone: PimSync;

  beforeEach(async () => {
    server = new TestServer();
    source = server.pim.add('Calendar');
    phone = await calendarOf('phone1');
  });

  afterEach(() => server.close());

  async function calendarOf(deviceId: string): Promise<PimSync> {
    const handset = server.handset({ version, deviceId });
    const { Changes } = await handset.ask('FolderSync', { SyncKey: '0' });
    return new PimSync(handset, Changes!.Add!.find(({ Type }) => Type === 8)!.ServerId);
  }

  const texts = (): string[] =>
    [...source.texts('Calendar').values()].map((text) => text.replace(/\r\n /g, ''));
  const shown = (): Event => [...phone.has.values()][0]!.Calendar as Event;
  const id = (): string => [...phone.has.keys()][0]!;
  const meeting: Event = {
    Subject: 'Planning',
    StartTime: at('2026-12-01T10:00:00Z'),
    EndTime: at('2026-12-01T11:00:00Z'),
    ...(hasInstances ? {} : { Timezone: berlin, UID: 'phone-1', DtStamp: at('2026-11-22T12:00:00Z') }),
  };

  it('makes one of each Add, whatever answer is lost, and tells its UID where the server gives it', async () => {
    await phone.complete();
    const answered = await phone.sendTwice(add('1', meeting));
    expect(statuses(answered)).toEqual([['Add', 1]]);
    expect(texts()).toHaveLength(1);
    const [, uid] = /\r\nUID:(.*)\r\n/.exec(texts()[0]!)!;
    if (hasInstances) expect(added(answered).ApplicationData?.Calendar).toEqual({ UID: uid });
    else {
      expect(uid).toBe('phone-1');
      expect(added(answered).ApplicationData).toBeUndefined();
    }
    expect(await phone.sync()).toBeNull();
  });

  it('keeps what phones have no words for, and tells nobody of his own change', async () => {
    source.write('Calendar', 'a.ics', single('Old', 'X-ROOM:7'));
    await phone.complete();
    expect(shown()).toMatchObject({ Subject: 'Old', StartTime: at('2026-12-01T10:00:00Z') });
    expect(statuses(await phone.send(change(id(), { ...meeting, Subject: 'New' })))).toEqual([]);
    expect(texts()[0]).toMatch(/SUMMARY:New[^]*X-OTHER:kept/);
    expect(texts()[0]).toContain('X-ROOM:7');
    expect(await phone.sync()).toBeNull();
  });

  it('shows days as this version has them, and takes them in both models', async () => {
    source.write(
      'Calendar',
      'a.ics',
      ical('SUMMARY:Day', 'DTSTART;VALUE=DATE:20261201', 'DTEND;VALUE=DATE:20261202'),
    );
    await phone.complete();
    expect(shown()).toMatchObject({ AllDayEvent: true });
    if (hasInstances) {
      expect(shown().Timezone).toBeUndefined();
      expect(shown().StartTime).toEqual(at('2026-12-01T00:00:00Z'));
    }
    const local = {
      Timezone: berlin,
      StartTime: at('2026-12-02T23:00:00Z'),
      EndTime: at('2026-12-03T23:00:00Z'),
    };
    const floating = { StartTime: at('2026-12-03T00:00:00Z'), EndTime: at('2026-12-04T00:00:00Z') };
    await phone.send(
      add('1', { ...meeting, ...local, UID: 'local', AllDayEvent: true }),
      add('2', { ...floating, Subject: 'Floating', AllDayEvent: true }),
    );
    const made = texts().slice(1);
    expect(made).toHaveLength(2);
    for (const text of made) expect(text).toContain('DTSTART;VALUE=DATE:20261203\r\n');
    expect(await phone.sync()).toBeNull();
  });

  it('answers by Status 6 what the rules of the class forbid, and does the rest', async () => {
    source.write('Calendar', 'a.ics', single('There'));
    await phone.complete();
    const wrong = { ...meeting, EndTime: at('2026-12-01T09:00:00Z') };
    const answered = await phone.send(
      add('1', wrong),
      change(id(), wrong),
      { Add: { ClientId: '2', ApplicationData: { Contacts: { LastName: 'none' } } } },
      add('3', { ...meeting, ...(hasInstances ? {} : { UID: 'another' }) }),
    );
    expect(statuses(answered)).toEqual([
      ['Add', 6],
      ['Change', 6],
      ['Add', 6],
      ['Add', 1],
    ]);
    expect(texts()).toHaveLength(2);
  });

  it('lets the server win, or the phone, or the Delete', async () => {
    source.write('Calendar', 'a.ics', single('Old'));
    await phone.complete({ Options: [{ Conflict: 1 }] });
    source.write('Calendar', 'a.ics', single('Theirs', 'LOCATION:Room 1'));
    const lost = await phone.sendTwice(change(id(), { ...meeting, Subject: 'Mine' }));
    expect(statuses(lost)).toEqual([['Change', 7]]);
    expect(commandsOf(lost)).toEqual([`Change ${id()}`]);
    expect(shown().Subject).toBe('Theirs');
    expect(await phone.sync()).toBeNull();

    await phone.complete({ Options: [{ Conflict: 0 }] });
    source.write('Calendar', 'a.ics', single('Theirs again', 'LOCATION:Room 2', 'X-NEW:1'));
    expect(statuses(await phone.send(change(id(), { ...meeting, Subject: 'Mine' })))).toEqual([]);
    expect(texts()[0]).toContain('SUMMARY:Mine');
    expect(texts()[0]).toContain('X-NEW:1');
    expect(await phone.sync()).toBeNull();

    source.write('Calendar', 'a.ics', single('Theirs once more'));
    expect(statuses(await phone.send({ Delete: { ServerId: id() } }))).toEqual([]);
    expect(texts()).toEqual([]);

    source.write('Calendar', 'b.ics', single('Theirs'));
    await phone.sync();
    source.erase('Calendar', 'b.ics');
    const server = await phone.send(change([...phone.has.keys()].at(-1)!, { ...meeting, Subject: 'Mine' }));
    expect(statuses(server)).toEqual([['Change', 8]]);
    expect(commandsOf(server)).toEqual([expect.stringContaining('Delete')]);
  });

  it('gives an expanded series one by one, and each back that a phone changes or deletes', async () => {
    source.write(
      'Calendar',
      'a.ics',
      ical(
        'SUMMARY:Odd',
        'DTSTART:20261201T100000Z',
        'DTEND:20261201T110000Z',
        'RRULE:FREQ=DAILY;INTERVAL=1;BYMONTH=12;BYSETPOS=1,3;BYDAY=MO,TU,WE,TH,FR;COUNT=6'.replace(
          'DAILY;INTERVAL=1',
          'MONTHLY',
        ),
      ),
    );
    await phone.complete();
    const [one, two, ...others] = [...phone.has.keys()];
    expect(others.length).toBeGreaterThan(0);
    expect(shown().Recurrence).toBeUndefined();
    const answered = await phone.sendTwice(change(one!, { ...meeting, Subject: 'Mine' }), {
      Delete: { ServerId: two! },
    });
    expect(statuses(answered)).toEqual([['Change', 7]]);
    expect(commandsOf(answered).sort()).toEqual([`Add ${two}`, `Change ${one}`]);
    expect(phone.has.get(one!)?.Calendar?.Subject).toBe('Odd');
    expect(phone.has.size).toBe(others.length + 2);
    expect(await phone.sync()).toBeNull();
    // With its series all of them go, and nothing else.
    source.write('Calendar', 'b.ics', single('Other'));
    source.erase('Calendar', 'a.ics');
    await phone.sync();
    expect([...phone.has.values()].map(({ Calendar }) => Calendar?.Subject)).toEqual(['Other']);
  });

  if (!hasInstances) {
    it('changes exceptions by their list, and leaves alone what is not in it', async () => {
      source.write('Calendar', 'a.ics', weekly('DESCRIPTION:Text'));
      await phone.complete();
      const { Exceptions: _, Body: __, ...series } = shown();
      const list = (...Exception: object[]) => change(id(), { ...series, Exceptions: { Exception } });
      await phone.send(list({ ExceptionStartTime: second, Subject: 'Special' }));
      expect(texts()[0]).toContain('RECURRENCE-ID;TZID=Europe/Berlin:20261209T100000');
      await phone.send(list({ ExceptionStartTime: at('2026-12-16T09:00:00Z'), Deleted: true }));
      expect(texts()[0]).toContain('EXDATE;TZID=Europe/Berlin:20261216T100000');
      // Absent list: nothing changes.
      await phone.send(change(id(), { ...series, Subject: 'All' }));
      expect(texts()[0]).toContain('EXDATE;TZID=Europe/Berlin:20261216T100000');
      expect(texts()[0]).toContain('SUMMARY:Special');
      expect(await phone.sync()).toBeNull();
      const other = await (await calendarOf('phone2')).complete();
      const [told] = [...other.has.values()];
      const exceptions = told!.Calendar!.Exceptions!.Exception!;
      expect(exceptions).toEqual([
        expect.objectContaining({ ExceptionStartTime: second, Subject: 'Special' }),
        { ExceptionStartTime: at('2026-12-16T09:00:00Z'), Deleted: true },
      ]);
      // Trap 85: what it inherits is not told as its own.
      expect([...exceptions][0]).not.toHaveProperty('Body');
    });
  } else {
    it('changes and deletes occurrences by InstanceId, once', async () => {
      source.write('Calendar', 'a.ics', weekly());
      await phone.complete();
      expect(statuses(await phone.sendTwice(change(id(), { Subject: 'Special' }, secondId)))).toEqual([]);
      expect(texts()[0]).toContain('RECURRENCE-ID;TZID=Europe/Berlin:20261209T100000');
      expect(texts()[0]).toContain('SUMMARY:Special');
      const third = '2026-12-16T09:00:00.000Z';
      const gone = await phone.sendTwice({ Delete: { ServerId: id(), InstanceId: third } });
      expect(statuses(gone)).toEqual([]);
      expect(texts()[0]).toContain('EXDATE;TZID=Europe/Berlin:20261216T100000');
      expect(await phone.sync()).toBeNull();
      // A Delete of what is gone already is no failure; no occurrence at all is.
      expect(statuses(await phone.send({ Delete: { ServerId: id(), InstanceId: third } }))).toEqual([]);
      const nowhere = await phone.send(change(id(), { Subject: 'x' }, '2026-12-17T09:00:00.000Z'));
      expect(statuses(nowhere)).toEqual([['Change', 8]]);
      expect(statuses(await phone.send(change(id(), { Subject: 'x' }, 'nonsense')))).toEqual([['Change', 6]]);
      expect(texts()).toHaveLength(1);
    });

    it('refuses in a Change what only the server says, and drops exceptions with the pattern', async () => {
      source.write('Calendar', 'a.ics', weekly());
      await phone.complete();
      const answered = await phone.send(
        change(id(), { Exceptions: { Exception: [{ InstanceId: secondId, Deleted: true }] } }),
        change(id(), { Timezone: berlin, Subject: 'x' }, secondId),
      );
      expect(statuses(answered)).toEqual([
        ['Change', 6],
        ['Change', 6],
      ]);
      await phone.send(change(id(), { Subject: 'Special' }, secondId));
      await phone.send(change(id(), { Recurrence: { Type: 1, Interval: 2, DayOfWeek: 8 } }));
      expect(texts()[0]).not.toContain('Special');
      // UID and the like do not come from a phone; if they do they count for nothing (trap 87).
      const stray = {
        UID: 'mine',
        OrganizerEmail: 'eve@example.org',
        DtStamp: at('2020-01-01T00:00:00Z'),
        Subject: 'y',
      };
      expect(statuses(await phone.send(change(id(), stray)))).toEqual([]);
      expect(texts()[0]).toContain('UID:1@example.org');
      expect(texts()[0]).not.toContain('eve@');
    });

    it('makes one event of a ClientUid, across requests and keys', async () => {
      await phone.complete();
      const event = { ...meeting, ClientUid: 'abc' };
      const first = added(await phone.send(add('1', event)));
      const again = added(await phone.send(add('2', event)));
      expect(again).toMatchObject({ ServerId: first.ServerId, Status: 1 });
      expect(texts()).toHaveLength(1);
      await phone.send(add('3', { ...event, ClientUid: 'def' }));
      expect(texts()).toHaveLength(2);
      expect(await phone.sync()).toBeNull();
    });

    it('takes files, says where they are, gives them and takes them away', async () => {
      await phone.complete();
      const Content = Buffer.from('plan of the day');
      const file = { ClientId: 'f1', Method: 1, DisplayName: 'plan.txt', ContentType: 'text/plain', Content };
      const empty = { ClientId: 'f2', Method: 1, DisplayName: 'later.txt' };
      const withFiles = add('1', { ...meeting, Attachments: { Add: [file, empty] } });
      const answered = added(await phone.sendTwice(withFiles));
      const [told, ...none] = [...(answered.ApplicationData?.Calendar?.Attachments?.Attachment ?? [])];
      expect(none).toEqual([]);
      expect(told).toMatchObject({ ClientId: 'f1', DisplayName: 'plan.txt' });
      const { FileReference } = told!;
      const fetched = async (reference: string) => {
        const { Response } = await phone.handset.ask('ItemOperations', [
          { Fetch: { Store: 'Mailbox', FileReference: reference } },
        ]);
        const [result] = Response ?? [];
        return result && 'Fetch' in result ? result.Fetch : undefined;
      };
      expect(await fetched(FileReference)).toMatchObject({
        Status: 1,
        Properties: { ContentType: 'text/plain' },
      });
      expect(Buffer.from(String((await fetched(FileReference))?.Properties?.Data), 'base64').toString()).toBe(
        'plan of the day',
      );

      const more = await phone.sendTwice(
        change(answered.ServerId!, {
          Attachments: {
            Add: [{ ...file, ClientId: 'f3', DisplayName: 'b.txt', Content: Buffer.from('b') }],
          },
        }),
      );
      expect(statuses(more)).toEqual([['Change', 1]]);
      await phone.send(change(answered.ServerId!, { Attachments: { Delete: [{ FileReference }] } }));
      expect(texts()[0]).not.toContain('plan.txt');
      expect(texts()[0]).toContain('b.txt');
      expect((await fetched(FileReference))?.Status).toBe(15);
      // What is no file of this item.
      const foreign = change(answered.ServerId!, {
        Attachments: { Delete: [{ FileReference: 'c1:zzz:1' }] },
      });
      expect(statuses(await phone.send(foreign))).toEqual([['Change', 6]]);
    });

    it('says where the file of an occurrence is', async () => {
      source.write('Calendar', 'a.ics', weekly());
      await phone.complete();
      const file = { ClientId: 'f1', Method: 1, DisplayName: 'plan.txt', Content: Buffer.from('x') };
      const answered = await phone.send(change(id(), { Attachments: { Add: [file] } }, secondId));
      expect(answered?.Responses).toMatchObject([
        {
          Change: {
            InstanceId: secondId,
            Status: 1,
            ApplicationData: { Calendar: { Attachments: { Attachment: [{ ClientId: 'f1' }] } } },
          },
        },
      ]);
    });
  }

  it('keeps a calendar within its window, also while nothing but the days change', async () => {
    const onDay = (uid: string, day: string, ...more: string[]) =>
      single(uid, ...more)
        .replace('UID:1@', `UID:${uid}@`)
        .replaceAll('20261201', day);
    source.write('Calendar', 'far.ics', onDay('Past', '20261001'));
    source.write('Calendar', 'near.ics', onDay('Lately', '20261110'));
    source.write('Calendar', 'next.ics', onDay('Future', '20271224'));
    source.write('Calendar', 'ever.ics', onDay('Ever', '20200101', 'RRULE:FREQ=YEARLY'));
    source.write(
      'Calendar',
      'done.ics',
      onDay('Over', '20200101', 'RRULE:FREQ=YEARLY;UNTIL=20240101T100000Z'),
    );
    const subjects = () => [...phone.has.values()].map(({ Calendar }) => Calendar?.Subject).sort();
    await phone.complete({ Options: [{ FilterType: 4 }] });
    expect(subjects()).toEqual(['Ever', 'Future', 'Lately']);
    server.now += 4 * 86_400_000;
    const answered = await phone.sync();
    expect(commandsOf(answered).map((command) => command.split(' ')[0])).toEqual(['SoftDelete']);
    expect(subjects()).toEqual(['Ever', 'Future']);
    await phone.sync({ Options: [{ FilterType: 7 }] });
    expect(subjects()).toEqual(['Ever', 'Future', 'Lately', 'Past']);
    await phone.sync({ Options: [{ FilterType: 0 }] });
    expect(subjects()).toEqual(['Ever', 'Future', 'Lately', 'Over', 'Past']);
    // Moved into the past by somebody else it leaves the phone.
    await phone.sync({ Options: [{ FilterType: 4 }] });
    source.write('Calendar', 'next.ics', onDay('Future', '20200101'));
    await phone.sync();
    expect(subjects()).toEqual(['Ever']);
    await expect(phone.sync({ Options: [{ FilterType: 1 }] })).rejects.toThrow('Status 4');
  });
});
