import { TestServer, type Handset } from '../testing/index.js';
import {
  file,
  flagsInInbox,
  head,
  lines,
  message,
  multipart,
  original,
  plain,
  readMime,
  rich,
  sendSmart,
  shapeOf,
  signed,
  writtenMail,
} from '../testing/smart-mails.js';

let server: TestServer;
beforeEach(() => {
  server = new TestServer();
  server.mailbox.createFolder('Sent', 'sent');
});
afterEach(() => server.close());

const put = (text: string, phone: Handset): Promise<string> => original(server, text, phone);
const smart = (command: 'SmartReply' | 'SmartForward', id: string, phone: Handset, more: object = {}) =>
  sendSmart(server, phone, command, id, more);
const flagsOf = () => flagsInInbox(server);

describe('SmartForward', () => {
  it('carries all attachments byte for byte, pictures beside the HTML, messages whole', async () => {
    const phone = server.handset();
    const sent = await smart('SmartForward', await put(rich, phone), phone);
    expect(shapeOf(sent.structure)).toBe(
      'mixed(alternative(text/plain related(text/html image/png)) application/pdf message/rfc822)',
    );
    expect(sent.structure.children.slice(1).map((part) => sent.spanText(part))).toEqual([file, message]);
    expect(flagsOf()).toMatchObject({ answered: false, forwarded: true });
  });

  it('keeps the phone’s own attachments and pictures', async () => {
    const phone = server.handset();
    const own = lines('Content-Type: text/x-own', 'Content-Disposition: attachment', '', 'own');
    const Mime = writtenMail(
      'bob@example.net',
      multipart('mixed', 'P', lines('Content-Type: text/plain', '', 'Mine'), own),
    );
    const sent = await smart('SmartForward', await put(rich, phone), phone, { Mime });
    expect(shapeOf(sent.structure)).toContain('text/x-own application/pdf message/rfc822');
    expect(sent.spanText(sent.structure.children[1]!)).toBe(own);
  });

  it('encodes attachments that some servers would cut or refuse: 8-bit ones, and ones with long lines', async () => {
    const phone = server.handset();
    const attached = (text: string): string =>
      lines('Content-Type: text/csv; charset=utf-8', 'Content-Disposition: attachment', '', text);
    const long = 'a,'.repeat(600);
    const Mime = writtenMail(
      'bob@example.net',
      multipart('mixed', 'P', lines('Content-Type: text/plain', '', 'Mine'), attached(long)),
    );
    const text = lines(head, 'MIME-Version: 1.0', multipart('mixed', 'M', plain, attached('Grüße')), '');
    const sent = await smart('SmartForward', await put(text, phone), phone, { Mime });
    expect(server.sent.at(-1)!.text).toMatch(/^[\x00-\x7f]*$/);
    for (const line of server.sent.at(-1)!.text.split('\r\n')) expect(line.length).toBeLessThanOrEqual(998);
    const files = sent.structure.children.slice(1);
    expect(files.map(({ encoding }) => encoding)).toEqual(['quoted-printable', 'quoted-printable']);
    expect(await Promise.all(files.map((part) => sent.partText(part)))).toEqual([long, 'Grüße']);
  });

  it('attaches a signed original whole, byte for byte', async () => {
    const phone = server.handset();
    const sent = await smart('SmartForward', await put(signed, phone), phone);
    expect(shapeOf(sent.structure)).toBe('mixed(alternative(text/plain text/html) message/rfc822)');
    expect(server.sent.at(-1)!.text).toContain(`\r\n\r\n${signed}\r\n--`);
  });

  it('sends a signed message of the phone untouched', async () => {
    const phone = server.handset();
    const body = signed.slice(signed.indexOf('Content-Type'));
    const Mime = Buffer.from(lines('To: bob@example.net', body));
    await smart('SmartForward', await put(rich, phone), phone, { Mime });
    expect(server.sent.at(-1)!.text.endsWith(body.slice(body.indexOf('--S')))).toBe(true);
    expect(server.sent.at(-1)!.text).not.toContain('JVBERi0x');
  });

  it('with ReplaceMime sends what the phone wrote, and marks the original all the same (trap 75)', async () => {
    const phone = server.handset();
    const sent = await smart('SmartForward', await put(rich, phone), phone, { ReplaceMime: true });
    expect(shapeOf(sent.structure)).toBe('alternative(text/plain text/html)');
    expect(server.sent.at(-1)!.text).not.toContain('Original Message');
    expect(sent.header).toContain('References:');
    expect(flagsOf()).toMatchObject({ forwarded: true });
  });

  it('attaches whole what has more parts than anybody looks at', async () => {
    const phone = server.handset();
    const many = Array.from({ length: 1100 }, (_, index) =>
      lines('Content-Type: text/x-a', '', String(index)),
    );
    const sent = await smart(
      'SmartForward',
      await put(lines(head, multipart('mixed', 'M', ...many)), phone),
      phone,
    );
    expect(shapeOf(sent.structure)).toBe('mixed(alternative(text/plain text/html) message/rfc822)');
    expect(sent.spanText(sent.structure.children[1]!)).toContain('1099');
  });

  it('of an invitation to Forwardees writes the mail itself (16.0)', async () => {
    const calendar = lines(
      'Content-Type: text/calendar; method=REQUEST; charset=utf-8',
      '',
      'BEGIN:VCALENDAR',
      'END:VCALENDAR',
    );
    const phone = server.handset({ version: 161 });
    const ItemId = await put(lines(head, multipart('alternative', 'A', plain, calendar)), phone);
    const request = (Forwardees: { Forwardee: { Email: string; Name?: string }[] }, more: object = {}) =>
      phone.call('SmartForward', {
        ClientId: String(Math.random()),
        Source: { FolderId: 'm1', ItemId },
        Forwardees,
        ...more,
      });
    const Name = 'Eve\r\nBcc: evil@example.net';
    expect(
      await request({ Forwardee: [{ Email: 'eve@example.net', Name }, { Email: 'dan@example.net' }] }),
    ).toEqual({ kind: 'empty' });
    const { envelope, text } = server.sent.at(-1)!;
    expect(envelope).toMatchObject({
      from: 'ada@example.org',
      recipients: ['eve@example.net', 'dan@example.net'],
    });
    expect(text).toMatch(/^Subject: FW: Original\r$/m);
    expect(text).not.toMatch(/^Bcc/im);
    const sent = await readMime(text);
    expect(shapeOf(sent.structure)).toBe('alternative(text/plain text/calendar)');
    expect(sent.spanText(sent.structure.children[1]!)).toBe(calendar);
    await expect(request({ Forwardee: [{ Email: 'a@b.c\r\nRCPT TO:<x@y.z>' }] })).rejects.toMatchObject({
      status: 179,
    });
    await expect(
      request({ Forwardee: [{ Email: 'eve@example.net' }] }, { Mime: writtenMail('a@b.cd') }),
    ).rejects.toMatchObject({ status: 178 });
  });
});
