import { BackendError } from '#backend';
import type { MimePart } from '#formats';
import { TestServer, type Handset } from '../testing/index.js';
import {
  file,
  flagsInInbox,
  head,
  html,
  lines,
  multipart,
  original,
  picture,
  plain,
  rich,
  sendSmart,
  shapeOf,
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

describe('SmartReply', () => {
  it('quotes each form of the original below its own, with the pictures the HTML shows and no attachment', async () => {
    const phone = server.handset();
    const sent = await smart('SmartReply', await put(rich, phone), phone);
    expect(shapeOf(sent.structure)).toBe('alternative(text/plain related(text/html image/png))');
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
    expect(shapeOf(sent.structure)).toBe('alternative(text/plain text/html)');
    expect(await sent.partText(sent.structure.children[0]!)).toContain('> Grüße');
    expect(await sent.partText(sent.structure.children[1]!)).toMatch(/a &lt; b[^]*<p>Grüße/);
  });

  it('tells a reply to all from one to the sender (LastVerbExecuted)', async () => {
    const phone = server.handset();
    const id = await put(rich, phone);
    const told = async (): Promise<number | undefined> => {
      const answer = await phone.ask('ItemOperations', [{ Fetch: { Store: 'Mailbox', ServerId: id } }]);
      const [first] = answer.Response ?? [];
      return first && 'Fetch' in first ? first.Fetch.Properties?.Email?.LastVerbExecuted : undefined;
    };
    await smart('SmartReply', id, phone, { Mime: writtenMail('bob@example.net, ada@example.org') });
    expect(await told()).toBe(1);
    await smart('SmartReply', id, phone, { Mime: writtenMail('bob@example.net, Carol <CAROL@example.net>') });
    expect(await told()).toBe(2);
    await smart('SmartForward', id, phone);
    expect(await told()).toBe(3);
  });
});

describe('a Smart command', () => {
  it('up to 12.1 takes its parameters from the query', async () => {
    const phone = server.handset({ version: 121 });
    const itemId = await put(rich, phone);
    const query = { collectionId: 'm1', itemId, saveInSent: true };
    const raw = Buffer.concat([Buffer.from('Message-ID: <1@phone>\r\n'), writtenMail('bob@example.net')]);
    for (let attempt = 0; attempt < 2; attempt++) {
      expect(await phone.call('SmartForward', null, { raw, query })).toEqual({ kind: 'empty' });
    }
    expect(server.sent).toHaveLength(1);
    expect(server.sent[0]!.text).toContain(file);
  });

  it('keeps Bcc in the stored copy only, and the copy is what was sent', async () => {
    const phone = server.handset();
    const Mime = Buffer.concat([Buffer.from('Bcc: eve@example.net\r\n'), writtenMail('bob@example.net')]);
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
      phone.call('SmartReply', {
        ClientId: String(Math.random()),
        Source,
        Mime: writtenMail('bob@example.net'),
      });
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
    const request = {
      ClientId: 'same',
      Source: { FolderId: 'm1', ItemId },
      Mime: writtenMail('bob@example.net'),
    };
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
    const request = {
      ClientId: '1',
      Source: { FolderId: 'm1', ItemId },
      Mime: writtenMail('bob@example.net'),
    };
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
      phone.call('SmartForward', {
        ClientId: '1',
        Source: { FolderId: 'm1', ItemId },
        Mime: writtenMail('b@c.de'),
      }),
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
