import type { BodyPreference, View } from '#backend';
import type { EmailItem } from '#eas';
import { noMailFlags, readStoredMail, readStoredPart, type MailFlags, type StoredMail } from './index.js';

const view = (changes: Partial<View> = {}): View => ({
  protocolVersion: 161,
  bodyPreferences: [],
  mimeSupport: 0,
  mimeTruncation: null,
  detail: 'full',
  ...changes,
});
async function* once(bytes: Buffer): AsyncGenerator<Uint8Array> {
  yield bytes;
}
function stored(text: string, flags: Partial<MailFlags> = {}, threadId: string | null = null): StoredMail {
  const raw = Buffer.from(text.replace(/\r?\n/g, '\r\n'));
  return {
    flags: { ...noMailFlags, ...flags },
    receivedAt: new Date('2026-01-02T03:04:05Z'),
    threadId,
    open: (first, end) => once(raw.subarray(first, end ?? raw.length)),
  };
}
const read = (
  text: string,
  changes: Partial<View> = {},
  flags: Partial<MailFlags> = {},
): Promise<EmailItem> => readStoredMail(stored(text, flags), view(changes));
async function textOf(data: string | AsyncIterable<string | Uint8Array> | undefined): Promise<string> {
  if (data === undefined || typeof data === 'string') return data ?? '';
  const held: Buffer[] = [];
  for await (const piece of data) held.push(Buffer.from(piece));
  return Buffer.concat(held).toString();
}
const names = (item: EmailItem): string[] =>
  [...((item.Attachments?.Attachment ?? []) as Iterable<{ readonly DisplayName?: string }>)].map(
    ({ DisplayName }) => DisplayName ?? '',
  );

const multipart = (kind: string, ...parts: string[]): string =>
  `Content-Type: multipart/${kind}; boundary="=_${kind.slice(0, 3)}"\n\n${parts.map((part) => `--=_${kind.slice(0, 3)}\n${part}\n`).join('')}--=_${kind.slice(0, 3)}--\n`;
const plain = 'Content-Type: text/plain; charset=utf-8\n\nHello';
const event = (method: string): string =>
  `BEGIN:VCALENDAR\nVERSION:2.0\nMETHOD:${method}\nBEGIN:VEVENT\nUID:u1\nDTSTAMP:20260101T000000Z\nDTSTART:20260105T090000Z\nDTEND:20260105T100000Z\nSUMMARY:s\nDESCRIPTION:From the event\nORGANIZER:mailto:o@example.org\nEND:VEVENT\nEND:VCALENDAR`;
const calendarPart = (method: string, more = ''): string =>
  `Content-Type: text/calendar; charset=utf-8; method=${method}\nContent-Transfer-Encoding: base64\n${more}\n${Buffer.from(event(method).replace(/\n/g, '\r\n')).toString('base64').replace(/.{76}/g, '$&\n')}`;
const icsFile = (method: string): string =>
  `Content-Type: application/ics; name="invite.ics"\nContent-Disposition: attachment; filename="invite.ics"\n\n${event(method)}`;

describe('a mail with an invitation', () => {
  const google = `Subject: Invitation\n${multipart('mixed', multipart('alternative', plain, calendarPart('REQUEST')), icsFile('REQUEST'))}`;
  it('is one, and lists only what the sender declared a file', async () => {
    const item = await read(google);
    expect(item).toMatchObject({
      MessageClass: 'IPM.Schedule.Meeting.Request',
      ContentClass: 'urn:content-classes:calendarmessage',
      MeetingRequest: { UID: 'u1', StartTime: new Date('2026-01-05T09:00:00Z') },
    });
    expect(names(item)).toEqual(['invite.ics']);
    expect(await textOf(item.Body?.Data)).toBe('Hello');
  });

  it('is one, too, if it is only a file', async () => {
    const item = await read(`Subject: x\n${multipart('mixed', plain, icsFile('CANCEL'))}`);
    expect(item.MessageClass).toBe('IPM.Schedule.Meeting.Canceled');
    expect(names(item)).toEqual(['invite.ics']);
  });

  it('and nothing else shows the text of the event', async () => {
    const item = await read(`Subject: x\n${calendarPart('REQUEST')}`, { bodyPreferences: [{ type: 1 }] });
    expect(await textOf(item.Body?.Data)).toBe('From the event');
    expect(item.Body?.EstimatedDataSize).toBe('From the event'.length);
    expect(names(item)).toEqual([]);
  });

  it.each([
    ['cannot be parsed', 'Content-Type: text/calendar; method=REQUEST\n\nBEGIN:VCALENDAR\nnonsense'],
    [
      'is larger than any invitation',
      `Content-Type: text/calendar; method=REQUEST\n\n${event('REQUEST')}\n${'X'.repeat(300_000)}`,
    ],
    ['has no method', `Content-Type: text/calendar\n\n${event('REQUEST').replace('METHOD:REQUEST\n', '')}`],
  ])('that %s is a mail with a file', async (_, part) => {
    const item = await read(`Subject: x\n${multipart('mixed', plain, part)}`);
    expect(item).toMatchObject({ MessageClass: 'IPM.Note', ContentClass: 'urn:content-classes:message' });
    expect(item).not.toHaveProperty('MeetingRequest');
    expect(names(item)).toEqual(['invite.ics']);
  });
});

describe('a report', () => {
  const report = (type: string, machine: string, ...more: string[]): string =>
    `Subject: r\n${multipart('report', 'Content-Type: text/plain\n\nfor people', `Content-Type: message/${type}\n\n${machine}`, ...more)}`;
  const delivery = (action: string): string =>
    `Reporting-MTA: dns;x\n\nFinal-Recipient: rfc822;a@b\nAction: ${action}\nStatus: 5.1.1`;
  it.each([
    ['delivery-status', delivery('failed'), 'REPORT.IPM.Note.NDR'],
    ['delivery-status', delivery('delivered'), 'REPORT.IPM.Note.DR'],
    ['delivery-status', delivery('relayed'), 'REPORT.IPM.Note.DR'],
    ['delivery-status', delivery('delayed'), 'REPORT.IPM.Note.DELAYED'],
    ['delivery-status', `${delivery('delivered')}\n\n${delivery('failed')}`, 'REPORT.IPM.Note.NDR'],
    ['delivery-status', 'nonsense', 'REPORT.IPM.Note.NDR'],
    [
      'disposition-notification',
      'Disposition: manual-action/MDN-sent-manually; displayed',
      'REPORT.IPM.Note.IPNRN',
    ],
    [
      'disposition-notification',
      'Disposition: automatic-action/MDN-sent-automatically; deleted',
      'REPORT.IPM.Note.IPNNRN',
    ],
  ])('%s of %j is %s', async (type, machine, messageClass) => {
    expect((await read(report(type, machine))).MessageClass).toBe(messageClass);
  });

  it('of an invitation that could not be delivered says so', async () => {
    const returned = `Content-Type: message/rfc822\n\nSubject: x\n${calendarPart('REQUEST')}`;
    expect((await read(report('delivery-status', delivery('failed'), returned))).MessageClass).toBe(
      'REPORT.IPM.Schedule.Meeting.Request.NDR',
    );
  });

  it('without a text for people is not shown empty', async () => {
    const item = await read(
      `Subject: r\n${multipart('report', `Content-Type: message/delivery-status\n\n${delivery('failed')}`)}`,
    );
    expect(await textOf(item.Body?.Data)).toContain('Action: failed');
  });
});

describe('the conversation of a mail', () => {
  const ids = async (header: string, threadId: string | null = null) => {
    const item = await readStoredMail(stored(`${header}\n\nx`, {}, threadId), view());
    return {
      id: Buffer.from(item.ConversationId!).toString('hex'),
      index: Buffer.from(item.ConversationIndex!),
    };
  };
  const date = 'Date: Mon, 5 Jan 2026 10:00:00 +0100';

  it('is the same for its first mail and the answers, in whatever header they name it', async () => {
    const first = await ids(`Message-ID: <a@x>\n${date}`);
    const answers = await Promise.all([
      ids(`Message-ID: <b@x>\nIn-Reply-To: <a@x>\n${date}`),
      ids(`Message-ID: <c@x>\nReferences: <a@x>\n <b@x>\nIn-Reply-To: <b@x>\n${date}`),
    ]);
    expect(answers.map(({ id }) => id)).toEqual([first.id, first.id]);
    expect(first.id).toHaveLength(32);
    expect(answers.map(({ index }) => index.length)).toEqual([10, 15]);
    expect((await ids('Message-ID: <z@x>')).id).not.toBe(first.id);
  });

  it('is what the server says, if it does', async () => {
    expect((await ids('Message-ID: <a@x>', 'T123')).id).toBe(Buffer.from('T123').toString('hex'));
    expect((await ids('Message-ID: <a@x>', 'T'.repeat(200))).id).toHaveLength(32);
  });

  it('has the time of the mail, or what Outlook wrote, without the GUID', async () => {
    const { index } = await ids(date);
    const fileTime = BigInt(`0x01${index.toString('hex')}0000`);
    const written = Number(fileTime / 10_000n - 11_644_473_600_000n);
    expect(Math.abs(written - Date.parse('2026-01-05T09:00:00Z'))).toBeLessThan(10);
    const head = Buffer.concat([
      Buffer.from('01dc7d1122334455', 'hex').subarray(0, 6),
      Buffer.alloc(16, 0xaa),
    ]);
    const outlook = Buffer.concat([head, Buffer.from('0102030405', 'hex')]);
    expect((await ids(`Thread-Index: ${outlook.toString('base64')}`)).index.toString('hex')).toBe(
      'dc7d1122330102030405',
    );
    expect((await ids(`${date}\nThread-Index: garbage`)).index).toEqual(index);
  });

  it.each([
    'Date: Fri, 31 Dec 275759 00:00:00 GMT',
    'Date: x',
    `References: ${'<a@b> '.repeat(20_000)}`,
    'Thread-Index: ====',
    '',
  ])('is some for %.40j', async (header) => {
    const { id, index } = await ids(header);
    expect(id).toHaveLength(32);
    expect(index.length % 5).toBe(0);
    expect(index.length).toBeLessThanOrEqual(255);
  });
});

describe('a draft', () => {
  it('is told, with those who get it unseen', async () => {
    const item = await read('Bcc: secret@example.org\nSubject: x\n\ny', {}, { draft: true });
    expect(item).toMatchObject({ IsDraft: true, Bcc: 'secret@example.org' });
    expect(await read('Subject: x\n\ny')).toMatchObject({ IsDraft: false });
  });
});

describe('the BodyPart', () => {
  const html = (body: string, subject = 'Re: x'): string =>
    `Subject: ${subject}\nContent-Type: text/html; charset=utf-8\n\n${body}`;
  const quoting = '<p>MINE äöü</p><blockquote type="cite">THEIRS</blockquote>';
  const part = async (mail: string, bodyPart: BodyPreference = { type: 2 }, changes: Partial<View> = {}) => {
    const item = await read(mail, { bodyPart, ...changes });
    return { item, part: item.BodyPart, data: await textOf(item.BodyPart?.Data) };
  };

  it('is what the mail does not quote, and comes alone if nothing else was asked for', async () => {
    const { item, part: bodyPart, data } = await part(html(quoting));
    expect(data).toBe('<p>MINE äöü</p>');
    expect(bodyPart).toMatchObject({ Status: 1, Type: 2, EstimatedDataSize: Buffer.byteLength(data) });
    expect(item).not.toHaveProperty('Body');
    expect(bodyPart).not.toHaveProperty('Truncated');
  });

  it('comes beside the Body if both were asked for', async () => {
    const { item, data } = await part(html(quoting), { type: 2 }, { bodyPreferences: [{ type: 2 }] });
    expect(await textOf(item.Body?.Data)).toBe(quoting);
    expect(data).toBe('<p>MINE äöü</p>');
  });

  it('is cut on a border, told whole, and previewed', async () => {
    const { part: bodyPart, data } = await part(html(quoting), { type: 2, truncationSize: 10, preview: 6 });
    expect(data).toBe('<p>MINE ä'.slice(0, 8) + (Buffer.byteLength('<p>MINE ä') <= 10 ? 'ä' : ''));
    expect(bodyPart).toMatchObject({
      Truncated: true,
      Preview: 'MINE ä',
      EstimatedDataSize: Buffer.byteLength('<p>MINE äöü</p>'),
    });
  });

  it.each([
    ['forwards', html(quoting, 'Fwd: x'), 'THEIRS'],
    ['has no word of its own', html('<blockquote type="cite">THEIRS</blockquote>'), 'THEIRS'],
  ])('of a mail that %s is all of it', async (_, mail, text) =>
    expect((await part(mail)).data).toContain(text),
  );

  it('is made of plain text, too', async () => {
    const { data } = await part('Subject: x\n\nMINE <3\n\nOn 5 Jan 2026 10:00, Ann wrote:\n> THEIRS\n');
    expect(data).toContain('MINE &lt;3');
    expect(data).not.toMatch(/THEIRS|wrote/);
  });

  it('of an encrypted mail is not to be had', async () => {
    const { part: bodyPart } = await part(
      'Content-Type: application/pkcs7-mime; smime-type=enveloped-data\n\nMIIB',
    );
    expect(bodyPart).toEqual({ Status: 176, Type: 2, EstimatedDataSize: 0 });
  });

  it('is unknown below 14.1', async () => {
    const item = await read(html(quoting), { bodyPart: { type: 2 }, protocolVersion: 140 });
    expect(item).not.toHaveProperty('BodyPart');
    expect(item).toHaveProperty('Body');
  });
});

describe('S/MIME mail', () => {
  const signed = `Subject: s\nContent-Type: multipart/signed; protocol="application/pkcs7-signature"; boundary=b\n\n--b\nContent-Type: text/plain\n\n${'signed text '.repeat(500)}\n--b\nContent-Type: application/pkcs7-signature; name=smime.p7s\n\nAAAA\n--b--\n`;
  const encrypted = `Subject: s\nContent-Type: application/pkcs7-mime; smime-type=enveloped-data\n\n${'AAAA'.repeat(2000)}`;
  it.each([
    ['signed', signed],
    ['encrypted', encrypted],
  ])('that is %s comes whole and unchanged, whatever sizes a phone names', async (_, mail) => {
    const whole = mail.replace(/\n/g, '\r\n');
    const options: Partial<View>[] = [
      { mimeSupport: 1, bodyPreferences: [{ type: 4, truncationSize: 100 }] },
      { mimeSupport: 2, bodyPreferences: [{ type: 4, truncationSize: 0, allOrNone: true }] },
      { mimeSupport: 1, bodyPreferences: [{ type: 2, truncationSize: 100 }], mimeTruncation: 0 },
      { mimeSupport: 2, bodyPreferences: [], mimeTruncation: 4096 },
    ];
    for (const changes of options) {
      const item = await read(mail, changes);
      expect(item.Body).toMatchObject({ Type: 4, EstimatedDataSize: Buffer.byteLength(whole) });
      expect(item.Body).not.toHaveProperty('Truncated');
      expect(await textOf(item.Body?.Data)).toBe(whole);
    }
  });
});

describe('a mail with a winmail.dat', () => {
  // One file, "a.txt" of three bytes, and the text "Hi".
  const hex = (...parts: string[]): Buffer => Buffer.from(parts.join(''), 'hex');
  const winmail = Buffer.concat([
    hex('789f3e22', '0100', '01', '0c800200', '03000000', '486900', 'b100'),
    hex('02', '02900600', '01000000', '00', '0000'),
    hex('02', '10800100', '06000000', Buffer.from('a.txt\0').toString('hex'), '0000'),
    hex('02', '0f800600', '03000000', Buffer.from('abc').toString('hex'), '0000'),
  ]);
  const part = `Content-Type: application/ms-tnef; name="winmail.dat"\nContent-Transfer-Encoding: base64\n\n${winmail.toString('base64')}`;

  it('lists and serves the files in it, and keeps the original', async () => {
    const mail = `Subject: x\n${multipart('mixed', plain, part)}`;
    const item = await read(mail);
    expect(names(item)).toEqual(['winmail.dat', 'a.txt']);
    expect(item.Attachments?.Attachment).toMatchObject([
      { FileReference: '2' },
      { FileReference: '2-1', EstimatedDataSize: 3 },
    ]);
    const content = await readStoredPart(stored(mail), '2-1');
    expect(content).toMatchObject({ name: 'a.txt', size: 3 });
    expect(await textOf(content.content)).toBe('abc');
    await expect(readStoredPart(stored(mail), '2-2')).rejects.toMatchObject({ kind: 'gone' });
    await expect(readStoredPart(stored(mail), '9-1')).rejects.toMatchObject({ kind: 'gone' });
  });

  it('shows the text in it only if the mail has none', async () => {
    expect(await textOf((await read(`Subject: x\n${multipart('mixed', plain, part)}`)).Body?.Data)).toBe(
      'Hello',
    );
    const alone = await read(`Subject: x\n${part}`);
    expect(await textOf(alone.Body?.Data)).toBe('Hi');
    expect(names(alone)).toEqual(['winmail.dat', 'a.txt']);
  });
});
