import { BackendError } from '#backend';
import { mailWithAttachment, sampleMail } from '#backend/contract';
import type { commands, Encodable } from '#eas';
import { violationsOf } from '../../eas/testing/index.js';
import { FolderBook, TestServer, type Handset } from '../testing/index.js';

let server: TestServer;
let phone: Handset;
beforeEach(() => {
  server = new TestServer();
  server.mailbox.createFolder('Work');
  server.mailbox.createFolder('Work/2026');
  phone = server.handset({ version: 161 });
});
afterEach(async () => {
  expect(server.leased).toBe(0);
  await server.close();
});

type Criteria = Encodable<typeof commands.Find.request>['ExecuteSearch'];
type Mailbox = NonNullable<Criteria['MailBoxSearchCriterion']>;
type Gal = NonNullable<Criteria['GalSearchCriterion']>;

const ID = '3F2504E0-4F89-11D3-9A0C-0305E82C3301';
const at = (text: string) => ({ receivedAt: new Date(text) });

async function find(ExecuteSearch: Criteria, SearchId = ID) {
  const answer = await phone.call('Find', { SearchId, ExecuteSearch });
  if (answer.kind !== 'document') throw new Error(answer.kind);
  expect(violationsOf(answer.bytes)).toEqual([]);
  return answer.value;
}

const mailbox = (Query: Mailbox['Query'], Options: Mailbox['Options'] = {}, id = ID) =>
  find({ MailBoxSearchCriterion: { Query, Options } }, id);
const subjects = (answer: Awaited<ReturnType<typeof find>>) =>
  (answer.Response?.Result ?? []).map(({ Properties }) => Properties.Email?.Subject);

describe('Find of mails', () => {
  it('gives what a list of hits shows, and nothing more', async () => {
    const mail = mailWithAttachment('turbine', Buffer.from('content'))
      .toString()
      .replace(
        'Subject:',
        'To: Bob <bob@example.org>\r\nCc: Grace <g@example.org>, h@example.org\r\nSubject:',
      );
    server.mailbox.deliver('Work', Buffer.from(mail), at('2026-01-02T10:00:00Z'));
    const answer = await mailbox({ FreeText: 'turbine', Class: 'Email' });
    const book = new FolderBook(phone);
    await book.sync();
    expect(answer).toEqual({
      Status: 1,
      Response: {
        Store: 'Mailbox',
        Status: 1,
        Result: [
          {
            Class: 'Email',
            ServerId: expect.stringMatching(/^m\d+:/) as string,
            CollectionId: book.idOf('Work'),
            Properties: {
              Email: {
                Subject: 'turbine',
                DateReceived: new Date('2026-01-02T10:00:00Z'),
                DisplayTo: 'Bob',
                DisplayCc: 'Grace; h@example.org',
                Importance: 1,
                Read: false,
                IsDraft: false,
                Preview: 'See attachment.',
                HasAttachments: true,
                From: 'ada@example.org',
              },
            },
          },
        ],
        Range: '0-0',
        Total: 1,
      },
    });
  });

  it('has no Result where nothing is found', async () => {
    const { Response } = await mailbox({ FreeText: 'turbine' });
    expect(Response).toEqual({ Store: 'Mailbox', Status: 1, Total: 0 });
  });

  it('understands what phones write', async () => {
    server.mailbox.deliver('Inbox', sampleMail('turbine'), { flags: { seen: true } });
    server.mailbox.deliver('Inbox', sampleMail('other turbine'));
    expect(subjects(await mailbox({ FreeText: 'subject:turbine from:ada isread:no' }))).toEqual([
      'other turbine',
    ]);
  });

  it('looks in one folder, and below it with DeepTraversal', async () => {
    for (const folder of ['Inbox', 'Work', 'Work/2026'])
      server.mailbox.deliver(folder, sampleMail(`in ${folder}`));
    const book = new FolderBook(phone);
    await book.sync();
    const query = { FreeText: 'in', CollectionId: book.idOf('Work') };
    expect(subjects(await mailbox(query))).toEqual(['in Work']);
    expect(subjects(await mailbox(query, { DeepTraversal: true }))).toHaveLength(2);
  });

  it('begins with row 0 and goes on under the same SearchId; else 4', async () => {
    for (let i = 0; i < 3; i++) server.mailbox.deliver('Inbox', sampleMail(`turbine ${i}`));
    const query = { FreeText: 'turbine' };
    expect((await mailbox(query, { Range: '1-2' })).Response).toEqual({ Store: 'Mailbox', Status: 4 });
    expect((await mailbox(query, { Range: '1-2' })).Response?.Status).toBe(4);
    expect((await mailbox(query, { Range: '0-0' })).Response).toMatchObject({ Range: '0-0', Total: 3 });
    expect((await mailbox(query, { Range: '1-9' })).Response).toMatchObject({ Range: '1-2', Total: 3 });
    expect((await mailbox(query, { Range: '1-2' }, 'another')).Response?.Status).toBe(4);
  });

  it.each(['5-1', 'x', '1000-1001'])('refuses the range %s by 2', async (Range) => {
    expect((await mailbox({ FreeText: 'turbine' }, { Range })).Response?.Status).toBe(2);
  });

  it.each([{ FreeText: '' }, {}, { FreeText: 'x'.repeat(10_000) }, { FreeText: 'x', Class: 'Calendar' }])(
    'refuses %j by 2',
    async (query) => {
      expect((await mailbox(query)).Response?.Status).toBe(2);
    },
  );

  it('refuses a search that says nothing, or two things', async () => {
    const Query = { FreeText: 'x' };
    expect(await find({})).toEqual({ Status: 2 });
    const both = { MailBoxSearchCriterion: { Query }, GalSearchCriterion: { Query: 'x' } };
    expect(await find(both)).toEqual({ Status: 2 });
    expect(await find({ GalSearchCriterion: { Query: 'x' } }, '')).toEqual({ Status: 2 });
  });

  it('sends a phone with an unknown folder to FolderSync by 3', async () => {
    expect(await mailbox({ FreeText: 'x', CollectionId: 'm99' })).toEqual({ Status: 3 });
  });

  it('of a source that is down tells the phone to come back', async () => {
    server.fault = (operation) =>
      operation === 'searchMail' ? new BackendError('unavailable', 'down') : null;
    await expect(mailbox({ FreeText: 'x' })).rejects.toMatchObject({ command: 'Find', status: 111 });
  });
});

describe('Find of people', () => {
  const gal = (Query: string, Options: Gal['Options'] = {}, id = ID) =>
    find({ GalSearchCriterion: { Query, Options } }, id);

  it('gives entries with their photos, a page at a time', async () => {
    const entries = [1, 2, 3].map((n) => ({
      displayName: `Person ${n}`,
      emailAddress: `p${n}@example.org`,
      picture: new Uint8Array(n * 10),
    }));
    server.directory = {
      kind: 'test',
      search: async ({ limit }) => ({ entries: entries.slice(0, limit), total: 3 }),
      identities: async () => [],
      close: async () => undefined,
    };
    const { Response } = await gal('Pers', { Range: '0-1', Picture: { MaxSize: 15 } });
    expect(Response).toMatchObject({ Store: 'GAL', Status: 1, Range: '0-1', Total: 3 });
    expect(Response?.Result?.map(({ Properties }) => Properties.Gal)).toEqual([
      {
        DisplayName: 'Person 1',
        EmailAddress: 'p1@example.org',
        Picture: { Status: 1, Data: Buffer.alloc(10) },
      },
      { DisplayName: 'Person 2', EmailAddress: 'p2@example.org', Picture: { Status: 174 } },
    ]);
    expect((await gal('Pers', { Range: '2-2' })).Response).toMatchObject({ Range: '2-2', Total: 3 });
    expect((await gal('Pers', { Range: '2-2' }, 'other')).Response?.Status).toBe(4);
    expect((await gal('Pers', { Picture: { MaxPictures: -1 } })).Response?.Status).toBe(2);
  });

  it('is not to be tried again where there is no directory', async () => {
    await expect(gal('x')).rejects.toMatchObject({ command: 'Find', status: 110 });
  });
});
