/**
 * The story of a phone, its second half: contacts, calendar, tasks and notes, in every generation of the protocol. Behind Godwit stand a real
 * Radicale and a real Dovecot, at which another program of the same user works, too.
 */
import { protocolVersions, type ItemDataByClass, type ProtocolVersion } from '#eas';
import { encodeTimeZone, rulesOfZone } from '#formats';
import { fileContent, type ItemFolder, type Phone } from '#phone';
import { waitUntil } from './servers/index.js';
import { card, ical, type DavProgram } from './stage/dav-program.js';
import { startStandalone, type Deployment } from './stage/deployment.js';
import { untilHeld } from './stage/held.js';
import { bugsOf } from './stage/mail-stage.js';
import { listFolder, sourcesOf, withMailProgram } from './stage/mail-program.js';
import { anomaliesOf, newPhone } from './stage/phones.js';
import { startPimServers, type PimServers } from './stage/pim-stage.js';
import { takeViolations } from './stage/traffic.js';
import { playedVersions } from './stage/versions.js';

let servers: PimServers;
let godwit: Deployment;

beforeAll(async () => {
  servers = await startPimServers();
  godwit = await startStandalone(servers);
});
afterAll(async () => {
  await godwit.stop();
  await servers.stop();
});
// Every answer that any phone of the story got, held against the specification's schemas.
afterEach(() => expect(takeViolations()).toEqual([]));

const DAY = 86_400_000;
/** Ten o'clock in winter in Berlin, on the Tuesday after next. */
const tuesday = ((now = new Date()) => {
  const monday = Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate() - now.getUTCDay() + 8);
  return new Date(monday + DAY + 10 * 3_600_000);
})();
const weeks = (count: number): Date => new Date(tuesday.getTime() + count * 7 * DAY);
const later = (date: Date, minutes: number): Date => new Date(date.getTime() + minutes * 60_000);
const stamp = (date: Date): string => date.toISOString().replace(/[-:]|\.\d+/g, '');
const plain = (Data: string) => ({ Body: { Type: 1, Data } });

/** Without changes of the clock: the story is told all year round. */
const utc = encodeTimeZone(rulesOfZone('Etc/UTC', tuesday.getUTCFullYear()));

/** A phone that knows its folders. */
async function phoneOf(user: string, version: ProtocolVersion): Promise<Phone> {
  const phone = newPhone(godwit, user, { version });
  await phone.provision();
  await phone.folderSync();
  return phone;
}

/** A newcomer's phone, and the other program. */
async function arrive(
  version: ProtocolVersion,
): Promise<{ phone: Phone; program: DavProgram; user: string }> {
  const { user, program } = await servers.newcomer();
  return { user, program, phone: await phoneOf(user, version) };
}

const quiet = { status: 1, added: [], changed: [], deleted: [], softDeleted: [] };
/** Whatever was said of the folder, nothing more is to be said. */
async function expectQuiet({ collection }: ItemFolder<keyof ItemDataByClass>): Promise<void> {
  expect(await collection.sync()).toMatchObject(quiet);
}
const only = <T>(all: Iterable<T>): T => {
  const [one, ...others] = all;
  if (one === undefined || others.length > 0) throw new Error('there is not exactly one');
  return one;
};

describe.each(playedVersions)('%s:', (version) => {
  const isNew = version >= '16.0';
  const hasNotes = version >= '14.0';

  /** Up to 14.1 the phone names the UID and its zone itself. */
  const event = (more: ItemDataByClass['Calendar'] = {}): ItemDataByClass['Calendar'] => ({
    Subject: 'Planning',
    StartTime: tuesday,
    EndTime: later(tuesday, 60),
    BusyStatus: 2,
    AllDayEvent: false,
    Sensitivity: 0,
    MeetingStatus: 0,
    Timezone: utc,
    ...(isNew ? { ClientUid: 'of-the-phone' } : { UID: 'of-the-phone', DtStamp: new Date() }),
    ...more,
  });

  it('a phone finds a folder of each class', async () => {
    const { phone } = await arrive(version);
    for (const itemClass of ['Contacts', 'Calendar', 'Tasks'] as const) {
      const folder = phone.itemFolder(itemClass);
      expect(await folder.collection.syncAll()).toMatchObject(quiet);
    }
    // The Notes folder of the mailbox is made with the first note, or is there and empty.
    expect(phone.hierarchy.ofClass('Notes').length).toBe(hasNotes ? 1 : 0);
  });

  it('a contact of the phone is a vCard for others, and what they add to it is kept', async () => {
    const { phone, program } = await arrive(version);
    const people = phone.itemFolder('Contacts');
    const ada = {
      FirstName: 'Ada',
      LastName: 'Lovelace',
      FileAs: 'Lovelace, Ada',
      Email1Address: 'ada@example.org',
      MobilePhoneNumber: '+44 1',
      ...plain('Likes bees.'),
    };
    const { status, serverId = '' } = await people.add(ada);
    expect(status).toBe(1);
    const [text] = await program.texts('contacts');
    expect(text).toMatch(/^N:Lovelace;Ada/m);
    expect(text).toMatch(/^EMAIL[^:]*:ada@example\.org/m);
    expect(text).toMatch(/^NOTE:Likes bees\./m);

    await program.edit('contacts', (known) =>
      known.replace('END:VCARD', 'X-FAVOURITE:tea\r\nTITLE:Countess\r\nEND:VCARD'),
    );
    expect(await people.collection.sync()).toMatchObject({ ...quiet, changed: [serverId] });
    expect(people.item(serverId)).toMatchObject({
      ...ada,
      JobTitle: 'Countess',
      Body: { Data: 'Likes bees.' },
    });

    const { Body: _text, ...rest } = people.item(serverId);
    expect(await people.change(serverId, { ...rest, MobilePhoneNumber: '+44 2' })).toMatchObject({
      status: 1,
    });
    const changed = only(await program.texts('contacts'));
    expect(changed).toContain('X-FAVOURITE:tea');
    expect(changed).toContain('+44 2');
    expect(changed).toContain('Likes bees.');
    await expectQuiet(people);

    expect(await people.delete(serverId)).toMatchObject({ status: 1 });
    expect(await program.names('contacts')).toEqual([]);
    await expectQuiet(people);
    expect(anomaliesOf(phone)).toEqual([]);
  });

  it('a retry of an Add whose answer was lost makes nothing twice, also when Godwit was started anew', async () => {
    const { phone, program } = await arrive(version);
    const people = phone.itemFolder('Contacts');
    await people.collection.sync();
    const commands = [
      { Add: { ClientId: 'once', ApplicationData: { Contacts: { FirstName: 'Eve', LastName: 'Once' } } } },
    ];
    expect(await people.collection.sync({ commands, dropAnswer: true })).toMatchObject({ isLost: true });
    await waitUntil('the contact to be there', async () => (await program.names('contacts')).length === 1);
    expect(await people.collection.retry()).toMatchObject({ status: 1, added: [] });
    expect(people.idOf(({ LastName }) => LastName === 'Once')).toBeDefined();
    expect(await program.names('contacts')).toHaveLength(1);
    await expectQuiet(people);
  });

  it('a series with an exception goes to others and comes back', async () => {
    const { phone, program } = await arrive(version);
    const calendar = phone.itemFolder('Calendar');
    const Recurrence = { Type: 1, Interval: 1, DayOfWeek: 4, Occurrences: 6 };
    const Exception = [
      {
        ExceptionStartTime: weeks(1),
        Subject: 'Planning, later',
        StartTime: later(weeks(1), 120),
        EndTime: later(weeks(1), 180),
      },
      { ExceptionStartTime: weeks(2), Deleted: true },
    ];
    const {
      status,
      serverId = '',
      told,
    } = await calendar.add(event({ Recurrence, ...(!isNew && { Exceptions: { Exception } }) }));
    expect(status).toBe(1);
    if (isNew) {
      expect(told?.UID).toBeDefined();
      const { ExceptionStartTime: _start, Deleted: _deleted, ...moved } = Exception[0]!;
      expect(await calendar.changeOccurrence(serverId, weeks(1), moved)).toMatchObject({ status: 1 });
      expect(await calendar.deleteOccurrence(serverId, weeks(2))).toMatchObject({ status: 1 });
    }
    const text = only(await program.texts('calendar'));
    expect(text).toMatch(/^RRULE:.*FREQ=WEEKLY.*/m);
    expect(text).toMatch(new RegExp(`^EXDATE[^:]*:${stamp(weeks(2)).slice(0, 15)}`, 'm'));
    expect(text.match(/^RECURRENCE-ID/gm)).toHaveLength(1);
    await expectQuiet(calendar);

    // Somebody else moves the fourth one.
    const moved = ical(
      'VEVENT',
      /^UID:(.*)$/m.exec(text)![1]!.trim(),
      `RECURRENCE-ID:${stamp(weeks(3))}`,
      `DTSTART:${stamp(later(weeks(3), 60))}`,
      `DTEND:${stamp(later(weeks(3), 90))}`,
      'SUMMARY:Planning (short)',
    ).split(/(?=BEGIN:VEVENT)/)[1]!;
    await program.edit('calendar', (known) => known.replace('END:VCALENDAR\r\n', moved));
    expect(await calendar.collection.sync()).toMatchObject({ ...quiet, changed: [serverId] });
    const exceptions = calendar.item(serverId).Exceptions?.Exception ?? [];
    const shown = exceptions.map((one) => [one.Subject, one.StartTime?.getTime(), one.Deleted === true]);
    expect(new Set(shown)).toEqual(
      new Set([
        ['Planning, later', later(weeks(1), 120).getTime(), false],
        ['Planning (short)', later(weeks(3), 60).getTime(), false],
        [undefined, undefined, true],
      ]),
    );
    for (const one of exceptions) {
      expect([one.ExceptionStartTime, one.InstanceId].map((value) => value !== undefined)).toEqual([
        !isNew,
        isNew,
      ]);
    }
    await expectQuiet(calendar);
  });

  it('the calendar shows the weeks that were asked for, and gives back what falls out', async () => {
    const { phone, program } = await arrive(version);
    const calendar = phone.itemFolder('Calendar');
    const old = new Date(Date.now() - 40 * DAY);
    const at = (start: Date) => [`DTSTART:${stamp(start)}`, `DTEND:${stamp(later(start, 30))}`];
    await program.write('calendar', 'old.ics', ical('VEVENT', 'old', ...at(old), 'SUMMARY:Old'));
    await program.write('calendar', 'new.ics', ical('VEVENT', 'new', ...at(tuesday), 'SUMMARY:New'));
    const series = ['RRULE:FREQ=MONTHLY', 'SUMMARY:Still going on'];
    await program.write('calendar', 'series.ics', ical('VEVENT', 'series', ...at(old), ...series));
    const TWO_WEEKS = 4;
    const subjects = (): unknown[] => [...calendar.items.values()].map(({ Subject }) => Subject).sort();
    await calendar.collection.syncAll({ filter: TWO_WEEKS });
    expect(subjects()).toEqual(['New', 'Still going on']);
    await calendar.collection.syncAll({ filter: 0 });
    expect(subjects()).toEqual(['New', 'Old', 'Still going on']);
    const narrowed = await calendar.collection.syncAll({ filter: TWO_WEEKS });
    expect([narrowed.softDeleted.length, narrowed.deleted.length]).toEqual([1, 0]);
    expect(subjects()).toEqual(['New', 'Still going on']);
  });

  it('a task is done on the phone, and undone by others', async () => {
    const { phone, program } = await arrive(version);
    const tasks = phone.itemFolder('Tasks');
    const { serverId = '', status } = await tasks.add({
      Subject: 'Count the waders',
      Importance: 2,
      UtcDueDate: tuesday,
      DueDate: tuesday,
      Complete: false,
      ...plain('All of them.'),
    });
    expect(status).toBe(1);
    expect(only(await program.texts('tasks'))).toMatch(/^SUMMARY:Count the waders/m);
    const { Body: _text, ...rest } = tasks.item(serverId);
    const done = { ...rest, Complete: true, DateCompleted: new Date(Date.UTC(2026, 10, 20)) };
    expect(await tasks.change(serverId, done)).toMatchObject({ status: 1 });
    expect(only(await program.texts('tasks'))).toMatch(/^STATUS:COMPLETED/m);
    expect(only(await program.texts('tasks'))).toContain('All of them.');
    await expectQuiet(tasks);
    await program.edit('tasks', (text) =>
      text
        .replace(/^(COMPLETED|PERCENT-COMPLETE)[^\r]*\r\n/gm, '')
        .replace('STATUS:COMPLETED', 'STATUS:NEEDS-ACTION'),
    );
    expect(await tasks.collection.sync()).toMatchObject({ ...quiet, changed: [serverId] });
    expect(tasks.item(serverId)).toMatchObject({ Complete: false, Subject: 'Count the waders' });
  });

  it.each([
    [1, 'the server wins'],
    [0, 'the phone wins'],
  ] as const)('a conflict of two changes is decided as the phone wants: %d, %s', async (conflict, _who) => {
    const { phone, program } = await arrive(version);
    const people = phone.itemFolder('Contacts');
    const { serverId = '' } = await people.add({ FirstName: 'Ada', LastName: 'Byron' });
    await program.edit('contacts', (text) => text.replace(/Byron/g, 'King'));
    const mine = { FirstName: 'Ada', LastName: 'Lovelace' };
    const { status } = await people.change(serverId, mine, { conflict });
    expect(status).toBe(conflict === 1 ? 7 : 1);
    await people.collection.sync({ conflict });
    const winner = conflict === 1 ? 'King' : 'Lovelace';
    expect(people.item(serverId)).toMatchObject({ LastName: winner });
    expect(only(await program.texts('contacts'))).toMatch(new RegExp(`^N:${winner};Ada`, 'm'));
    await expectQuiet(people);
  });

  it('folders of each class are made by the phone, and an item moves there', async () => {
    const { phone, program } = await arrive(version);
    const people = phone.itemFolder('Contacts');
    const { serverId = '' } = await people.add({ FirstName: 'Ada', LastName: 'Lovelace' });
    const made = await phone.folderCreate({ name: 'Club', type: 14 });
    expect(made.status).toBe(1);
    const club = phone.itemFolder('Contacts', made.id);
    await club.collection.sync();
    const [moved] = await phone.moveItems([{ serverId, from: people.collection, to: club.collection }]);
    expect(moved?.status).toBe(3);
    expect(await program.names('contacts')).toEqual([]);
    await people.collection.sync();
    await club.collection.sync();
    expect(only(club.items.values())).toMatchObject({ LastName: 'Lovelace' });
    expect(await phone.folderDelete(made.id ?? '')).toBe(1);
    expect(await phone.folderSync()).toBe(1);
    expect(phone.hierarchy.ofClass('Contacts')).toHaveLength(1);
  });

  if (hasNotes) {
    it('a note of the phone lies in the mailbox as other phones keep theirs, and comes from there', async () => {
      const { phone, user } = await arrive(version);
      const notes = phone.itemFolder('Notes');
      const { status, serverId = '' } = await notes.add({ Subject: 'Shopping', ...plain('Shopping\nBread') });
      expect(status).toBe(1);
      expect(await listFolder(servers.dovecot, user, 'Notes')).toMatchObject([{ subject: 'Shopping' }]);
      expect((await sourcesOf(servers.dovecot, user, 'Notes')).join()).toMatch(
        /^X-Uniform-Type-Identifier: com\.apple\.mail-note/im,
      );
      await expectQuiet(notes);
      await notes.change(serverId, { Subject: 'Shopping', ...plain('Shopping\nBread and tea') });
      expect((await sourcesOf(servers.dovecot, user, 'Notes')).join()).toContain('Bread and tea');
      expect(await listFolder(servers.dovecot, user, 'Notes')).toHaveLength(1);
      await expectQuiet(notes);
      await withMailProgram(servers.dovecot, user, async (client) => {
        await client.mailboxOpen('Notes');
        await client.messageDelete('1:*', { uid: true });
      });
      expect(await notes.collection.sync()).toMatchObject({ ...quiet, deleted: [serverId] });
    });
  }

  if (isNew) {
    it('a file of an event is kept, and fetched', async () => {
      const { phone, program } = await arrive(version);
      const calendar = phone.itemFolder('Calendar');
      const words = 'what we talk about';
      const Add = [
        { ClientId: 'f1', Method: 1, DisplayName: 'agenda.txt', Content: fileContent(Buffer.from(words)) },
      ];
      const { serverId = '', told, status } = await calendar.add(event({ Attachments: { Add } }));
      expect(status).toBe(1);
      const reference = told?.Attachments?.Attachment?.[0]?.FileReference ?? '';
      const fetched = await phone.fetchAttachment(reference);
      expect([fetched.status, fetched.data.toString()]).toEqual([1, words]);
      expect(only(await program.texts('calendar'))).toMatch(/^ATTACH/m);
      const Delete = [{ FileReference: reference }];
      expect(await calendar.change(serverId, { Attachments: { Delete } })).toMatchObject({ status: 1 });
      expect(only(await program.texts('calendar'))).not.toMatch(/^ATTACH/m);
    });
  }

  it('an item is fetched by itself, and found by its words', async () => {
    const { phone } = await arrive(version);
    const people = phone.itemFolder('Contacts');
    const { serverId = '' } = await people.add({ FirstName: 'Ada', LastName: 'Lovelace', ...plain('Bees.') });
    const fetched = await phone.fetchItem(people.collection, serverId);
    expect(fetched).toMatchObject({ status: 1, body: 'Bees.', data: { Contacts: { LastName: 'Lovelace' } } });
    expect(await people.fetch(serverId)).toMatchObject({ status: 1, told: { LastName: 'Lovelace' } });
    expect(await phone.getItemEstimate(people.collection)).toMatchObject({ status: 1, estimate: 0 });
    const hits = await phone.search('lovelace', {
      itemClass: 'Contacts',
      collectionIds: [people.collection.id],
    });
    expect(hits.results).toMatchObject([{ Properties: { Contacts: { LastName: 'Lovelace' } } }]);
  });
});

it('what somebody else does wakes phones of all versions, for the class that changed', async () => {
  const waiting = await Promise.all(
    protocolVersions.map(async (version, index) => {
      const { phone, program } = await arrive(version);
      const itemClass = (['Contacts', 'Calendar', 'Tasks'] as const)[index % 3]!;
      const folders = (['Contacts', 'Calendar', 'Tasks'] as const).map(
        (one) => phone.itemFolder(one).collection,
      );
      for (const folder of folders) await folder.syncAll();
      return { phone, program, itemClass, folders, woken: phone.ping({ interval: 500, folders }) };
    }),
  );
  await untilHeld(godwit, waiting.length);
  const write = {
    Contacts: (program: DavProgram) => program.write('contacts', 'a.vcf', card('a', 'News')),
    Calendar: (program: DavProgram) =>
      program.write('calendar', 'a.ics', ical('VEVENT', 'a', `DTSTART:${stamp(tuesday)}`, 'SUMMARY:News')),
    Tasks: (program: DavProgram) => program.write('tasks', 'a.ics', ical('VTODO', 'a', 'SUMMARY:News')),
  };
  await Promise.all(waiting.map(({ program, itemClass }) => write[itemClass](program)));
  for (const { phone, itemClass, woken } of waiting) {
    const folder = phone.itemFolder(itemClass);
    expect(await woken).toMatchObject({ status: 2, folders: [folder.collection.id] });
    expect((await folder.collection.sync()).added).toHaveLength(1);
    await expectQuiet(folder);
  }
});

it('Godwit is started anew, and phones of all versions go on where they were', async () => {
  const before = await Promise.all(
    protocolVersions.map(async (version) => {
      const { phone, program } = await arrive(version);
      const people = phone.itemFolder('Contacts');
      const { serverId = '' } = await people.add({ FirstName: 'Ada', LastName: 'Lovelace' });
      const calendar = phone.itemFolder('Calendar');
      await program.write(
        'calendar',
        'a.ics',
        ical('VEVENT', 'a', `DTSTART:${stamp(tuesday)}`, 'SUMMARY:Old'),
      );
      await calendar.collection.syncAll();
      return { program, people, calendar, serverId };
    }),
  );
  for (const process of godwit.gateways) {
    await process.stop();
    await process.start();
  }
  for (const { program, people, calendar, serverId } of before) {
    expect(await people.change(serverId, { FirstName: 'Ada', LastName: 'King' })).toMatchObject({
      status: 1,
    });
    expect(only(await program.texts('contacts'))).toMatch(/^N:King;Ada/m);
    await expectQuiet(people);
    await program.edit('calendar', (text) => text.replace('SUMMARY:Old', 'SUMMARY:New'));
    const id = calendar.idOf(({ Subject }) => Subject === 'Old');
    expect(await calendar.collection.sync()).toMatchObject({ ...quiet, changed: [id] });
    expect(calendar.item(id)).toMatchObject({ Subject: 'New' });
  }
});

it('was never answered by a bug', () => expect(bugsOf(godwit)).toEqual([]));
