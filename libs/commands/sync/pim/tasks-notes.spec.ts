import type { MemoryObjectSource } from '#backends/memory';
import { commandsOf, PimSync, TestServer, type Answered, type ClientCommand } from '../../testing/index.js';

type Data = NonNullable<Extract<ClientCommand, { Add: unknown }>['Add']['ApplicationData']>;
type Task = NonNullable<Data['Tasks']>;
type Note = NonNullable<Data['Notes']>;

const at = (text: string): Date => new Date(text);
const object = (kind: string, uid: string, ...lines: readonly string[]): string =>
  [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Somebody//Else//EN',
    `BEGIN:${kind}`,
    `UID:${uid}`,
    'DTSTAMP:20260101T000000Z',
    ...lines,
    'X-OTHER:kept',
    `END:${kind}`,
    'END:VCALENDAR',
    '',
  ].join('\r\n');

const add = (ClientId: string, ApplicationData: Data): ClientCommand => ({
  Add: { ClientId, ApplicationData },
});
const change = (ServerId: string, ApplicationData: Data): ClientCommand => ({
  Change: { ServerId, ApplicationData },
});
const statuses = (answered: Answered | null): [string, number][] =>
  (answered?.Responses ?? []).map((response) => {
    const [kind, { Status }] = Object.entries(response)[0] as [string, { Status: number }];
    return [kind, Status];
  });
const kinds = (answered: Answered | null): string[] =>
  commandsOf(answered).map((command) => command.split(' ')[0]!);

let server: TestServer;
let source: MemoryObjectSource;

async function folderOf(version: number, type: number, deviceId = 'phone1'): Promise<PimSync | null> {
  const handset = server.handset({ version, deviceId });
  const { Changes } = await handset.ask('FolderSync', { SyncKey: '0' });
  const id = Changes?.Add?.find(({ Type }) => Type === type)?.ServerId;
  return id === undefined ? null : new PimSync(handset, id);
}

beforeEach(() => {
  server = new TestServer();
});
afterEach(() => server.close());

describe.each([121, 140, 141, 160, 161])('Sync of tasks in %d', (version) => {
  let phone: PimSync;

  beforeEach(async () => {
    source = server.pim.add('Tasks');
    phone = (await folderOf(version, 7))!;
  });

  const todo = (uid: string, ...lines: string[]) => object('VTODO', uid, `SUMMARY:${uid}`, ...lines);
  const texts = (): string[] => [...source.texts('Tasks').values()];
  const subjects = () => [...phone.has.values()].map(({ Tasks }) => Tasks?.Subject).sort();
  const idOf = (subject: string): string =>
    [...phone.has].find(([, { Tasks }]) => Tasks?.Subject === subject)![0];
  const whole = (subject: string, more: Partial<Task> = {}): Data => ({
    Tasks: { Subject: subject, Complete: false, Importance: 1, Sensitivity: 0, ReminderSet: false, ...more },
  });

  it('shows only what is to be done where the phone wants that', async () => {
    source.write('Tasks', 'a.ics', todo('Do'));
    source.write('Tasks', 'b.ics', todo('Done', 'STATUS:COMPLETED', 'COMPLETED:20261101T100000Z'));
    await phone.complete({ Options: [{ FilterType: 8 }] });
    expect(subjects()).toEqual(['Do']);
    // Somebody else does it: it leaves the phone, and is not deleted.
    source.write('Tasks', 'a.ics', todo('Do', 'STATUS:COMPLETED', 'COMPLETED:20261122T100000Z'));
    expect(kinds(await phone.sync())).toEqual(['SoftDelete']);
    source.write('Tasks', 'b.ics', todo('Done'));
    expect(kinds(await phone.sync())).toEqual(['Add']);
    await phone.sync({ Options: [{ FilterType: 0 }] });
    expect(subjects()).toEqual(['Do', 'Done']);
    await expect(phone.sync({ Options: [{ FilterType: 4 }] })).rejects.toThrow('Status 4');
  });

  it('is completed by the phone, once and without an echo, and leaves the window of what is to be done', async () => {
    source.write('Tasks', 'a.ics', todo('Do'));
    await phone.complete({ Options: [{ FilterType: 8 }] });
    const DateCompleted = at('2026-11-22T11:00:00Z');
    const done = change(idOf('Do'), whole('Do', { Complete: true, DateCompleted }));
    const answered = await phone.sendTwice(done);
    expect(statuses(answered)).toEqual([]);
    expect(kinds(answered)).toEqual(['SoftDelete']);
    expect(await phone.sync()).toBeNull();
    expect(texts()[0]).toMatch(/STATUS:COMPLETED/);
    expect(texts()[0]).toContain('COMPLETED:20261122T110000Z');
    expect(texts()[0]).toContain('X-OTHER:kept');
    const other = (await folderOf(version, 7, 'phone2'))!;
    await other.complete();
    expect([...other.has.values()][0]?.Tasks).toMatchObject({ Complete: true, DateCompleted });
  });

  it('comes again as the phone says', async () => {
    await phone.complete();
    const StartDate = at('2026-12-01T00:00:00Z');
    const dates = { StartDate, UtcStartDate: StartDate, DueDate: StartDate, UtcDueDate: StartDate };
    const Recurrence = { Type: 1, Start: StartDate, Interval: 1, DayOfWeek: 4, Occurrences: 3 };
    expect(statuses(await phone.sendTwice(add('1', whole('Weekly', { ...dates, Recurrence }))))).toEqual([
      ['Add', 1],
    ]);
    expect(texts()).toEqual([expect.stringContaining('RRULE:FREQ=WEEKLY')]);
    expect(await phone.sync()).toBeNull();
    const other = (await folderOf(version, 7, 'phone2'))!;
    await other.complete();
    expect([...other.has.values()][0]?.Tasks).toMatchObject({
      Subject: 'Weekly',
      Recurrence: { Type: 1, Interval: 1, DayOfWeek: 4, Occurrences: 3 },
    });
  });

  it('loses what a Change leaves out, but neither its text nor what the phone has no words for', async () => {
    const full = todo('Do', 'DESCRIPTION:Text', 'CATEGORIES:Home', 'DUE;VALUE=DATE:20261224', 'PRIORITY:1');
    source.write('Tasks', 'a.ics', full);
    await phone.complete();
    await phone.send(change(idOf('Do'), { Tasks: { Subject: 'Do it', Complete: false } }));
    expect(texts()[0]).toContain('SUMMARY:Do it');
    expect(texts()[0]).toContain('DESCRIPTION:Text');
    expect(texts()[0]).toContain('X-OTHER:kept');
    expect(texts()[0]).not.toContain('DUE');
    expect(await phone.sync()).toBeNull();
  });
});

describe('Sync of notes', () => {
  const texts = (): string[] => [...source.texts('Notes').values()];
  const journal = (uid: string, ...lines: string[]) => object('VJOURNAL', uid, `SUMMARY:${uid}`, ...lines);

  beforeEach(() => {
    source = server.pim.add('Notes');
  });

  it.each([140, 141, 160, 161])('goes both ways in %d', async (version) => {
    source.write('Notes', 'a.ics', journal('Old', 'DESCRIPTION:First'));
    const phone = (await folderOf(version, 10))!;
    await phone.complete({ Options: [{ BodyPreference: [{ Type: 1 }] }] });
    const [[id, { Notes }]] = [...phone.has] as [[string, { Notes: Note }]];
    expect(Notes).toMatchObject({
      Subject: 'Old',
      MessageClass: 'IPM.StickyNote',
      Body: { Type: 1, Data: 'First' },
    });
    const answered = await phone.sendTwice(
      change(id, {
        Notes: { Subject: 'New', Body: { Type: 1, Data: 'Second' }, MessageClass: 'IPM.StickyNote' },
      }),
      add('1', {
        Notes: { Subject: 'Mine', Body: { Type: 1, Data: 'Text' }, MessageClass: 'IPM.StickyNote' },
      }),
    );
    expect(statuses(answered)).toEqual([['Add', 1]]);
    expect(texts()).toEqual([
      expect.stringContaining('SUMMARY:New'),
      expect.stringContaining('SUMMARY:Mine'),
    ]);
    expect(texts()[0]).toContain('X-OTHER:kept');
    expect(await phone.sync()).toBeNull();
    await phone.send({ Delete: { ServerId: id } });
    expect(texts()).toHaveLength(1);
    // Whatever FilterType says (trap 46).
    expect(await phone.sync({ Options: [{ FilterType: 4 }] })).toBeNull();
  });

  it.each([120, 121])(
    'knows no folder of notes in %d, and gets them with a newer version',
    async (version) => {
      expect(await folderOf(version, 10)).toBeNull();
      expect(await folderOf(141, 10)).not.toBeNull();
      expect(await folderOf(version, 10)).toBeNull();
    },
  );

  it('gives plain text to a phone that does not say what it prefers', async () => {
    source.write('Notes', 'a.ics', journal('Old', 'DESCRIPTION:First'));
    const phone = (await folderOf(141, 10))!;
    await phone.complete();
    expect([...phone.has.values()][0]?.Notes?.Body).toMatchObject({ Type: 1, Data: 'First' });
  });
});
