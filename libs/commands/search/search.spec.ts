import { BackendError, type DirectoryEntry, type DirectoryRequest } from '#backend';
import { mailWithAttachment, sampleMail } from '#backend/contract';
import type { commands, Encodable } from '#eas';
import { violationsOf } from '../../eas/testing/index.js';
import { FolderBook, TestServer, type Handset } from '../testing/index.js';

let server: TestServer;
let phone: Handset;
beforeEach(() => {
  server = new TestServer();
  server.mailbox.createFolder('Sent', 'sent');
  server.mailbox.createFolder('Work');
  server.mailbox.createFolder('Work/2026');
  phone = server.handset();
});
afterEach(async () => {
  expect(server.leased).toBe(0);
  await server.close();
});

type Store = Encodable<typeof commands.Search.request>['Store'];
type Query = Exclude<Store['Query'], undefined>;
type And = Exclude<NonNullable<Query['And']>, AsyncIterable<unknown>>[number];
type Options = NonNullable<Store['Options']>;

const and = (...And: And[]): Query => ({ And });
const words = (text: string, more: And = {}): Query => and({ Class: ['Email'], FreeText: [text], ...more });
const at = (text: string) => ({ receivedAt: new Date(text) });

async function store(Name: string, Query: Query, Options: Options = {}, by = phone) {
  const answer = await by.call('Search', { Store: { Name, Query, Options } });
  if (answer.kind !== 'document') throw new Error(answer.kind);
  expect(violationsOf(answer.bytes)).toEqual([]);
  expect(answer.value.Status).toBe(1);
  return answer.value.Response!.Store;
}

/** Subjects in order, and what else the store says. */
async function found(query: Query, options: Options = {}, by = phone) {
  const { Result = [], ...said } = await store('Mailbox', query, options, by);
  return { ...said, subjects: Result.map(({ Properties }) => Properties?.Email?.Subject) };
}

const status = async (query: Query, options: Options = {}) => (await store('Mailbox', query, options)).Status;

async function folderIds(): Promise<FolderBook> {
  const book = new FolderBook(phone);
  await book.sync();
  return book;
}

describe('Search of a mailbox', () => {
  it('finds in folders the device never synced, newest first over all of them, under the ids of Sync', async () => {
    server.mailbox.deliver('Inbox', sampleMail('turbine one'), at('2026-01-01T00:00:00Z'));
    server.mailbox.deliver('Sent', sampleMail('turbine two'), at('2026-01-03T00:00:00Z'));
    server.mailbox.deliver('Inbox', sampleMail('turbine three'), at('2026-01-02T00:00:00Z'));
    server.mailbox.deliver('Inbox', sampleMail('something else'));
    const { Result, ...said } = await store('Mailbox', words('turbine'));
    expect(said).toEqual({ Status: 1, Range: '0-2', Total: 3 });
    expect(Result!.map(({ Properties }) => Properties?.Email?.Subject)).toEqual([
      'turbine two',
      'turbine three',
      'turbine one',
    ]);
    const book = await folderIds();
    expect(Result!.map(({ CollectionId }) => CollectionId)).toEqual([
      book.idOf('Sent'),
      book.idOf('Inbox'),
      book.idOf('Inbox'),
    ]);
    for (const { Class, LongId, CollectionId } of Result!) {
      expect([Class, LongId?.split(':')[0]]).toEqual(['Email', CollectionId]);
    }
  });

  it('tells of no hit by one empty Result, which some phones wait for (trap 101)', async () => {
    expect(await store('Mailbox', words('turbine'))).toEqual({ Status: 1, Result: [{}], Total: 0 });
  });

  it('looks in the folders it is asked for, and below them only with DeepTraversal', async () => {
    for (const folder of ['Inbox', 'Work', 'Work/2026']) {
      server.mailbox.deliver(folder, sampleMail(`turbine in ${folder}`));
    }
    const book = await folderIds();
    const [work, inbox] = [book.idOf('Work'), book.idOf('Inbox')];
    expect((await found(words('turbine', { CollectionId: [work] }))).subjects).toEqual(['turbine in Work']);
    const deep = await found(words('turbine', { CollectionId: [work] }), { DeepTraversal: true });
    expect(deep.subjects.sort()).toEqual(['turbine in Work', 'turbine in Work/2026']);
    const two = await found(words('turbine', { CollectionId: [work, inbox] }));
    expect(two.subjects.sort()).toEqual(['turbine in Inbox', 'turbine in Work']);
  });

  it('sends a phone whose folder is not there (any more) to FolderSync by 11', async () => {
    const book = await folderIds();
    const work = book.idOf('Work');
    expect(await status(words('turbine', { CollectionId: ['m99'] }))).toBe(11);
    expect(await status(words('turbine', { CollectionId: ['../x'] }))).toBe(11);
    server.mailbox.deleteFolder('Work');
    expect(await status(words('turbine', { CollectionId: [work] }))).toBe(11);
  });

  it('finds in a folder that was made or renamed since anybody looked', async () => {
    const book = await folderIds();
    const work = book.idOf('Work');
    server.mailbox.createFolder('New');
    server.mailbox.deliver('New', sampleMail('turbine new'));
    expect((await found(words('turbine'))).subjects).toEqual(['turbine new']);
    server.mailbox.renameFolder('Work', 'Labour');
    server.mailbox.deliver('Labour', sampleMail('turbine labour'));
    const renamed = await found(words('turbine', { CollectionId: [work] }));
    expect(renamed.subjects).toEqual(['turbine labour']);
  });

  it('limits by moments, not days', async () => {
    for (const hour of ['09', '10', '11', '12']) {
      server.mailbox.deliver('Inbox', sampleMail(`at ${hour}`), at(`2026-01-02T${hour}:00:00Z`));
    }
    const limit = (text: string) => [{ DateReceived: true as const, Value: new Date(text) }];
    const query = and({
      GreaterThan: limit('2026-01-02T09:30:00Z'),
      LessThan: limit('2026-01-02T11:30:00Z'),
    });
    expect((await found(query)).subjects).toEqual(['at 11', 'at 10']);
  });

  it('gives pages of the whole, each with its range, and 12 behind the end', async () => {
    for (let i = 0; i < 5; i++) {
      server.mailbox.deliver('Inbox', sampleMail(`turbine ${i}`), at(`2026-01-0${i + 1}T00:00:00Z`));
    }
    expect(await found(words('turbine'), { Range: '0-1' })).toEqual({
      Status: 1,
      Range: '0-1',
      Total: 5,
      subjects: ['turbine 4', 'turbine 3'],
    });
    const last = await found(words('turbine'), { Range: '4-7' });
    expect(last).toMatchObject({ Status: 1, Range: '4-4', Total: 5, subjects: ['turbine 0'] });
    expect(await store('Mailbox', words('turbine'), { Range: '5-9' })).toEqual({ Status: 12, Total: 5 });
    const wide = await found(words('turbine'), { Range: '0-999' });
    expect([wide.Status, wide.subjects.length]).toEqual([12, 5]);
    expect(await status(words('turbine'), { Range: '0-999999999999999' })).toBe(12);
  });

  it.each(['', 'x', '5-1', '-1-2', '0'])('refuses the range %j by 2', async (Range) => {
    expect(await status(words('turbine'), { Range })).toBe(2);
  });

  it('gives no more than a hundred without a range', async () => {
    for (let i = 0; i < 101; i++) server.mailbox.deliver('Inbox', sampleMail(`turbine ${i}`));
    const { subjects, Range, Total } = await found(words('turbine'));
    expect([subjects.length, Range, Total]).toEqual([100, '0-99', 101]);
  });

  it('leaves out what vanished or cannot be read, and the range follows', async () => {
    server.mailbox.deliver('Inbox', sampleMail('turbine kept'), at('2026-01-01T00:00:00Z'));
    const id = server.mailbox.deliver('Inbox', sampleMail('turbine lost'), at('2026-01-02T00:00:00Z'));
    server.fault = (operation) => {
      if (operation === 'read') server.mailbox.folder('Inbox').remove(id);
      return null;
    };
    expect(await found(words('turbine'))).toEqual({
      Status: 1,
      Range: '0-0',
      Total: 2,
      subjects: ['turbine kept'],
    });
  });

  it('gives bodies as Options ask for them', async () => {
    server.mailbox.deliver('Inbox', sampleMail('turbine', 'x'.repeat(5_000)));
    const options = { BodyPreference: [{ Type: 1 as const, TruncationSize: 100 }] };
    const { Result } = await store('Mailbox', words('turbine'), options);
    expect(Result![0]?.Properties?.Email?.Body).toMatchObject({
      Type: 1,
      Truncated: true,
      Data: 'x'.repeat(100),
    });
  });

  it('gives the conversation a mail belongs to, from all folders', async () => {
    const reply = Buffer.from(
      sampleMail('reply').toString().replace('To:', 'In-Reply-To: <one@example.org>\r\nTo:'),
    );
    server.mailbox.deliver('Inbox', sampleMail('one'), at('2026-01-01T00:00:00Z'));
    server.mailbox.deliver('Sent', reply, at('2026-01-02T00:00:00Z'));
    server.mailbox.deliver('Inbox', sampleMail('other'));
    const { Result } = await store('Mailbox', words('one', { Class: ['Email'] }));
    const ConversationId = Result![0]!.Properties!.Email!.ConversationId!;
    expect((await found(and({ ConversationId: [ConversationId] }))).subjects).toEqual(['reply', 'one']);
    const book = await folderIds();
    const inSent = and({ ConversationId: [ConversationId], CollectionId: [book.idOf('Sent')] });
    expect((await found(inSent)).subjects).toEqual(['reply']);
    expect(await status(and({ ConversationId: [ConversationId, ConversationId] }))).toBe(2);
    expect((await found(and({ ConversationId: [Buffer.from('unknown')] }))).Total).toBe(0);
  });

  it('finds nothing where other classes are asked for than mail, and refuses those that do not exist', async () => {
    server.mailbox.deliver('Inbox', sampleMail('turbine'));
    expect((await found(words('turbine', { Class: ['Calendar', 'Tasks'] }))).Total).toBe(0);
    expect((await found(words('turbine', { Class: ['Email', 'Calendar'] }))).Total).toBe(1);
    expect(await status(words('turbine', { Class: ['Bogus'] }))).toBe(2);
  });

  const limit = [{ DateReceived: true as const, Value: new Date() }];
  it.each<[string, Query, number]>([
    ['two Ands', and({ FreeText: ['a'] }, { FreeText: ['b'] }), 8],
    ['And in And', and({ FreeText: ['a'], And: [{}] }), 8],
    ['Or in And', and({ FreeText: ['a'], Or: [{}] }), 8],
    ['Or', { Or: [{ FreeText: ['a'] }] }, 8],
    ['FreeText outside of And', { FreeText: ['a'] }, 8],
    ['CollectionId outside of And', { ...words('a'), CollectionId: ['m1'] }, 8],
    ['a date outside of And', { ...words('a'), GreaterThan: limit }, 8],
    ['ten thousand characters', words('x'.repeat(10_000)), 8],
    ['a hundred words', words(Array(100).fill('x').join(' ')), 8],
    ['empty FreeText', words(''), 2],
    ['control characters alone', words('\u0001\u0002\t\n'), 2],
    ['nothing at all', {}, 2],
    ['a date without its property', and({ GreaterThan: [{ Value: new Date() }] }), 2],
    ['a date without a value', and({ LessThan: [{ DateReceived: true }] }), 2],
  ])('of %s is answered by its Status', async (_, query, expected) => {
    expect(await status(query)).toBe(expected);
  });

  it('of a source that is down is 3, and the phone tries again', async () => {
    server.fault = (operation) =>
      operation === 'searchMail' ? new BackendError('unavailable', 'down') : null;
    expect(await status(words('turbine'))).toBe(3);
  });

  it('frees what it leased when the phone hangs up', async () => {
    server.mailbox.deliver('Inbox', sampleMail('turbine'));
    await phone.call('Search', { Store: { Name: 'Mailbox', Query: words('turbine') } }, { breaks: true });
    expect(server.leased).toBe(0);
  });

  it('finds what ItemOperations fetches by LongId alone, whole and with its attachments', async () => {
    server.mailbox.deliver('Work', mailWithAttachment('turbine', Buffer.from('content')));
    const { Result } = await store('Mailbox', words('turbine'));
    const LongId = Result![0]!.LongId!;
    const { Response } = await phone.ask('ItemOperations', [
      { Fetch: { Store: 'Mailbox', LongId, Options: { BodyPreference: [{ Type: 1 }] } } },
    ]);
    const fetched = Response![0]!;
    if (!('Fetch' in fetched)) throw new Error('no Fetch');
    expect(fetched.Fetch).toMatchObject({ Status: 1, LongId, Class: 'Email' });
    expect(fetched.Fetch.Properties?.Email?.Body?.Data).toContain('See attachment.');
    const reference = fetched.Fetch.Properties?.Email?.Attachments?.Attachment?.[0]?.FileReference;
    expect(reference).toBe(Result![0]!.Properties?.Email?.Attachments?.Attachment?.[0]?.FileReference);
    const part = await phone.ask('ItemOperations', [
      { Fetch: { Store: 'Mailbox', FileReference: reference! } },
    ]);
    const file = part.Response![0]!;
    expect('Fetch' in file && file.Fetch.Properties?.Data).toBe(Buffer.from('content').toString('base64'));
  });
});

describe('Search of other stores', () => {
  it('is refused: a document library by 5, an unknown one by 2', async () => {
    const link = { EqualTo: { LinkId: true as const, Value: '\\\\server\\share' } };
    expect(await store('DocumentLibrary', link)).toEqual({ Status: 5 });
    expect(await store('Elsewhere', { text: 'x' })).toEqual({ Status: 2 });
  });
});

describe('Search of the GAL', () => {
  const asked: DirectoryRequest[] = [];
  let entries: DirectoryEntry[];
  beforeEach(() => {
    asked.length = 0;
    entries = [1, 2, 3, 4].map((n) => ({ displayName: `Person ${n}`, emailAddress: `p${n}@example.org` }));
    server.directory = {
      kind: 'test',
      async search(request) {
        asked.push(request);
        const shown = entries.slice(0, request.limit).map(({ picture, ...entry }) => ({
          ...entry,
          ...(request.pictures && picture && { picture }),
        }));
        return { entries: shown, total: entries.length };
      },
      identities: async () => [],
      close: async () => undefined,
    };
  });

  const gal = (options: Options = {}, by = phone, text = 'Pers') => store('GAL', { text }, options, by);

  it('gives what is not empty, with Range and Total (Android 4)', async () => {
    entries = [{ ...entries[0]!, title: 'Countess', company: '', phone: '+44 1', lastName: 'One' }];
    expect(await gal()).toEqual({
      Status: 1,
      Result: [
        {
          Properties: {
            Gal: {
              DisplayName: 'Person 1',
              Phone: '+44 1',
              Title: 'Countess',
              LastName: 'One',
              EmailAddress: 'p1@example.org',
            },
          },
        },
      ],
      Range: '0-0',
      Total: 1,
    });
    expect(asked).toEqual([{ text: 'Pers', limit: 100 }]);
  });

  it('gives pages, an empty Result for nobody, and 12 behind the end', async () => {
    const { Result, ...said } = await gal({ Range: '1-2' });
    expect(said).toEqual({ Status: 1, Range: '1-2', Total: 4 });
    expect(Result!.map(({ Properties }) => Properties?.Gal?.DisplayName)).toEqual(['Person 2', 'Person 3']);
    expect(await gal({ Range: '4-9' })).toEqual({ Status: 12, Total: 4 });
    expect(await gal({ Range: 'x' })).toEqual({ Status: 2 });
    entries = [];
    expect(await gal()).toEqual({ Status: 1, Result: [{}], Total: 0 });
  });

  it('gives photos only to whom asked, each with its Status: too many, too large, none (from 14.1 on)', async () => {
    const bytes = (length: number) => new Uint8Array(length).fill(7);
    const sizes = [10, 200, 0, 20];
    entries = entries.map((entry, index) => ({
      ...entry,
      ...(sizes[index] && { picture: bytes(sizes[index]) }),
    }));
    const pictures = async (options: Options, by = phone) =>
      (await gal(options, by)).Result!.map(({ Properties }) => Properties?.Gal?.Picture);
    expect((await pictures({})).every((picture) => picture === undefined)).toBe(true);
    expect(asked[0]?.pictures).toBeUndefined();
    expect(await pictures({ Picture: { MaxSize: 100, MaxPictures: 1 } })).toEqual([
      { Status: 1, Data: Buffer.from(bytes(10)) },
      { Status: 174 },
      { Status: 173 },
      { Status: 175 },
    ]);
    expect((await pictures({ Picture: {} })).map((picture) => picture?.Status)).toEqual([1, 1, 173, 1]);
    entries = entries.map((entry) => ({ ...entry, picture: bytes(102_401) }));
    expect((await pictures({ Picture: { MaxSize: 1_000_000 } })).map((picture) => picture?.Status)).toEqual([
      174, 174, 174, 174,
    ]);
    expect(await gal({ Picture: { MaxSize: -1 } })).toEqual({ Status: 2 });
    asked.length = 0;
    await pictures({ Picture: {} }, server.handset({ version: 140 }));
    expect(asked[0]?.pictures).toBeUndefined();
  });

  it('without a directory is 6, with one that is down 3', async () => {
    server.directory!.search = async () => Promise.reject(new BackendError('unavailable', 'down'));
    expect(await gal()).toEqual({ Status: 3 });
    server.directory = null;
    expect(await gal()).toEqual({ Status: 6 });
  });
});
