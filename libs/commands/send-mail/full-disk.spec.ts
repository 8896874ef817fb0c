import type * as fileSystem from 'node:fs';
import { readdir } from 'node:fs/promises';
import { promisify } from 'node:util';
import { TestServer } from '../testing/index.js';
import { head, lines, multipart, original, plain, writtenMail } from '../testing/smart-mails.js';

/* The disk for temporary files has only so much room; what mail is made of is spooled there. */
const mockDisk = { room: Number.POSITIVE_INFINITY };
jest.mock('node:fs', () => {
  const fs = jest.requireActual<typeof fileSystem>('node:fs');
  const write = async (file: number, bytes: Uint8Array, ...rest: [number, number, number]) => {
    mockDisk.room -= rest[1];
    if (mockDisk.room < 0) throw Object.assign(new Error('no space left'), { code: 'ENOSPC' });
    return promisify(fs.write)(file, bytes, ...rest);
  };
  return { ...fs, write: Object.assign(() => undefined, fs.write, { [promisify.custom]: write }) };
});

let server: TestServer;
beforeEach(() => {
  mockDisk.room = Number.POSITIVE_INFINITY;
  server = new TestServer();
  server.mailbox.createFolder('Sent', 'sent');
});
afterEach(() => server.close());

const kept = () => {
  const listing = { folder: '', cursor: null, scope: { sinceDay: null }, limit: 9 };
  return server.mailbox.folder('Sent').changes(listing).changed;
};
const openFiles = async (): Promise<number> => (await readdir('/proc/self/fd')).length;
const line = `${'x'.repeat(70)}\r\n`;
const longText = lines(head, 'Content-Type: text/plain', '', line.repeat(6_000));

it.each([120, 141, 161])(
  'a mail that finds no room is refused for now, and taken later (%i)',
  async (version) => {
    const phone = server.handset({ version });
    const before = await openFiles();
    const Mime = Buffer.concat([
      writtenMail('bob@example.net', lines('Content-Type: text/plain', '', line.repeat(6_000))),
    ]);
    const send = () =>
      version < 140
        ? phone.call('SendMail', null, { raw: Mime, query: { saveInSent: true } })
        : phone.call('SendMail', { ClientId: '1', Mime, SaveInSentItems: true });
    for (const room of [0, 300_000]) {
      mockDisk.room = room;
      await expect(send()).rejects.toMatchObject({ status: 111 });
    }
    expect([server.sent, kept()]).toEqual([[], []]);
    mockDisk.room = Number.POSITIVE_INFINITY;
    expect(await send()).toEqual({ kind: 'empty' });
    expect([server.sent.length, kept().length]).toEqual([1, 1]);
    expect(await openFiles()).toBe(before);
  },
);

it.each(['SmartReply', 'SmartForward'] as const)(
  '%s that finds no room for the original, or for what is made of it, is refused for now',
  async (command) => {
    const phone = server.handset();
    const id = await original(server, longText, phone);
    const before = await openFiles();
    const Source = { FolderId: id.split(':')[0]!, ItemId: id };
    const request = {
      ClientId: '1',
      Source,
      SaveInSentItems: true as const,
      Mime: writtenMail('bob@example.net'),
    };
    for (const room of [0, longText.length - 1, longText.length + 300_000]) {
      mockDisk.room = room;
      await expect(phone.call(command, request)).rejects.toMatchObject({ status: 111 });
      expect(mockDisk.room).toBeLessThan(0);
    }
    expect([server.sent, kept()]).toEqual([[], []]);
    expect(await openFiles()).toBe(before);
    mockDisk.room = Number.POSITIVE_INFINITY;
    expect(await phone.call(command, request)).toEqual({ kind: 'empty' });
    expect([server.sent.length, kept().length]).toEqual([1, 1]);
    expect(await openFiles()).toBe(before);
  },
);

it('attachments that are encoded anew are no exception', async () => {
  const phone = server.handset();
  const wide = multipart(
    'mixed',
    'M',
    plain,
    lines('Content-Type: text/csv', 'Content-Disposition: attachment', '', `ä${line}`.repeat(6_000)),
  );
  const text = lines(head, wide, '');
  const id = await original(server, text, phone);
  const Source = { FolderId: id.split(':')[0]!, ItemId: id };
  mockDisk.room = Buffer.byteLength(text) + 100_000;
  const request = { ClientId: '1', Source, Mime: writtenMail('bob@example.net') };
  await expect(phone.call('SmartForward', request)).rejects.toMatchObject({ status: 111 });
  expect(server.sent).toEqual([]);
});
