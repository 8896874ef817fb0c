import { BackendError } from '#backend';
import { mailWithAttachment, sampleMail } from '#backend/contract';
import { MailSync, TestServer, type Handset } from '../testing/index.js';

const content = Buffer.from(Array.from({ length: 1000 }, (_, index) => index % 251));
let server: TestServer;
let phone: Handset;
let inbox: MailSync;

beforeEach(async () => {
  server = new TestServer();
  server.mailbox.deliver('Inbox', sampleMail('plain', 'äöü '.repeat(500)));
  server.mailbox.deliver('Inbox', mailWithAttachment('with attachment', content));
  phone = server.handset();
  await phone.ask('FolderSync', { SyncKey: '0' });
  inbox = await new MailSync(phone).complete();
});
afterEach(() => server.close());

type Fetch = Parameters<typeof phone.ask<'ItemOperations'>>[1];
const operations = async (value: Fetch) => (await phone.ask('ItemOperations', value)).Response ?? [];
const text = { BodyPreference: [{ Type: 1 as const }] };

async function fetchOf(options: object) {
  const [answer] = await operations([{ Fetch: { Store: 'Mailbox', ...options } }]);
  return answer && 'Fetch' in answer ? answer.Fetch : undefined;
}

async function reference(): Promise<string> {
  const fetched = await fetchOf({ CollectionId: 'm1', ServerId: inbox.idOf('with attachment') });
  const [attachment] = fetched?.Properties?.Email?.Attachments?.Attachment ?? [];
  return attachment?.FileReference ?? '';
}

describe('ItemOperations Fetch of a mail', () => {
  it('gives it whole where no TruncationSize is asked for (Nine, 4.5), and cut where one is', async () => {
    const ServerId = inbox.idOf('plain');
    const whole = await fetchOf({ CollectionId: 'm1', ServerId, Options: text });
    expect(whole).toMatchObject({ Status: 1, CollectionId: 'm1', ServerId, Class: 'Email' });
    const body = whole?.Properties?.Email?.Body;
    expect(body?.Truncated).toBeUndefined();
    expect(Buffer.byteLength(body?.Data ?? '')).toBe(body?.EstimatedDataSize);
    const cut = await fetchOf({
      CollectionId: 'm1',
      ServerId,
      Options: { BodyPreference: [{ Type: 1, TruncationSize: 100 }] },
    });
    const part = cut?.Properties?.Email?.Body;
    expect(part?.Truncated).toBe(true);
    expect(Buffer.byteLength(part?.Data ?? '')).toBeLessThanOrEqual(100);
    expect(part?.EstimatedDataSize).toBe(body?.EstimatedDataSize);
  });

  it('needs no CollectionId and no Options, and leaves Email as its class', async () => {
    expect(await fetchOf({ ServerId: inbox.idOf('plain') })).toMatchObject({ Status: 1, Class: 'Email' });
  });

  it('gives only what the Schema names', async () => {
    const Options = { Schema: ['Email:Subject', 'Email:To'] };
    const fetched = await fetchOf({ CollectionId: 'm1', ServerId: inbox.idOf('plain'), Options });
    expect(Object.keys(fetched?.Properties?.Email ?? {}).sort()).toEqual(['Subject', 'To']);
  });

  it('tells each operation its own fault, in order, and spoils no other (trap 71)', async () => {
    server.mailbox.deliver('Inbox', sampleMail('bad'), { unreadable: true });
    const bad = server.mailbox
      .folder('Inbox')
      .changes({ folder: '', cursor: null, scope: { sinceDay: null }, limit: 1 }).changed[0]?.id;
    const answers = await operations([
      { Fetch: { Store: 'Mailbox', CollectionId: 'm1', ServerId: 'm1:nothing' } },
      { Fetch: { Store: 'Mailbox', CollectionId: 'm99', ServerId: 'm99:1' } },
      { Fetch: { Store: 'Mailbox', CollectionId: 'm1', ServerId: '../etc/passwd' } },
      { Fetch: { Store: 'DocumentLibrary', LinkId: '\\\\server\\file' } },
      { Fetch: { Store: 'Mailbox' } },
      { Fetch: { Store: 'Mailbox', LongId: 'x' } },
      { Fetch: { Store: 'Mailbox', FileReference: 'm1:nothing' } },
      { Fetch: { Store: 'Mailbox', CollectionId: 'm1', ServerId: `m1:${bad}` } },
      { Fetch: { Store: 'Mailbox', CollectionId: 'm1', ServerId: inbox.idOf('plain') } },
    ]);
    expect(answers.map((answer) => ('Fetch' in answer ? answer.Fetch.Status : null))).toEqual([
      6, 6, 6, 9, 2, 6, 15, 14, 1,
    ]);
  });

  it('of a source that is down is 3 for that item', async () => {
    server.fault = (operation) => (operation === 'read' ? new BackendError('unavailable', 'down') : null);
    expect((await fetchOf({ ServerId: inbox.idOf('plain') }))?.Status).toBe(3);
  });
});

describe('ItemOperations Fetch of an attachment', () => {
  it('gives its content in base64, with no Range that was not asked for (trap 69, iOS 10)', async () => {
    const FileReference = await reference();
    const fetched = await fetchOf({ FileReference });
    expect(fetched).toMatchObject({ Status: 1, FileReference });
    expect(Buffer.from(fetched?.Properties?.Data ?? '', 'base64').equals(content)).toBe(true);
    expect(fetched?.Properties?.Range).toBeUndefined();
    expect(fetched?.Properties?.Total).toBeUndefined();
    expect(fetched?.Properties?.ContentType).toBe('application/octet-stream');
  });

  it.each([
    ['0-9', '0-9', content.subarray(0, 10)],
    ['10-10', '10-10', content.subarray(10, 11)],
    ['990-5000', '990-999', content.subarray(990)],
  ])('of the range %s tells what it gives, both ends inclusive', async (Range, told, bytes) => {
    const fetched = await fetchOf({ FileReference: await reference(), Options: { Range } });
    expect(fetched?.Properties).toMatchObject({ Range: told, Total: content.length });
    expect(Buffer.from(fetched?.Properties?.Data ?? '', 'base64').equals(bytes)).toBe(true);
  });

  it.each(['9-0', 'x', '1000-2000', '-5', '1-2-3', '0-99999999999999999999'])(
    'refuses the range %s by 8',
    async (Range) => {
      expect((await fetchOf({ FileReference: await reference(), Options: { Range } }))?.Status).toBe(8);
    },
  );

  it('works without any sync key, and is 15 when the mail is gone (trap 68)', async () => {
    const FileReference = await reference();
    const other = server.handset({ deviceId: 'other' });
    await other.ask('FolderSync', { SyncKey: '0' });
    const answer = await other.ask('ItemOperations', [{ Fetch: { Store: 'Mailbox', FileReference } }]);
    expect(answer.Response).toMatchObject([{ Fetch: { Status: 1 } }]);
    server.mailbox.folder('Inbox').remove(FileReference.split(':')[1]!);
    expect((await fetchOf({ FileReference }))?.Status).toBe(15);
  });
});

describe('ItemOperations in parts (trap 70)', () => {
  it('puts part numbers in the place of data, and the data into parts', async () => {
    const FileReference = await reference();
    const answer = await phone.call(
      'ItemOperations',
      [
        { Fetch: { Store: 'Mailbox', FileReference } },
        { Fetch: { Store: 'Mailbox', CollectionId: 'm1', ServerId: 'm1:nothing' } },
        { Fetch: { Store: 'Mailbox', CollectionId: 'm1', ServerId: inbox.idOf('plain'), Options: text } },
        { Fetch: { Store: 'Mailbox', FileReference, Options: { Range: '5-9' } } },
      ],
      { acceptMultiPart: true },
    );
    if (answer.kind !== 'document') throw new Error(answer.kind);
    const fetched = (answer.value.Response ?? []).map((one) => ('Fetch' in one ? one.Fetch : null));
    expect(fetched.map((one) => one?.Status)).toEqual([1, 6, 1, 1]);
    expect(fetched[0]?.Properties).toMatchObject({ Part: 1 });
    expect(fetched[0]?.Properties?.Data).toBeUndefined();
    expect(fetched[2]?.Properties?.Email?.Body).toMatchObject({ Type: 1, Part: 2 });
    expect(fetched[3]?.Properties).toMatchObject({ Part: 3, Range: '5-9', Total: content.length });
    expect(answer.parts.map((part) => part.length)).toEqual([1000, 500 * 7 + 2, 5]);
    expect(answer.parts[0]?.equals(content)).toBe(true);
    expect(server.leased).toBe(0);
  });
});

describe('ItemOperations', () => {
  it('of more than 100 are refused as a whole by 11, and nothing stays leased', async () => {
    const Fetch = { Store: 'Mailbox', ServerId: inbox.idOf('plain') };
    const many = Array.from({ length: 101 }, () => ({ Fetch }));
    await expect(phone.call('ItemOperations', many)).rejects.toMatchObject({ status: 11 });
    await phone.call('ItemOperations', [{ Fetch }], { breaks: true });
    expect(server.leased).toBe(0);
  });
});
