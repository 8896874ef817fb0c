import { MailSync, MemoryCalendars, TestServer, type Handset } from '../testing/index.js';

let server: TestServer;
let calendars: MemoryCalendars;
beforeEach(() => {
  server = new TestServer();
  server.mailbox.createFolder('Trash', 'trash');
  server.mailbox.createFolder('Sent', 'sent');
  calendars = new MemoryCalendars();
  server.pim.use('Calendar', calendars);
});
afterEach(() => server.close());

const event = (...more: string[]): string[] => [
  'BEGIN:VEVENT',
  'UID:meeting-1',
  'SEQUENCE:1',
  'DTSTAMP:20261101T000000Z',
  'DTSTART;TZID=Europe/Berlin:20261201T100000',
  'DTEND;TZID=Europe/Berlin:20261201T110000',
  'SUMMARY:Plan',
  'ORGANIZER;CN=Bob:mailto:bob@example.net',
  'ATTENDEE;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:Ada@example.org',
  'ATTENDEE;PARTSTAT=ACCEPTED:mailto:carol@example.net',
  'X-UNKNOWN;X-P=1:kept',
  ...more,
  'END:VEVENT',
];
const calendar = (method: string | null, ...events: string[][]): string =>
  [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//x//y//EN',
    ...(method ? [`METHOD:${method}`] : []),
    ...events.flat(),
    'END:VCALENDAR',
    '',
  ].join('\r\n');
const mailOf = (text: string, method = 'REQUEST'): string =>
  [
    'From: bob@example.net',
    'To: ada@example.org',
    'Subject: Plan',
    'Message-ID: <1@example.net>',
    'Date: Sun, 01 Nov 2026 00:00:00 +0000',
    'MIME-Version: 1.0',
    `Content-Type: text/calendar; charset=utf-8; method=${method}`,
    '',
    text,
  ].join('\r\n');

async function invited(phone: Handset, text = calendar('REQUEST', event())): Promise<string> {
  server.mailbox.deliver('Inbox', Buffer.from(mailOf(text)));
  await phone.ask('FolderSync', { SyncKey: '0' });
  return (await new MailSync(phone, 'm1').complete()).idOf('Plan');
}

async function answer(phone: Handset, request: object) {
  const { Result } = await phone.ask('MeetingResponse', { Request: [request] } as never);
  return Result?.[0];
}

/** Unfolded. */
const theObject = (): string => (calendars.texts[0] ?? '').replace(/\r\n[ \t]/g, '');
const partstat = (): string | undefined => /PARTSTAT=([A-Z-]+)[^:]*:mailto:ada/i.exec(theObject())?.[1];
const inInbox = (): number =>
  [
    ...server.mailbox
      .folder('Inbox')
      .changes({ folder: 'Inbox', cursor: null, scope: { sinceDay: null }, limit: 9 }).changed,
  ].length;
const sentCalendar = (): string => {
  const base64 = /method=\w+\r\nContent-Transfer-Encoding: base64\r\n\r\n([\s\S]*?)\r\n--/.exec(
    server.sent.at(-1)!.text,
  )![1]!;
  return Buffer.from(base64, 'base64')
    .toString()
    .replace(/\r\n[ \t]/g, '');
};

describe.each([120, 141, 161] as const)('an invitation in the Inbox, in %d', (version) => {
  it.each([
    [1, 'ACCEPTED'],
    [2, 'TENTATIVE'],
  ])(
    'UserResponse %d: the event is in the calendar as %s, the request in the trash, no mail by itself',
    async (UserResponse, status) => {
      const phone = server.handset({ version });
      const RequestId = await invited(phone);
      const result = await answer(phone, { UserResponse, CollectionId: 'm1', RequestId });
      expect(result).toMatchObject({
        RequestId,
        Status: 1,
        CalendarId: expect.stringMatching(/^c4:object/) as string,
      });
      expect(partstat()).toBe(status);
      expect(theObject()).toContain('X-UNKNOWN;X-P=1:kept');
      expect(theObject()).not.toMatch(/METHOD|RSVP/);
      expect(inInbox()).toBe(0);
      expect(server.sent).toEqual([]);
    },
  );

  it('declined: no CalendarId, no event', async () => {
    const phone = server.handset({ version });
    calendars.put('there', calendar(null, event()));
    const RequestId = await invited(phone);
    const result = await answer(phone, { UserResponse: 3, CollectionId: 'm1', RequestId });
    expect(result).toEqual({ RequestId, Status: 1 });
    expect(calendars.texts).toEqual([]);
    expect(inInbox()).toBe(0);
  });
});

it('a retry whose answer was lost gets the same answer: one event, one mail', async () => {
  const phone = server.handset({ version: 161 });
  const RequestId = await invited(phone);
  const request = { UserResponse: 1, CollectionId: 'm1', RequestId, SendResponse: {} };
  const first = await answer(phone, request);
  expect(await answer(phone, request)).toEqual(first);
  expect(calendars.texts).toHaveLength(1);
  expect(server.sent).toHaveLength(1);
});

it('a retry after the mail could not be sent sends it, once', async () => {
  const phone = server.handset({ version: 161 });
  const RequestId = await invited(phone);
  const request = { UserResponse: 3, CollectionId: 'm1', RequestId, SendResponse: {} };
  const { BackendError } = await import('#backend');
  server.submission = new BackendError('unavailable', 'down');
  expect(await answer(phone, request)).toMatchObject({ Status: 4 });
  expect(inInbox()).toBe(1);
  server.submission = null;
  expect(await answer(phone, request)).toMatchObject({ Status: 1 });
  expect(server.sent).toHaveLength(1);
});

it('who accepts, declines and accepts again tells the organizer three times', async () => {
  const phone = server.handset({ version: 161 });
  const id = calendars.put('there', calendar(null, event()));
  await phone.ask('FolderSync', { SyncKey: '0' });
  for (const UserResponse of [1, 2, 1, 1]) {
    const request = { UserResponse, CollectionId: 'c4', RequestId: `c4:${id}`, SendResponse: {} };
    expect(await answer(phone, request)).toMatchObject({ Status: 1, CalendarId: `c4:${id}` });
  }
  expect(server.sent).toHaveLength(3);
});

it('an event that is in the calendar already is answered there: no second one', async () => {
  const phone = server.handset();
  calendars.put(
    'by another program',
    calendar(null, event('BEGIN:VALARM', 'ACTION:DISPLAY', 'TRIGGER:-PT7M', 'END:VALARM')),
  );
  const RequestId = await invited(
    phone,
    calendar(
      'REQUEST',
      event('LOCATION:Room 1').map((line) => line.replace('20261101', '20261102')),
    ),
  );
  expect(await answer(phone, { UserResponse: 1, CollectionId: 'm1', RequestId })).toMatchObject({
    Status: 1,
  });
  expect(calendars.texts).toHaveLength(1);
  expect(theObject()).toContain('LOCATION:Room 1');
  expect(theObject()).toContain('TRIGGER:-PT7M');
  expect(partstat()).toBe('ACCEPTED');
});

it('an answer is written onto what somebody else wrote meanwhile', async () => {
  const phone = server.handset();
  calendars.put('there', calendar(null, event()));
  const RequestId = await invited(phone);
  let writes = 0;
  calendars.beforeWrite = () => {
    if (writes++ === 0) calendars.put('there', calendar(null, event('X-NEW:1')));
  };
  expect(await answer(phone, { UserResponse: 1, CollectionId: 'm1', RequestId })).toMatchObject({
    Status: 1,
  });
  expect(theObject()).toContain('X-NEW:1');
  expect(partstat()).toBe('ACCEPTED');
});

describe('SendResponse (16.0 and later)', () => {
  it('sends a REPLY to the organizer with the phone’s text', async () => {
    const phone = server.handset({ version: 160 });
    const RequestId = await invited(phone);
    const SendResponse = { Body: { Type: 1, Data: 'I will be there' } };
    await answer(phone, { UserResponse: 1, CollectionId: 'm1', RequestId, SendResponse });
    const { envelope, text } = server.sent[0]!;
    expect(envelope).toMatchObject({ from: 'ada@example.org', recipients: ['bob@example.net'] });
    expect(text).toMatch(/^Subject: Accepted: Plan\r$/m);
    expect(text).toContain('I will be there');
    expect(text).toContain('Content-Type: text/calendar; charset=utf-8; method=REPLY');
    const reply = sentCalendar();
    expect(reply).toMatch(/ATTENDEE;CN=Ada;PARTSTAT=ACCEPTED:mailto:Ada@example.org/);
    expect(reply).toContain('SEQUENCE:1');
    expect(reply).toContain('COMMENT:I will be there');
    expect(reply).not.toContain('carol');
  });

  it('with times proposes them by COUNTER, in 16.1', async () => {
    const phone = server.handset({ version: 161 });
    const RequestId = await invited(phone);
    const SendResponse = {
      ProposedStartTime: new Date('2026-12-02T09:00:00Z'),
      ProposedEndTime: new Date('2026-12-02T10:00:00Z'),
    };
    await answer(phone, { UserResponse: 2, CollectionId: 'm1', RequestId, SendResponse });
    expect(sentCalendar()).toContain('METHOD:COUNTER');
    expect(sentCalendar()).toContain('DTSTART:20261202T090000Z');
    expect(sentCalendar()).toMatch(/^X-MS-OLK-ORIGINALSTART;TZID=Europe\/Berlin[^:]*:20261201T100000/m);
    expect(theObject()).toContain('DTSTART;TZID=Europe/Berlin:20261201T100000');
    expect(partstat()).toBe('TENTATIVE');
  });

  it('is left to a server that schedules itself, which is told by the object, a declined one, too', async () => {
    calendars.autoSchedules = true;
    const phone = server.handset({ version: 161 });
    const RequestId = await invited(phone);
    await answer(phone, { UserResponse: 3, CollectionId: 'm1', RequestId, SendResponse: {} });
    expect(server.sent).toEqual([]);
    expect(partstat()).toBe('DECLINED');
  });
});

describe('one occurrence of a series in the calendar', () => {
  const InstanceId = '2026-12-08T09:00:00.000Z';
  const series = calendar(null, event('RRULE:FREQ=WEEKLY;COUNT=5'));
  let phone: Handset;
  let RequestId: string;
  beforeEach(async () => {
    phone = server.handset({ version: 161 });
    RequestId = `c4:${calendars.put('there', series)}`;
    await phone.ask('FolderSync', { SyncKey: '0' });
  });
  const one = (more: object) =>
    answer(phone, { UserResponse: 1, CollectionId: 'c4', RequestId, InstanceId, ...more });

  it('becomes an exception with the answer; the others stay', async () => {
    expect(await one({ SendResponse: {} })).toMatchObject({ Status: 1, InstanceId });
    expect(theObject()).toContain('RECURRENCE-ID;TZID=Europe/Berlin:20261208T100000');
    expect(theObject().match(/PARTSTAT=NEEDS-ACTION/g)).toHaveLength(1);
    expect(sentCalendar()).toContain('RECURRENCE-ID;TZID=Europe/Berlin:20261208T100000');
    expect(sentCalendar()).not.toContain('RRULE');
  });

  it('that is declined goes', async () => {
    expect(await one({ UserResponse: 3 })).toMatchObject({ Status: 1 });
    expect(theObject()).toContain('EXDATE;TZID=Europe/Berlin:20261208T100000');
  });

  it('that there is not is Status 2, no date 104, of a single meeting 146', async () => {
    expect(await one({ InstanceId: '2026-12-08T10:00:00.000Z' })).toMatchObject({ Status: 2 });
    expect(await one({ InstanceId: '20261208T090000Z' })).toMatchObject({ Status: 104 });
    calendars.put('there', calendar(null, event()));
    expect(await one({})).toMatchObject({ Status: 146 });
    expect(calendars.texts).toEqual([calendar(null, event())]);
  });
});

describe('refuses', () => {
  it.each([
    ['an answer that is none', { UserResponse: 4 }, 2],
    ['a LongId beside other ids', { LongId: 'm1:1' }, 105],
    ['an occurrence of a mail', { InstanceId: '2026-12-08T09:00:00.000Z' }, 2],
    ['a folder that is not there', { RequestId: 'm99:1' }, 2],
    ['a mail that is not there', { RequestId: 'm1:nothere' }, 2],
  ])('%s', async (_what, more, Status) => {
    const phone = server.handset();
    const RequestId = await invited(phone);
    const result = await answer(phone, { UserResponse: 1, CollectionId: 'm1', RequestId, ...more });
    expect(result).toMatchObject({ Status });
    expect([calendars.texts.length, inInbox()]).toEqual([0, 1]);
  });

  it('a meeting of the user’s own, and a mail that is no request', async () => {
    const phone = server.handset();
    const own = calendar(
      null,
      event().map((line) => line.replace('bob@example.net', 'ada@example.org')),
    );
    const id = calendars.put('own', own);
    const RequestId = await invited(phone, calendar('REPLY', event()));
    expect(await answer(phone, { UserResponse: 1, CollectionId: 'm1', RequestId })).toMatchObject({
      Status: 2,
    });
    expect(await answer(phone, { UserResponse: 1, CollectionId: 'c4', RequestId: `c4:${id}` })).toMatchObject(
      { Status: 2 },
    );
    expect(calendars.texts).toEqual([own]);
  });

  it('more than 100 requests with 103, and answers each of fewer', async () => {
    const phone = server.handset();
    const RequestId = await invited(phone);
    const Request = Array.from({ length: 101 }, () => ({ UserResponse: 1, CollectionId: 'm1', RequestId }));
    await expect(phone.ask('MeetingResponse', { Request })).rejects.toMatchObject({ status: 103 });
    const { Result } = await phone.ask('MeetingResponse', {
      Request: [{ UserResponse: 1, CollectionId: 'm9', RequestId: 'm9:x' }, Request[0]!],
    });
    expect(Result?.map(({ Status }) => Status)).toEqual([2, 1]);
  });
});
