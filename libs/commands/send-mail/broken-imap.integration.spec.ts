import { Readable } from 'node:stream';
import { canAppend, canReadPart, canReplace, type Backend } from '#backend';
import { ImapFactory } from '#backends/imap';
import { SmtpFactory } from '#backends/smtp';
import { notedMail } from '#mail-notes';
import { MemoryMailNotesStore } from '#store';
import {
  startCuttingProxy,
  startDovecot,
  startSmtpSink,
  type CuttingProxy,
  type Dovecot,
  type SmtpSink,
} from '../../../tests/servers/index.js';
import { MailSync, TestServer, type Handset } from '../testing/index.js';
import { head, lines, multipart, plain, writtenMail } from '../testing/smart-mails.js';

/* The connection to the IMAP server breaks in mid-stream while mail is sent: nothing half, nothing twice. */
let dovecot: Dovecot;
let sink: SmtpSink;
let proxy: CuttingProxy;
beforeAll(async () => {
  [dovecot, sink] = await Promise.all([startDovecot(), startSmtpSink()]);
  proxy = await startCuttingProxy(dovecot.port);
});
afterAll(async () => {
  await proxy.stop();
  await Promise.all([dovecot.stop(), sink.stop()]);
});

let users = 0;
let server: TestServer;
let imap: ImapFactory;
let smtp: SmtpFactory;
let backend: Backend;
let sent = 0;
beforeEach(async () => {
  const credentials = { user: `broken${++users}`, password: dovecot.password };
  imap = new ImapFactory({ host: '127.0.0.1', port: proxy.port, tls: 'none' });
  smtp = new SmtpFactory({ host: '127.0.0.1', port: sink.port, tls: 'none', auth: 'none' });
  backend = await imap.open(credentials);
  server = new TestServer({ backend, submitter: smtp.submitterFor(credentials) });
  server.limits = { ...server.limits, mailBytes: 100_000_000 };
  sent = sink.messages.length;
  await dovecot.deliver(credentials.user, large);
});
afterEach(async () => {
  proxy.cut(null);
  await server.close();
  await backend.close();
  await Promise.all([imap.close(), smtp.close()]);
});

/** Larger than what is read from IMAP at once. */
const large = lines(
  head,
  'MIME-Version: 1.0',
  multipart(
    'mixed',
    'M',
    plain,
    lines(
      'Content-Type: application/octet-stream',
      'Content-Disposition: attachment; filename=f',
      'Content-Transfer-Encoding: base64',
      '',
      Buffer.alloc(2_300_000, 'f').toString('base64').replace(/.{76}/g, '$&\r\n'),
    ),
  ),
  '',
);

async function ready(): Promise<{ phone: Handset; request: ReturnType<typeof requestFor> }> {
  const phone = server.handset();
  await phone.ask('FolderSync', { SyncKey: '0' });
  const index = (await backend.folders()).findIndex(({ role }) => role === 'inbox');
  const inbox = await new MailSync(phone, `m${index + 1}`).complete();
  return { phone, request: requestFor(inbox.idOf('Original')) };
}

const requestFor = (ItemId: string) => ({
  ClientId: 'same',
  Source: { FolderId: ItemId.split(':')[0]!, ItemId },
  SaveInSentItems: true as const,
  Mime: writtenMail('bob@example.net'),
});

/** The mails kept in the sent items, or among the drafts. */
async function kept(role: 'sent' | 'drafts' = 'sent'): Promise<string[]> {
  const folder = (await backend.folders()).find((one) => one.role === role);
  if (!folder) return [];
  const listing = { folder: folder.path, cursor: null, scope: { sinceDay: null }, limit: 10 };
  const { changed } = await backend.changes(listing);
  return Promise.all(changed.map(async ({ id }) => (await readWhole(folder.path, id)).toString()));
}

async function readWhole(path: string, id: string): Promise<Buffer> {
  if (!canReadPart(backend)) throw new Error('IMAP hands out whole messages');
  const pieces: Uint8Array[] = [];
  for await (const piece of (await backend.readPart(path, id, '')).content) pieces.push(piece);
  return Buffer.concat(pieces);
}

it.each(['SmartForward', 'SmartReply'] as const)(
  '%s: the original breaks off again and again: one status, nothing sent, and later it is sent once',
  async (command) => {
    const { phone, request } = await ready();
    for (const [offset, bytes] of [
      [0, 1],
      [0, 700_000],
      [2 * 1_048_576, 300_000],
    ] as const) {
      proxy.cut({ of: 'server', after: `BODY[]<${offset}>`, bytes, times: 1000 });
      await expect(phone.call(command, request)).rejects.toMatchObject({ status: 111 });
      expect(proxy.cuts).toBeGreaterThan(0);
    }
    proxy.cut(null);
    expect(sink.messages).toHaveLength(sent);
    expect(await kept()).toEqual([]);
    expect(await phone.call(command, request)).toEqual({ kind: 'empty' });
    expect(sink.messages).toHaveLength(sent + 1);
    expect(await kept()).toHaveLength(1);
  },
);

it('an original that breaks off once is read again, and arrives whole', async () => {
  const { phone, request } = await ready();
  proxy.cut({ of: 'server', after: 'BODY[]', bytes: 500_000 });
  expect(await phone.call('SmartForward', request)).toEqual({ kind: 'empty' });
  expect(proxy.cuts).toBe(1);
  const attachment = large.slice(
    large.indexOf('Content-Type: application/octet-stream'),
    large.lastIndexOf('\r\n--M--'),
  );
  expect(sink.messages.at(-1)!.source.includes(attachment)).toBe(true);
});

it('the copy for the sent items breaks off: the mail is sent, once, and no half copy is kept', async () => {
  const { phone, request } = await ready();
  proxy.cut({ of: 'client', after: 'APPEND', bytes: 1_000_000, times: 1000 });
  expect(await phone.call('SmartForward', request)).toEqual({ kind: 'empty' });
  expect(proxy.cuts).toBeGreaterThan(0);
  proxy.cut(null);
  expect(await kept()).toEqual([]);
  expect(server.told).toContain('sent copy failed');
  await expect(phone.call('SmartForward', request)).rejects.toMatchObject({ status: 118 });
  expect(sink.messages).toHaveLength(sent + 1);
});

it('a connection that rested too long is no reason to lose the copy', async () => {
  const { phone, request } = await ready();
  proxy.cut({ of: 'client', after: 'APPEND', bytes: 10 });
  expect(await phone.call('SendMail', { ClientId: '1', SaveInSentItems: true, Mime: request.Mime })).toEqual({
    kind: 'empty',
  });
  expect(proxy.cuts).toBe(1);
  expect(await kept()).toHaveLength(1);
});

it('a draft whose new text breaks off is still there, whole and alone', async () => {
  const drafts = notedMail(backend, new MemoryMailNotesStore(), 't/drafts');
  const path = (await backend.folders()).find(({ role }) => role === 'drafts')!.path;
  if (!canAppend(drafts) || !canReplace(drafts)) throw new Error('IMAP stores messages');
  const old = 'Subject: old\r\n\r\nold text\r\n';
  const { id } = await drafts.append(path, Readable.from([Buffer.from(old)]), old.length, { draft: true });
  const bytes = Buffer.from(large);
  const replace = () => drafts.replaceMessage(path, id!, Readable.from([bytes]), bytes.length, {});
  for (const passing of [30, 1_000_000]) {
    proxy.cut({ of: 'client', after: 'APPEND', bytes: passing, times: 1000 });
    await expect(replace()).rejects.toMatchObject({ kind: 'unavailable' });
    expect(proxy.cuts).toBeGreaterThan(0);
    proxy.cut(null);
    expect(await kept('drafts')).toEqual([old]);
  }
  expect((await replace()).id).toBe(id);
  expect((await kept('drafts')).map((text) => text === large)).toEqual([true]);
});
