import type { Backend } from '#backend';
import { ImapFactory } from '#backends/imap';
import { SmtpFactory } from '#backends/smtp';
import { startDovecot, startSmtpSink, type Dovecot, type SmtpSink } from '../../../tests/servers/index.js';
import { MailSync, TestServer, type Handset } from '../testing/index.js';
import {
  head,
  html,
  lines,
  multipart,
  picture,
  plain,
  readMime,
  shapeOf,
  signed,
  writtenMail,
} from '../testing/smart-mails.js';

/* The Smart commands between a real IMAP server and a real SMTP server. */
let dovecot: Dovecot;
let sink: SmtpSink;
beforeAll(async () => {
  [dovecot, sink] = await Promise.all([startDovecot(), startSmtpSink({ refuse: ['nobody@example.net'] })]);
});
afterAll(async () => {
  await Promise.all([dovecot.stop(), sink.stop()]);
});

let users = 0;
let server: TestServer;
let imap: ImapFactory;
let smtp: SmtpFactory;
let backend: Backend;
let user = '';
beforeEach(async () => {
  user = `smart${++users}`;
  const { host, port, password } = dovecot;
  imap = new ImapFactory({ host, port, tls: 'none' });
  smtp = new SmtpFactory({ host: '127.0.0.1', port: sink.port, tls: 'none', auth: 'none' });
  const credentials = { user, password };
  backend = await imap.open(credentials);
  server = new TestServer({ backend, submitter: smtp.submitterFor(credentials) });
  server.limits = { ...server.limits, mailBytes: 100_000_000 };
  sink.manners.drop = 'never';
});
afterEach(async () => {
  await server.close();
  await backend.close();
  await Promise.all([imap.close(), smtp.close()]);
});

async function original(
  text: string,
  version = 141,
): Promise<{ phone: Handset; ItemId: string; inbox: MailSync }> {
  await dovecot.deliver(user, text);
  const phone = server.handset({ version });
  await phone.ask('FolderSync', { SyncKey: '0' });
  const folders = await backend.folders();
  const id = `m${folders.findIndex(({ role }) => role === 'inbox') + 1}`;
  const inbox = await new MailSync(phone, id).complete();
  return { phone, ItemId: inbox.idOf('Original'), inbox };
}

const requestFor = (ItemId: string, more: object = {}) => ({
  ClientId: 'same',
  Source: { FolderId: ItemId.split(':')[0]!, ItemId },
  SaveInSentItems: true as const,
  Mime: writtenMail('bob@example.net'),
  ...more,
});
const lastSent = (): string => sink.messages.at(-1)!.source.toString();

async function inFolder(role: 'inbox' | 'sent'): Promise<{ id: string; version: string }[]> {
  const folder = (await backend.folders()).find((one) => one.role === role);
  if (!folder) return [];
  const page = await backend.changes({
    folder: folder.path,
    cursor: null,
    scope: { sinceDay: null },
    limit: 10,
  });
  return page.changed.map(({ id, version }) => ({ id, version }));
}

const files = [1, 2, 3].map((number) =>
  lines(
    `Content-Type: application/octet-stream; name="f${number}"`,
    'Content-Disposition: attachment',
    'Content-Transfer-Encoding: base64',
    '',
    Buffer.alloc(300_000, number).toString('base64').replace(/.{76}/g, '$&\r\n'),
  ),
);

it('answers a mail with its pictures, and the original is marked', async () => {
  const text = lines(
    head,
    multipart('alternative', 'A', plain, multipart('related', 'R', html, picture)),
    '',
  );
  const { phone, ItemId } = await original(text);
  const before = await inFolder('inbox');
  expect(await phone.call('SmartReply', requestFor(ItemId))).toEqual({ kind: 'empty' });
  const sent = await readMime(lastSent());
  expect(shapeOf(sent.structure)).toBe('alternative(text/plain related(text/html image/png))');
  expect(lastSent()).toContain(picture);
  expect(await inFolder('inbox')).not.toEqual(before);
  expect(await inFolder('sent')).toHaveLength(1);
});

it.each([120, 141, 161])('forwards three attachments byte for byte (%i)', async (version) => {
  const { phone, ItemId } = await original(
    lines(head, multipart('mixed', 'M', plain, ...files), ''),
    version,
  );
  const Mime = writtenMail('bob@example.net');
  const query = { collectionId: ItemId.split(':')[0]!, itemId: ItemId, saveInSent: true };
  const answer =
    version < 140
      ? await phone.call('SmartForward', null, { raw: Mime, query })
      : await phone.call('SmartForward', requestFor(ItemId));
  expect(answer).toEqual({ kind: 'empty' });
  const sent = await readMime(lastSent());
  expect(sent.structure.children.slice(1).map((part) => sent.spanText(part))).toEqual(files);
  expect(await inFolder('sent')).toHaveLength(1);
});

it('forwards a signed mail whole, and sends a replaced one as it is', async () => {
  const { phone, ItemId } = await original(signed);
  await phone.call('SmartForward', requestFor(ItemId));
  expect(lastSent()).toContain(signed.slice(signed.indexOf('From: Bob')));
  await phone.call('SmartForward', requestFor(ItemId, { ClientId: 'other', ReplaceMime: true }));
  expect(lastSent()).not.toContain('Original Message');
});

it('sends nothing twice and keeps no half mail, wherever a connection breaks', async () => {
  const { phone, ItemId } = await original(lines(head, multipart('mixed', 'M', plain, ...files), ''));
  const request = requestFor(ItemId);
  const count = sink.messages.length;
  sink.manners.drop = 'at-data';
  await expect(phone.call('SmartForward', request)).rejects.toMatchObject({ status: 111 });
  const nobody = { ...request, Mime: writtenMail('bob@example.net, nobody@example.net') };
  sink.manners.drop = 'never';
  await expect(phone.call('SmartForward', nobody)).rejects.toMatchObject({ status: 116 });
  expect([sink.messages.length - count, (await inFolder('sent')).length]).toEqual([0, 0]);
  expect(await phone.call('SmartForward', request)).toEqual({ kind: 'empty' });
  await expect(phone.call('SmartForward', request)).rejects.toMatchObject({ status: 118 });
  expect([sink.messages.length - count, (await inFolder('sent')).length]).toEqual([1, 1]);
});

it('tells one clear status when the original breaks off, and sends it later', async () => {
  const { phone, ItemId } = await original(lines(head, multipart('mixed', 'M', plain, ...files), ''));
  const count = sink.messages.length;
  await dovecot.kill();
  await expect(phone.call('SmartForward', requestFor(ItemId))).rejects.toMatchObject({ status: 111 });
  await dovecot.start();
  expect(sink.messages).toHaveLength(count);
  expect(await phone.call('SmartForward', requestFor(ItemId))).toEqual({ kind: 'empty' });
  expect(sink.messages).toHaveLength(count + 1);
});
