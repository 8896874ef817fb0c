import { MailSync, MemoryCalendars, TestServer } from '../testing/index.js';

let server: TestServer;
let calendars: MemoryCalendars;
beforeEach(() => {
  server = new TestServer();
  server.mailbox.createFolder('Sent', 'sent');
  calendars = new MemoryCalendars();
  server.pim.use('Calendar', calendars);
});
afterEach(() => server.close());

const ics = (method: string | null, ...lines: string[]): string =>
  [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    ...(method ? [`METHOD:${method}`] : []),
    'BEGIN:VEVENT',
    'UID:u1',
    'SEQUENCE:0',
    'DTSTAMP:20261121T000000Z',
    'DTSTART:20261201T090000Z',
    'DTEND:20261201T100000Z',
    'ORGANIZER:mailto:ada@example.org',
    ...lines,
    'END:VEVENT',
    'END:VCALENDAR',
    '',
  ].join('\r\n');
const mail = (method: string, from: string, to: string, text: string): Buffer =>
  Buffer.from(
    [
      `From: ${from}`,
      `To: ${to}`,
      'Subject: s',
      `Message-ID: <${method}@example.net>`,
      `Date: ${new Date().toUTCString().replace('GMT', '+0000')}`,
      'MIME-Version: 1.0',
      `Content-Type: text/calendar; method=${method}; charset=utf-8`,
      '',
      text,
    ].join('\r\n'),
  );
const bob = (status: string): string => `ATTENDEE;PARTSTAT=${status}:mailto:bob@example.net`;

describe('an answer that arrives', () => {
  const arrives = async (folder = 'Inbox') => {
    calendars.put('there', ics(null, bob('NEEDS-ACTION')));
    server.mailbox.deliver(
      folder,
      mail('REPLY', 'bob@example.net', 'ada@example.org', ics('REPLY', bob('ACCEPTED'))),
    );
    for (const deviceId of ['one', 'two']) {
      const phone = server.handset({ deviceId });
      await phone.ask('FolderSync', { SyncKey: '0' });
      await new MailSync(phone, folder === 'Inbox' ? 'm1' : 'm2').complete();
      await server.jobs.idle();
    }
  };

  it('is in the calendar, written once whatever number of devices hears of it', async () => {
    let writes = 0;
    calendars.beforeWrite = () => void writes++;
    await arrives();
    expect(calendars.texts[0]).toContain('PARTSTAT=ACCEPTED');
    expect(writes).toBe(1);
  });

  it.each([
    ['in another folder', () => arrives('Sent')],
    [
      'where the server does it',
      async () => {
        server.scheduling = 'server';
        await arrives();
      },
    ],
  ])('%s changes nothing', async (_where, come) => {
    await come();
    expect(calendars.texts[0]).toContain('PARTSTAT=NEEDS-ACTION');
  });
});

describe('an invitation that a phone up to 14.1 sends by itself', () => {
  const send = (to: string) =>
    server.handset().call('SendMail', {
      ClientId: to,
      SaveInSentItems: true,
      Mime: mail('REQUEST', 'ada@example.org', to, ics('REQUEST', bob('NEEDS-ACTION'))),
    });
  beforeEach(() => void calendars.put('there', ics(null, bob('NEEDS-ACTION'))));

  it('goes where nobody else sends', async () => {
    expect(await send('bob@example.net')).toEqual({ kind: 'empty' });
    expect(server.sent).toHaveLength(1);
  });

  it('is held back where the server sends, and kept as sent; to somebody the meeting does not know it goes', async () => {
    calendars.autoSchedules = true;
    expect(await send('bob@example.net')).toEqual({ kind: 'empty' });
    expect(server.sent).toEqual([]);
    const kept = server.mailbox
      .folder('Sent')
      .changes({ folder: 'Sent', cursor: null, scope: { sinceDay: null }, limit: 9 });
    expect(kept.changed).toHaveLength(1);
    await send('eve@example.net');
    expect(server.sent).toHaveLength(1);
  });
});
