import { BackendError } from '#backend';
import { mailWithAttachment } from '#backend/contract';
import { MailSync, TestServer, type Handset } from './testing/index.js';

const content = Buffer.from(Array.from({ length: 1000 }, (_, index) => index % 251));
let server: TestServer;
let phone: Handset;
let reference: string;

beforeEach(async () => {
  server = new TestServer();
  server.mailbox.deliver('Inbox', mailWithAttachment('with attachment', content));
  phone = server.handset({ version: 121 });
  await phone.ask('FolderSync', { SyncKey: '0' });
  const item = (await new MailSync(phone).complete()).idOf('with attachment');
  reference = `${item}:2`;
});
afterEach(() => server.close());

describe('GetAttachment', () => {
  it('gives the bytes as they are, with their type and length, and lets go of the source', async () => {
    expect(await phone.getAttachment(reference)).toEqual({
      kind: 'raw',
      contentType: 'application/octet-stream',
      length: content.length,
      bytes: content,
    });
    expect(server.leased).toBe(0);
  });

  it.each(['', 'nonsense', 'm9:1:2', 'm1:999:2', 'm1:1:77'])(
    'of what is not there is HTTP 500: %s',
    async (name) => {
      expect(await phone.getAttachment(name)).toEqual({ kind: 'refusal', status: 500 });
      expect(server.leased).toBe(0);
    },
  );

  it('of a source that is down is for the gateway to put off', async () => {
    server.fault = (operation) => (operation === 'readPart' ? new BackendError('unavailable', 'no') : null);
    await expect(phone.getAttachment(reference)).rejects.toMatchObject({ kind: 'unavailable' });
    expect(server.leased).toBe(0);
  });

  it('of a phone without a policy gives nothing', async () => {
    server.rule = 'required';
    await expect(phone.getAttachment(reference)).rejects.toMatchObject({ status: 142 });
  });
});
