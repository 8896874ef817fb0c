import { besideMail } from '#backend';
import { DavFactory, type DavSource } from '#backends/dav';
import { eventCodec } from '#formats';
import { MemoryNameBook, openObjectBackend } from '#objects';
import { asCalendars, CalendarFreeBusy } from '#scheduling';
import {
  startCyrus,
  startRadicale,
  waitUntil,
  type Cyrus,
  type Radicale,
} from '../../tests/servers/index.js';
import { PimSync, TestServer } from '../commands/testing/index.js';
import { clientScheduling } from './client-scheduling.js';

/** A phone of Anna's before a real CalDAV server; mail goes into `gateway.sent`. */
class Stage {
  readonly gateway = new TestServer();

  constructor(
    readonly source: DavSource,
    readonly address: string,
  ) {
    this.gateway.identities = [{ address, displayName: 'Anna' }];
    this.gateway.mailbox.createFolder('Sent', 'sent');
  }

  /** Opens the calendars as accounts do under this rule. */
  rule(scheduling: 'auto' | 'godwit'): void {
    this.gateway.scheduling = scheduling;
    const source = scheduling === 'godwit' ? clientScheduling(this.source) : this.source;
    const owner = async () => ({ identities: this.gateway.identities });
    const backend = openObjectBackend(source, eventCodec, { names: new MemoryNameBook(), owner });
    this.gateway.pim.use('Calendar', besideMail(backend));
  }

  async phone(version = 161): Promise<PimSync> {
    const handset = this.gateway.handset({ version });
    const { Changes } = await handset.ask('FolderSync', { SyncKey: '0' });
    const id = Changes!.Add!.find(({ Type }) => Type === 8)!.ServerId;
    return new PimSync(handset, id).complete();
  }

  methods(): string[] {
    return this.gateway.sent.map(({ text }) => /method=(\w+)/.exec(text)?.[1] ?? '');
  }

  async close(): Promise<void> {
    await this.gateway.close();
  }
}

let serial = 0;
const meeting = (guest: string) => ({
  Subject: `Plan ${(serial += 1)}`,
  StartTime: new Date('2026-12-01T09:00:00Z'),
  EndTime: new Date('2026-12-01T10:00:00Z'),
  MeetingStatus: 1,
  Attendees: { Attendee: [{ Email: guest, Name: 'Ben', AttendeeType: 1 }] },
});
const foreign = (subject: string, guest: string): string =>
  [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Another//EN',
    'BEGIN:VEVENT',
    'UID:foreign-1',
    'DTSTAMP:20261101T000000Z',
    'DTSTART:20261203T090000Z',
    'DTEND:20261203T100000Z',
    `SUMMARY:${subject}`,
    'ORGANIZER:mailto:anna@example.test',
    'ATTENDEE;PARTSTAT=ACCEPTED:mailto:anna@example.test',
    `ATTENDEE;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:${guest}`,
    'END:VEVENT',
    'END:VCALENDAR',
    '',
  ].join('\r\n');
const utc = Buffer.alloc(172);

async function make(phone: PimSync, Calendar: object): Promise<string> {
  const answered = await phone.send({ Add: { ClientId: `c${serial}`, ApplicationData: { Calendar } } });
  const [response] = answered?.Responses ?? [];
  if (!response || !('Add' in response) || response.Add.Status !== 1)
    throw new Error(JSON.stringify(answered));
  return response.Add.ServerId!;
}

/** All texts of a user's calendars. */
async function textsOf(source: DavSource): Promise<string[]> {
  const texts: string[] = [];
  for (const { path, itemClass } of await source.folders()) {
    if (itemClass !== 'Calendar') continue;
    const { changed } = await source.changes(path, null);
    for await (const object of source.fetch(
      path,
      changed.map(({ name }) => name),
    ))
      if ('text' in object) texts.push(object.text.replace(/\r\n[ \t]/g, ''));
  }
  return texts;
}
const about = async (source: DavSource, subject: string): Promise<string[]> =>
  (await textsOf(source)).filter((text) => text.includes(`SUMMARY:${subject}\r`));

describe('Cyrus, which schedules by itself', () => {
  let cyrus: Cyrus;
  let factory: DavFactory;
  let anna: DavSource;
  let ben: DavSource;
  let guest: string;
  let stage: Stage;

  beforeAll(async () => {
    cyrus = await startCyrus({ dav: true });
    factory = new DavFactory({ kind: 'caldav', url: cyrus.davUrl });
    const open = async (name: string): Promise<DavSource> => {
      const user = cyrus.addUser(name);
      await cyrus.signIn(user);
      const source = await factory.open({ user, password: cyrus.password });
      await source.folders();
      return source;
    };
    anna = await open('anna');
    ben = await open('ben');
    guest = 'ben@example.test';
  }, 60_000);
  afterAll(async () => {
    await factory.close();
    await cyrus.stop();
  });
  beforeEach(() => void (stage = new Stage(anna, 'anna@example.test')));
  afterEach(() => stage.close());

  it('is the only one that tells Ben of a meeting of a phone of 16.1, once', async () => {
    stage.rule('auto');
    const event = meeting(guest);
    const phone = await stage.phone();
    const id = await make(phone, event);
    await waitUntil('Ben to be invited', async () => (await about(ben, event.Subject)).length > 0);
    await phone.send({ Delete: { ServerId: id } });
    await waitUntil('Ben to hear the end of it', async () =>
      (await about(ben, event.Subject)).every((text) => text.includes('STATUS:CANCELLED')),
    );
    await stage.gateway.jobs.idle();
    expect(stage.gateway.sent).toEqual([]);
  });

  it('is told to be silent where Godwit invites: one mail, and nothing in Ben’s calendar', async () => {
    stage.rule('godwit');
    const event = meeting(guest);
    const phone = await stage.phone();
    const id = await make(phone, event);
    await stage.gateway.jobs.idle();
    const moved = { ...event, EndTime: new Date('2026-12-01T11:00:00Z') };
    await phone.send({ Change: { ServerId: id, ApplicationData: { Calendar: moved } } });
    await stage.gateway.jobs.idle();
    expect(await about(anna, event.Subject)).toEqual([expect.stringContaining('SCHEDULE-AGENT=CLIENT')]);
    await phone.send({ Delete: { ServerId: id } });
    await stage.gateway.jobs.idle();
    expect(stage.methods()).toEqual(['REQUEST', 'REQUEST', 'CANCEL']);
    expect(await about(ben, event.Subject)).toEqual([]);
  });

  it('tells the end of what another program wrote and it told of itself: Godwit does not', async () => {
    stage.rule('godwit');
    const { Subject } = meeting(guest);
    const folder = (await anna.folders()).find(({ itemClass }) => itemClass === 'Calendar');
    await anna.put(folder!.path, 'foreign.ics', foreign(Subject, guest), null);
    await waitUntil('Ben to be invited', async () => (await about(ben, Subject)).length > 0);
    const phone = await stage.phone();
    const [id] = [...phone.has].find(([, { Calendar }]) => Calendar?.Subject === Subject)!;
    await phone.send({ Delete: { ServerId: id } });
    await stage.gateway.jobs.idle();
    expect(stage.methods()).toEqual([]);
    expect(await about(anna, Subject)).toEqual([]);
    await waitUntil('Ben to hear the end of it', async () =>
      (await about(ben, Subject)).every((text) => text.includes('STATUS:CANCELLED')),
    );
  });

  it('has the mails of a phone of 14.1 held back, for it has told Ben already', async () => {
    stage.rule('auto');
    const event = meeting(guest);
    const phone = await stage.phone(141);
    await make(phone, { ...event, Timezone: utc });
    await waitUntil('Ben to be invited', async () => (await about(ben, event.Subject)).length > 0);
    const [stored] = await about(anna, event.Subject);
    const Mime = Buffer.from(
      [
        'From: anna@example.test',
        `To: ${guest}`,
        `Subject: ${event.Subject}`,
        'MIME-Version: 1.0',
        'Content-Type: text/calendar; method=REQUEST; charset=utf-8',
        '',
        stored!.replace('BEGIN:VEVENT', 'METHOD:REQUEST\r\nBEGIN:VEVENT'),
      ].join('\r\n'),
    );
    await phone.handset.call('SendMail', { ClientId: event.Subject, Mime });
    expect(stage.gateway.sent).toEqual([]);
    expect(stage.gateway.told).toContain('mail held-back');
    expect(await about(ben, event.Subject)).toHaveLength(1);
  });

  it('tells when Ben is free by its outbox, and when Anna is by her calendar', async () => {
    stage.rule('auto');
    await make(await stage.phone(), meeting(guest));
    const freeBusy = new CalendarFreeBusy({
      calendars: async () => asCalendars(stage.gateway.pim.backend('Calendar')!),
      owner: async () => ({ identities: stage.gateway.identities }),
      ask: (...asked) => anna.freeBusy(...asked),
    });
    const span = [new Date('2026-12-01T09:30:00Z'), new Date('2026-12-01T18:00:00Z')] as const;
    const busy = await freeBusy.freeBusy('Anna@example.test', ...span);
    expect(busy?.length).toBeGreaterThan(0);
    expect(busy?.[0]).toMatchObject({ start: span[0], status: 2 });
    expect(await freeBusy.freeBusy(guest, ...span)).toEqual(expect.any(Array));
    expect(await freeBusy.freeBusy('nobody@example.com', ...span)).toBeNull();
  });
});

describe('Radicale, which does not', () => {
  let radicale: Radicale;
  let factory: DavFactory;
  let stage: Stage;
  beforeAll(async () => {
    radicale = await startRadicale(['anna']);
    factory = new DavFactory({ kind: 'caldav', url: radicale.url });
    const source = await factory.open({ user: 'anna', password: radicale.password });
    if (!(await source.folders()).some(({ itemClass }) => itemClass === 'Calendar'))
      await source.editor.createFolder(null, 'Calendar', 'Calendar');
    stage = new Stage(source, 'anna@example.test');
  }, 60_000);
  afterAll(async () => {
    await stage.close();
    await factory.close();
    await radicale.stop();
  });

  it('leaves it to Godwit, which mails each change once and marks nothing', async () => {
    stage.rule('auto');
    const event = meeting('ben@example.test');
    const phone = await stage.phone();
    const id = await make(phone, event);
    await stage.gateway.jobs.idle();
    expect((await textsOf(stage.source)).join('')).not.toContain('SCHEDULE-AGENT');
    await phone.send({ Delete: { ServerId: id } });
    await stage.gateway.jobs.idle();
    expect(stage.methods()).toEqual(['REQUEST', 'CANCEL']);
    const read = asCalendars(stage.gateway.pim.backend('Calendar')!)!;
    await make(phone, meeting('ben@example.test'));
    const during: string[] = [];
    const { path } = (await stage.source.folders()).find(({ itemClass }) => itemClass === 'Calendar')!;
    const span = [new Date('2026-12-01T00:00:00Z'), new Date('2026-12-02T00:00:00Z')] as const;
    for await (const text of read.textsDuring(path, ...span)) during.push(text);
    for await (const text of read.textsDuring(path, new Date('2027-01-01'), new Date('2027-02-01')))
      during.push(text);
    expect(during).toHaveLength(1);
  });
});
