import { BackendError } from '#backend';
import { noMailFlags, parseMime, readStoredPart, type MimePart } from '#formats';
import { MailSync, TestServer, type Handset } from '../testing/index.js';

let server: TestServer;
beforeEach(() => {
  server = new TestServer();
  server.mailbox.createFolder('Sent', 'sent');
});
afterEach(() => server.close());

const lines = (...text: string[]): string => text.join('\r\n');
const picture = lines(
  'Content-Type: image/png; name=p.png',
  'Content-ID: <pic@x>',
  'Content-Transfer-Encoding: base64',
  'Content-Disposition: inline',
  '',
  'iVBORw0KGgo=',
);
const file = lines(
  'Content-Type: application/pdf',
  'Content-Disposition: attachment; filename="../a\u0301.pdf"',
  'Content-Transfer-Encoding: base64',
  'X-Odd:  spaced ',
  '',
  'JVBERi0x',
  'LjQK',
);
const message = lines('Content-Type: message/rfc822', '', 'Subject: inner', '', 'inner text');
const html = lines(
  'Content-Type: text/html; charset=iso-8859-1',
  'Content-Transfer-Encoding: quoted-printable',
  '',
  '<html><head><title>t</title></head><body><p>Gr=FC=DFe</p><img src=3D"cid:pic@x"></body></html>',
);
const plain = lines(
  'Content-Type: text/plain; charset=utf-8',
  'Content-Transfer-Encoding: 8bit',
  '',
  'Grüße',
  '> older',
);
const multipart = (subtype: string, boundary: string, ...parts: string[]): string =>
  lines(
    `Content-Type: multipart/${subtype}; boundary=${boundary}`,
    '',
    ...parts.map((part) => `--${boundary}\r\n${part}`),
    `--${boundary}--`,
  );
const head = lines(
  'From: Bob <bob@example.net>',
  'To: Ada <ada@example.org>, Carol <carol@example.net>',
  'Subject: Original',
  'Message-ID: <orig@example.net>',
  'References: <first@example.net>',
  'Date: Sun, 22 Nov 2026 10:00:00 +0000',
);
const rich = lines(
  head,
  'MIME-Version: 1.0',
  multipart(
    'mixed',
    'M',
    multipart('alternative', 'A', plain, multipart('related', 'R', html, picture)),
    file,
    message,
  ),
);
const signed = lines(
  head,
  'MIME-Version: 1.0',
  'Content-Type: multipart/signed; protocol="application/pkcs7-signature"; micalg=sha-256; boundary=S',
  '',
  '--S',
  plain,
  '--S',
  lines('Content-Type: application/pkcs7-signature', 'Content-Transfer-Encoding: base64', '', 'AAAA'),
  '--S--',
  '',
);

const mine = (
  to: string,
  body = multipart(
    'alternative',
    'P',
    lines('Content-Type: text/plain', '', 'Mine'),
    lines('Content-Type: text/html; charset=utf-8', '', '<html><body>M&auml;ne</body></html>'),
  ),
): Buffer =>
  Buffer.from(
    lines('From: ada@example.org', `To: ${to}`, 'Subject: Re: Original', 'MIME-Version: 1.0', body),
  );

async function put(text: string, phone: Handset): Promise<string> {
  server.mailbox.deliver('Inbox', Buffer.from(text));
  await phone.ask('FolderSync', { SyncKey: '0' });
  const inbox = await new MailSync(phone).complete();
  return inbox.idOf('Original');
}

async function read(text: string) {
  const bytes = Buffer.from(text);
  const open = async function* (first: number, end: number | null) {
    yield bytes.subarray(first, end ?? bytes.length);
  };
  const { structure, spans, header } = await parseMime(open(0, null));
  const partText = async (part: MimePart): Promise<string> => {
    const { content } = await readStoredPart({ open, flags: noMailFlags, receivedAt: new Date() }, part.part);
    const pieces: Uint8Array[] = [];
    for await (const piece of content) pieces.push(piece);
    return Buffer.concat(pieces).toString();
  };
  const spanText = (part: MimePart): string => {
    const span = spans.get(part)!;
    return bytes.subarray(span.first, span.end).toString();
  };
  return { structure, header: Buffer.from(header).toString(), partText, spanText };
}

const shape = (part: MimePart): string =>
  part.type === 'multipart'
    ? `${part.subtype}(${part.children.map(shape).join(' ')})`
    : `${part.type}/${part.subtype}`;

type Smart = 'SmartReply' | 'SmartForward';
async function smart(
  command: Smart,
  ItemId: string,
  phone: Handset,
  more: object = {},
  to = 'bob@example.net',
) {
  const Source = { FolderId: ItemId.split(':')[0]!, ItemId };
  const answer = await phone.call(command, {
    ClientId: String(Math.random()),
    Source,
    Mime: mine(to),
    ...more,
  });
  expect(answer).toEqual({ kind: 'empty' });
  return read(server.sent.at(-1)!.text);
}
const flagsOf = () => {
  const [entry] = server.mailbox
    .folder('Inbox')
    .changes({ folder: '', cursor: null, scope: { sinceDay: null }, limit: 9 }).changed;
  return server.mailbox.folder('Inbox').find(entry!.id)!.flags;
};

describe('SmartReply', () => {
  it('quotes each form of the original below its own, with the pictures the HTML shows and no attachment', async () => {
    const phone = server.handset();
    const sent = await smart('SmartReply', await put(rich, phone), phone);
    expect(shape(sent.structure)).toBe('alternative(text/plain related(text/html image/png))');
    const [text, related] = sent.structure.children as [MimePart, MimePart];
    const plainText = await sent.partText(text);
    expect(plainText).toMatch(
      /^Mine\r\n[^]*From: "Bob" <bob@example.net>\r\nSent: Sun, 22 Nov[^]*Subject: Original\r\n\r\n> Grüße\r\n>> older\r\n$/,
    );
    const htmlText = await sent.partText(related.children[0]!);
    expect(htmlText).toMatch(
      /^<html><body>M&auml;ne[^]*<hr>[^]*<p>Grüße<\/p><img src="cid:pic@x">[^]*<\/body><\/html>\r\n$/,
    );
    expect(htmlText.match(/<body/g)).toHaveLength(1);
    expect(sent.spanText(related.children[1]!)).toBe(picture);
    expect(flagsOf()).toMatchObject({ answered: true, forwarded: false });
  });

  it('names the thread where the phone left it out, and keeps what the phone said', async () => {
    const phone = server.handset();
    const id = await put(rich, phone);
    const sent = await smart('SmartReply', id, phone);
    expect(sent.header).toContain('In-Reply-To: <orig@example.net>\r\n');
    expect(sent.header).toContain('References: <first@example.net>\r\n <orig@example.net>\r\n');
    const Mime = Buffer.from(
      lines('To: bob@example.net', 'In-Reply-To: <x@y>', 'References: <x@y>', '', 'Mine'),
    );
    const own = await smart('SmartReply', id, phone, { Mime });
    expect(own.header).not.toContain('orig@example.net');
  });

  it('of plain text to HTML keeps the original’s looks beside the text', async () => {
    const phone = server.handset();
    const Mime = Buffer.from(lines('To: bob@example.net', '', 'a < b'));
    const sent = await smart('SmartReply', await put(lines(head, html), phone), phone, { Mime });
    expect(shape(sent.structure)).toBe('alternative(text/plain text/html)');
    expect(await sent.partText(sent.structure.children[0]!)).toContain('> Grüße');
    expect(await sent.partText(sent.structure.children[1]!)).toMatch(/a &lt; b[^]*<p>Grüße/);
  });

  it('tells a reply to all from one to the sender (LastVerbExecuted)', async () => {
    const phone = server.handset();
    const id = await put(rich, phone);
    await smart('SmartReply', id, phone, { Mime: mine('bob@example.net, ada@example.org') });
    await smart('SmartReply', id, phone, { Mime: mine('bob@example.net, Carol <CAROL@example.net>') });
    await smart('SmartForward', id, phone);
    expect(server.states).toEqual([
      { answered: true, lastVerb: { verb: 1, at: expect.any(Date) } },
      { answered: true, lastVerb: { verb: 2, at: expect.any(Date) } },
      { forwarded: true, lastVerb: { verb: 3, at: expect.any(Date) } },
    ]);
  });
});

describe('SmartForward', () => {
  it('carries all attachments byte for byte, pictures beside the HTML, messages whole', async () => {
    const phone = server.handset();
    const sent = await smart('SmartForward', await put(rich, phone), phone);
    expect(shape(sent.structure)).toBe(
      'mixed(alternative(text/plain related(text/html image/png)) application/pdf message/rfc822)',
    );
    expect(sent.structure.children.slice(1).map(sent.spanText)).toEqual([file, message]);
    expect(flagsOf()).toMatchObject({ answered: false, forwarded: true });
  });

  it('keeps the phone’s own attachments and pictures', async () => {
    const phone = server.handset();
    const own = lines('Content-Type: text/x-own', 'Content-Disposition: attachment', '', 'own');
    const Mime = mine(
      'bob@example.net',
      multipart('mixed', 'P', lines('Content-Type: text/plain', '', 'Mine'), own),
    );
    const sent = await smart('SmartForward', await put(rich, phone), phone, { Mime });
    expect(shape(sent.structure)).toContain('text/x-own application/pdf message/rfc822');
    expect(sent.spanText(sent.structure.children[1]!)).toBe(own);
  });

  it('attaches a signed original whole, byte for byte', async () => {
    const phone = server.handset();
    const sent = await smart('SmartForward', await put(signed, phone), phone);
    expect(shape(sent.structure)).toBe('mixed(alternative(text/plain text/html) message/rfc822)');
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
    expect(shape(sent.structure)).toBe('alternative(text/plain text/html)');
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
    expect(shape(sent.structure)).toBe('mixed(alternative(text/plain text/html) message/rfc822)');
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
    const sent = await read(text);
    expect(shape(sent.structure)).toBe('alternative(text/plain text/calendar)');
    expect(sent.spanText(sent.structure.children[1]!)).toBe(calendar);
    await expect(request({ Forwardee: [{ Email: 'a@b.c\r\nRCPT TO:<x@y.z>' }] })).rejects.toMatchObject({
      status: 179,
    });
    await expect(
      request({ Forwardee: [{ Email: 'eve@example.net' }] }, { Mime: mine('a@b.cd') }),
    ).rejects.toMatchObject({ status: 178 });
  });
});

describe('a Smart command', () => {
  it('up to 12.1 takes its parameters from the query', async () => {
    const phone = server.handset({ version: 121 });
    const itemId = await put(rich, phone);
    const query = { collectionId: 'm1', itemId, saveInSent: true };
    const raw = Buffer.concat([Buffer.from('Message-ID: <1@phone>\r\n'), mine('bob@example.net')]);
    for (let attempt = 0; attempt < 2; attempt++) {
      expect(await phone.call('SmartForward', null, { raw, query })).toEqual({ kind: 'empty' });
    }
    expect(server.sent).toHaveLength(1);
    expect(server.sent[0]!.text).toContain(file);
  });

  it('keeps Bcc in the stored copy only, and the copy is what was sent', async () => {
    const phone = server.handset();
    const Mime = Buffer.concat([Buffer.from('Bcc: eve@example.net\r\n'), mine('bob@example.net')]);
    await smart('SmartForward', await put(rich, phone), phone, { Mime, SaveInSentItems: true });
    const folder = server.mailbox.folder('Sent');
    const [kept] = folder.changes({ folder: '', cursor: null, scope: { sinceDay: null }, limit: 9 }).changed;
    const stored = Buffer.from(folder.find(kept!.id)!.message).toString();
    expect(stored.replace('Bcc: eve@example.net\r\n', '')).toBe(server.sent[0]!.text);
    expect(server.sent[0]!.envelope.recipients).toContain('eve@example.net');
  });

  it('takes a LongId; says what is wrong with others (trap 75)', async () => {
    const phone = server.handset();
    const ItemId = await put(rich, phone);
    const ask = (Source: object) =>
      phone.call('SmartReply', { ClientId: String(Math.random()), Source, Mime: mine('bob@example.net') });
    expect(await ask({ LongId: ItemId })).toEqual({ kind: 'empty' });
    const InstanceId = '2026-11-22T10:00:00.000Z';
    for (const [source, status] of [
      [{ FolderId: 'm1', ItemId, InstanceId: '20261122T100000Z' }, 104],
      [{ FolderId: 'm1', ItemId, InstanceId }, 146],
      [{ FolderId: 'm1', ItemId, LongId: ItemId }, 105],
      [{ FolderId: 'm1' }, 105],
      [{ FolderId: 'm1', ItemId: 'nonsense' }, 106],
      [{ FolderId: 'm9', ItemId: 'm9:1' }, 150],
      [{ FolderId: 'm2', ItemId }, 150],
      [{ FolderId: 'm1', ItemId: 'm1:999' }, 150],
    ] as const) {
      await expect(ask(source)).rejects.toMatchObject({ status });
    }
    expect(server.sent).toHaveLength(1);
    expect(server.leased).toBe(0);
  });

  it('sends nothing while the original cannot be read, and everything on the next try', async () => {
    const phone = server.handset();
    const ItemId = await put(rich, phone);
    const request = { ClientId: 'same', Source: { FolderId: 'm1', ItemId }, Mime: mine('bob@example.net') };
    for (const [kind, status] of [
      ['unavailable', 111],
      ['invalid', 121],
    ] as const) {
      server.fault = (operation) => (operation === 'readPart' ? new BackendError(kind, 'no') : null);
      await expect(phone.call('SmartForward', request)).rejects.toMatchObject({ status });
    }
    expect(server.sent).toEqual([]);
    expect(flagsOf()).toMatchObject({ forwarded: false });
    server.fault = () => null;
    expect(await phone.call('SmartForward', request)).toEqual({ kind: 'empty' });
    await expect(phone.call('SmartForward', request)).rejects.toMatchObject({ status: 118 });
    expect(server.sent).toHaveLength(1);
  });

  it('marks nothing that was not sent, and was sent also where it cannot be marked', async () => {
    const phone = server.handset();
    const ItemId = await put(rich, phone);
    server.submission = new BackendError('invalid', 'no', { reason: 'recipient-refused' });
    const request = { ClientId: '1', Source: { FolderId: 'm1', ItemId }, Mime: mine('bob@example.net') };
    await expect(phone.call('SmartReply', request)).rejects.toMatchObject({ status: 116 });
    expect(flagsOf()).toMatchObject({ answered: false });
    server.submission = null;
    server.fault = (operation) =>
      operation === 'updateState' ? new BackendError('unavailable', 'no') : null;
    expect(await phone.call('SmartReply', request)).toEqual({ kind: 'empty' });
    expect(server.told).toContain('not marked');
  });

  it('of both together too large is 122', async () => {
    const phone = server.handset();
    server.limits = { ...server.limits, mailBytes: 1000 };
    const ItemId = await put(rich, phone);
    await expect(
      phone.call('SmartForward', { ClientId: '1', Source: { FolderId: 'm1', ItemId }, Mime: mine('b@c.de') }),
    ).rejects.toMatchObject({ status: 122 });
    expect(server.sent).toEqual([]);
  });

  it('cannot be made to write header fields by the original', async () => {
    const phone = server.handset();
    const evil = lines(
      'From: =?utf-8?q?x=0D=0ABcc:_evil=40example.net?= <bob@example.net>',
      'Subject: Original',
      'Message-ID: <a@b> \r\n Bcc: <evil@example.net>',
      'Thread-Topic: =?utf-8?q?x=0D=0ABcc:_evil=40example.net?=',
      multipart('signed; protocol="application/pgp-signature"', 'S', plain),
    );
    for (const text of [evil, evil.replace('Subject: Original', 'Subject: Original\r\nX: y')]) {
      const id = await put(text, phone);
      for (const command of ['SmartForward', 'SmartReply'] as const) await smart(command, id, phone);
    }
    for (const { text, envelope } of server.sent) {
      expect(text.slice(0, text.indexOf('\r\n\r\n'))).not.toMatch(/^bcc/im);
      expect(envelope.recipients).toEqual(['bob@example.net']);
    }
  });
});
