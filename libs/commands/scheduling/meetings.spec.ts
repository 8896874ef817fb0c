import { BackendError } from '#backend';
import type { MemoryObjectSource } from '#backends/memory';
import { asCalendars, CalendarFreeBusy } from '#scheduling';
import { MailSync, PimSync, TestServer, type Answered, type ClientCommand } from '../testing/index.js';

type Added = NonNullable<Extract<ClientCommand, { Add: unknown }>['Add']['ApplicationData']>;
type Event = NonNullable<Added['Calendar']>;

let server: TestServer;
let source: MemoryObjectSource;
let phone: PimSync;

async function signIn(version = 161): Promise<PimSync> {
  const handset = server.handset({ version });
  const { Changes } = await handset.ask('FolderSync', { SyncKey: '0' });
  return new PimSync(handset, Changes!.Add!.find(({ Type }) => Type === 8)!.ServerId).complete();
}
beforeEach(async () => {
  server = new TestServer();
  server.mailbox.createFolder('Sent', 'sent');
  source = server.pim.add('Calendar');
  phone = await signIn();
});
afterEach(() => server.close());

const attendees = (...names: string[]): Event['Attendees'] => ({
  Attendee: names.map((name) => ({ Email: `${name}@example.net`, Name: name, AttendeeType: 1 })),
});
const plan = {
  Subject: 'Plan',
  StartTime: new Date('2026-12-01T09:00:00Z'),
  EndTime: new Date('2026-12-01T10:00:00Z'),
  MeetingStatus: 1,
  Attendees: attendees('bob', 'carol'),
};
const daily = { Recurrence: { Type: 0, Interval: 1, Occurrences: 5 } };

const add = (Calendar: Event): ClientCommand => ({ Add: { ClientId: 'c1', ApplicationData: { Calendar } } });
const change = (Calendar: Event, InstanceId?: string): ClientCommand => ({
  Change: { ServerId: theId(), ...(InstanceId && { InstanceId }), ApplicationData: { Calendar } },
});
let made = '';
const theId = (): string => made;
/** One Sync, and what comes of it when the phone has its answer. */
async function send(...commands: ClientCommand[]): Promise<Answered | null> {
  const answered = await phone.send(...commands);
  await server.jobs.idle();
  return answered;
}
async function create(event: Event = plan): Promise<void> {
  const answered = await send(add(event));
  made = idIn(answered);
  server.sent.splice(0);
}
function idIn(answered: Answered | null): string {
  const [response] = answered?.Responses ?? [];
  if (!response || !('Add' in response) || response.Add.Status !== 1)
    throw new Error(JSON.stringify(answered));
  return response.Add.ServerId!;
}

/** The iCalendar text in a mail that was sent. */
function calendarIn(text: string): string {
  const base64 = /method=\w+\r\nContent-Transfer-Encoding: base64\r\n\r\n([\s\S]*?)\r\n--/.exec(text)![1]!;
  return Buffer.from(base64, 'base64')
    .toString()
    .replace(/\r\n[ \t]/g, '');
}
/** Each mail: method, to whom, and which occurrence. */
const told = (): string[] =>
  server.sent.map(({ envelope, text }) => {
    const calendar = calendarIn(text);
    const method = /^METHOD:(\w+)/m.exec(calendar)?.[1];
    const occurrence = /^RECURRENCE-ID[^:]*:(\w+)/m.exec(calendar)?.[1];
    return [method, ...envelope.recipients, ...(occurrence ? [occurrence] : [])].join(' ');
  });
const stored = (): string => [...source.texts('Calendar').values()].join('').replace(/\r\n[ \t]/g, '');
const everybody = 'bob@example.net carol@example.net';

describe('a phone of 16.x that organizes a meeting', () => {
  it('has it told to all who are invited, once; an appointment to nobody', async () => {
    await send(add(plan));
    expect(told()).toEqual([`REQUEST ${everybody}`]);
    const [{ envelope, text }] = server.sent as [(typeof server.sent)[number]];
    expect(envelope.from).toBe('ada@example.org');
    expect(text).toMatch(/^Subject: Plan\r$/m);
    const calendar = calendarIn(text);
    expect(calendar).toMatch(/^ORGANIZER[^:]*:mailto:ada@example\.org/m);
    expect(calendar).toMatch(/^ATTENDEE[^:]*PARTSTAT=NEEDS-ACTION[^:]*:mailto:bob@example\.net/m);
    const { Attendees: _, ...alone } = plan;
    await send({
      Add: { ClientId: 'c2', ApplicationData: { Calendar: { ...alone, MeetingStatus: 0 } } },
    });
    expect(server.sent).toHaveLength(1);
  });

  it('whose answer was lost makes one event and one mail', async () => {
    await phone.sendTwice(add(plan));
    await server.jobs.idle();
    expect(told()).toEqual([`REQUEST ${everybody}`]);
    expect(source.texts('Calendar').size).toBe(1);
  });

  it('is done with it where no mail can leave now: the mail leaves later, once', async () => {
    server.submission = new BackendError('unavailable', 'down');
    idIn(await send(add(plan)));
    expect(server.sent).toEqual([]);
    server.submission = null;
    await until(() => server.sent.length > 0);
    await send();
    expect(told()).toEqual([`REQUEST ${everybody}`]);
    expect(server.told.filter((line) => line === 'meeting send failed').length).toBeGreaterThan(0);
  });

  it('asks everybody anew for another time, with a higher SEQUENCE', async () => {
    await create();
    const sequence = Number(/SEQUENCE:(\d+)/.exec(stored())?.[1] ?? 0);
    await send(change({ ...plan, EndTime: new Date('2026-12-01T11:00:00Z') }));
    expect(told()).toEqual([`REQUEST ${everybody}`]);
    expect(calendarIn(server.sent[0]!.text)).toContain(`SEQUENCE:${sequence + 1}`);
    expect(stored()).toContain(`SEQUENCE:${sequence + 1}`);
  });

  it('asks who is added, and tells who is left out, and the others nothing', async () => {
    await create();
    await send(change({ ...plan, Attendees: attendees('bob', 'dora') }));
    expect(told()).toEqual(['CANCEL carol@example.net', 'REQUEST dora@example.net']);
  });

  it('has a reminder of its own', async () => {
    await create();
    await send(change({ Reminder: 25 }));
    expect(told()).toEqual([]);
  });

  it('cancels by deleting', async () => {
    await create();
    await phone.sendTwice({ Delete: { ServerId: theId() } });
    await server.jobs.idle();
    expect(told()).toEqual([`CANCEL ${everybody}`]);
    expect(calendarIn(server.sent[0]!.text)).toContain('STATUS:CANCELLED');
    expect(source.texts('Calendar').size).toBe(0);
  });

  it('changes and cancels one occurrence by itself', async () => {
    await create({ ...plan, ...daily });
    await send(change({ AirSyncBaseLocation: { DisplayName: 'Room 1' } }, '20261202T090000Z'));
    expect(told()).toEqual([`REQUEST ${everybody} 20261202T090000Z`]);
    server.sent.splice(0);
    await send({ Delete: { ServerId: theId(), InstanceId: '20261203T090000Z' } });
    expect(told()).toEqual([`CANCEL ${everybody} 20261203T090000Z`]);
  });

  it.each(['client', 'server'] as const)('sends nothing where the tenant says: %s', async (rule) => {
    server.scheduling = rule;
    await send(add(plan));
    expect(server.sent).toEqual([]);
    expect(stored()).toContain('mailto:bob@example.net');
  });

  it('leaves it to a server that schedules itself', async () => {
    source.schedules = true;
    await send(add(plan));
    expect(server.sent).toEqual([]);
  });

  it('keeps its meeting where a mail will never be taken, and the operator hears of it', async () => {
    server.submission = new BackendError('invalid', 'no such domain', { reason: 'refused' });
    idIn(await send(add(plan)));
    expect(source.texts('Calendar').size).toBe(1);
    expect(server.told).toContain('meeting send failed');
    await send();
    expect(server.sent).toEqual([]);
  });
});

it('another time that an attendee proposes by mail stands with him in the calendar, once', async () => {
  await create();
  const invitation = stored();
  const counter = invitation
    .replace('BEGIN:VEVENT', 'METHOD:COUNTER\r\nBEGIN:VEVENT')
    .replace(/^ATTENDEE[^\r]*carol[^\r]*\r\n/m, '')
    .replace('T090000Z', 'T130000Z')
    .replace('T100000Z', 'T140000Z');
  for (const id of ['1', '2']) {
    server.mailbox.deliver('Inbox', mail('COUNTER', id, counter));
  }
  let writes = 0;
  source.switches.beforePut = () => void writes++;
  for (const deviceId of ['phone1', 'phone2']) {
    const handset = server.handset({ version: 161, deviceId });
    await handset.ask('FolderSync', { SyncKey: '0' });
    await new MailSync(handset, 'm1').complete();
    await server.jobs.idle();
  }
  expect(writes).toBe(1);
  await phone.sync();
  const [bob, carol] = attendeesOnPhone();
  expect(bob).toMatchObject({
    Email: 'bob@example.net',
    AttendeeStatus: 2,
    ProposedStartTime: new Date('2026-12-01T13:00:00Z'),
    ProposedEndTime: new Date('2026-12-01T14:00:00Z'),
  });
  expect(carol).not.toHaveProperty('ProposedStartTime');
  // Who takes the proposed time asks everybody anew, and the proposal is none any more in the mail.
  await send(change({ ...plan, StartTime: bob!.ProposedStartTime!, EndTime: bob!.ProposedEndTime! }));
  expect(told()).toEqual([`REQUEST ${everybody}`]);
  expect(calendarIn(server.sent[0]!.text)).not.toMatch(/X-GODWIT/i);
  expect(stored()).not.toMatch(/X-GODWIT-PROPOSED/i);
});

it('a calendar that is down is asked again: no answer is lost, however many there are', async () => {
  await create();
  const reply = stored()
    .replace('BEGIN:VEVENT', 'METHOD:REPLY\r\nBEGIN:VEVENT')
    .replace(/^ATTENDEE[^\r]*carol[^\r]*\r\n/m, '')
    .replace('NEEDS-ACTION', 'ACCEPTED');
  for (let other = 0; other < 30; other++) {
    const text = reply.replace(/UID:.*/, `UID:other${other}`);
    server.mailbox.deliver('Inbox', mail('REPLY', `other${other}`, text));
  }
  server.mailbox.deliver('Inbox', mail('REPLY', 'last', reply));
  server.pim.fault = () => new BackendError('unavailable', 'down');
  await new MailSync(phone.handset, 'm1').complete();
  await until(() => server.told.includes('meeting mail failed'));
  expect(stored()).not.toContain('PARTSTAT=ACCEPTED');
  server.pim.fault = () => null;
  await until(() => stored().includes('PARTSTAT=ACCEPTED'));
});

it('ResolveRecipients tells when the user is free, by the calendar itself', async () => {
  await create();
  await send(
    add({
      ...plan,
      Attendees: undefined,
      MeetingStatus: 0,
      BusyStatus: 1,
      StartTime: at(11),
      EndTime: at(12),
    }),
  );
  server.freeBusy = new CalendarFreeBusy({
    calendars: async () => asCalendars(server.pim.backend('Calendar')!),
    owner: async () => ({ identities: server.identities }),
    ask: async (address) => (address.startsWith('bob') ? vfreebusy : null),
  });
  const digits = async (to: string) => {
    const { Response } = await server.handset({ version: 161 }).ask('ResolveRecipients', {
      To: [to],
      Options: { Availability: { StartTime: at(8), EndTime: at(13) } },
    });
    return Response?.[0]?.Recipient?.[0]?.Availability;
  };
  expect(await digits('ada@example.org')).toEqual({ Status: 1, MergedFreeBusy: '0022001100' });
  server.directory = {
    kind: 'test',
    search: async ({ text }) => ({ entries: [{ displayName: text, emailAddress: text }], total: 1 }),
    identities: async () => [],
    close: async () => undefined,
  };
  expect(await digits('bob@example.net')).toEqual({ Status: 1, MergedFreeBusy: '0000003000' });
  expect(await digits('carol@example.net')).toEqual({ Status: 163 });
  server.pim.fault = () => new BackendError('unavailable', 'down');
  server.freeBusy = new CalendarFreeBusy({
    calendars: async () => asCalendars(server.pim.backend('Calendar')!),
    owner: async () => ({ identities: server.identities }),
    ask: null,
  });
  expect(await digits('ada@example.org')).toEqual({ Status: 162 });
});

describe('a meeting of the calendar that is forwarded', () => {
  const forward = (more: object, handset = phone.handset) =>
    handset.call('SmartForward', {
      ClientId: String(Math.random()),
      Source: { FolderId: theId().split(':')[0]!, ItemId: theId() },
      ...more,
    });
  const Forwardees = { Forwardee: [{ Email: 'eve@example.net', Name: 'Eve' }] };

  it('by its organizer to Forwardees invites them, and them alone; a retry sends nothing', async () => {
    await create();
    const request = { ClientId: 'f1', Forwardees };
    expect(await forward(request)).toEqual({ kind: 'empty' });
    await expect(forward(request)).rejects.toMatchObject({ status: 118 });
    expect(told()).toEqual(['REQUEST eve@example.net']);
    expect(stored()).toMatch(/ATTENDEE;CN=Eve[^:]*:mailto:eve@example\.net/);
    expect(stored().match(/mailto:eve/g)).toHaveLength(1);
    source.schedules = true;
    await forward({ Forwardees: { Forwardee: [{ Email: 'dan@example.net' }] } });
    expect(stored()).toContain('mailto:dan@example.net');
    expect(server.sent).toHaveLength(1);
  });

  it('by who is invited hands the invitation on as it is', async () => {
    await create();
    const [[name, text]] = [...source.texts('Calendar')] as [[string, string]];
    source.write('Calendar', name, text.replace('ada@example.org', 'boss@example.net'));
    await phone.sync();
    expect(await forward({ Forwardees })).toEqual({ kind: 'empty' });
    expect(told()).toEqual(['REQUEST eve@example.net']);
    expect(server.sent[0]!.text).toMatch(/^Subject: FW: Plan\r$/m);
    expect(calendarIn(server.sent[0]!.text)).toContain('mailto:boss@example.net');
    expect(stored()).not.toContain('mailto:eve');
  });

  it('with words of the phone goes along as text/calendar; of a series one occurrence, if the phone says so', async () => {
    await create({ ...plan, ...daily });
    const handset = server.handset({ version: 141, deviceId: 'old' });
    await handset.ask('FolderSync', { SyncKey: '0' });
    const Mime = Buffer.from('From: ada@example.org\r\nTo: eve@example.net\r\nSubject: FW\r\n\r\nLook\r\n');
    const Source = { FolderId: theId().split(':')[0]!, ItemId: theId() };
    expect(await forward({ Mime, Source }, handset)).toEqual({ kind: 'empty' });
    expect(server.sent[0]!.text).toContain('Look');
    expect(calendarAttached(server.sent[0]!.text)).toMatch(/RRULE/);
    const InstanceId = '2026-12-02T09:00:00.000Z';
    await forward({ Mime, Source: { ...Source, InstanceId } }, handset);
    expect(calendarAttached(server.sent[1]!.text)).toContain('RECURRENCE-ID:20261202T090000Z');
    const refusedFor = (value: string) =>
      forward({ Mime, Source: { ...Source, InstanceId: value } }, handset);
    await expect(refusedFor('2026-12-02T10:00:00.000Z')).rejects.toMatchObject({ status: 150 });
    await expect(refusedFor('20261202T090000Z')).rejects.toMatchObject({ status: 104 });
  });

  it('that is no series has no occurrences', async () => {
    await create();
    const Source = {
      FolderId: theId().split(':')[0]!,
      ItemId: theId(),
      InstanceId: '2026-12-01T09:00:00.000Z',
    };
    await expect(forward({ Forwardees, Source })).rejects.toMatchObject({ status: 146 });
  });
});

function calendarAttached(text: string): string {
  const [, base64] = /text\/calendar[^]*?\r\n\r\n([A-Za-z0-9+/=\r\n]+)/.exec(text)!;
  return Buffer.from(base64!, 'base64')
    .toString()
    .replace(/\r\n[ \t]/g, '');
}

const at = (hour: number): Date => new Date(Date.UTC(2026, 11, 1, hour));
const vfreebusy = [
  'BEGIN:VCALENDAR',
  'BEGIN:VFREEBUSY',
  'FREEBUSY;FBTYPE=BUSY-UNAVAILABLE:20261201T110000Z/PT30M',
  'END:VFREEBUSY',
  'END:VCALENDAR',
  '',
].join('\r\n');
const mail = (method: string, id: string, text: string): Buffer =>
  Buffer.from(
    [
      'From: bob@example.net',
      'To: ada@example.org',
      `Subject: ${id}`,
      `Message-ID: <${id}@example.net>`,
      `Date: ${new Date().toUTCString().replace('GMT', '+0000')}`,
      'MIME-Version: 1.0',
      `Content-Type: text/calendar; method=${method}; charset=utf-8`,
      '',
      text,
    ].join('\r\n'),
  );
const attendeesOnPhone = () =>
  [...phone.has.values()][0]!.Calendar!.Attendees!.Attendee as readonly {
    readonly Email: string;
    readonly ProposedStartTime?: Date;
    readonly ProposedEndTime?: Date;
  }[];

it('a phone up to 14.1 sends its mails itself', async () => {
  phone = await signIn(141);
  const { Attendees: Who, ...rest } = plan;
  await send(add({ ...rest, Attendees: Who, Timezone: utc }));
  expect(source.texts('Calendar').size).toBe(1);
  expect(server.sent).toEqual([]);
});
/** A time zone blob of UTC. */
const utc = Buffer.alloc(172);

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}
