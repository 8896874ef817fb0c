import { sampleMail } from '#backend/contract';
import { commandsOf, MailSync, TestServer } from '../testing/index.js';

let server: TestServer;
let mail: MailSync;

beforeEach(async () => {
  server = new TestServer();
  server.mailbox.deliver('Inbox', sampleMail('mail'));
  const phone = server.handset();
  await phone.ask('FolderSync', { SyncKey: '0' });
  mail = new MailSync(phone);
});
afterEach(() => server.close());

const Options = [
  { Class: 'Email', FilterType: 0 },
  { Class: 'SMS', FilterType: 0 },
];
const text = (ClientId: string) => ({
  Add: { Class: 'SMS', ClientId, ApplicationData: { Email: { To: '[MOBILE:555]', Read: true } } },
});
const idOf = (answer: Awaited<ReturnType<MailSync['sync']>>): string | undefined => {
  const [first] = answer?.Responses ?? [];
  return first && 'Add' in first ? first.Add.ServerId : undefined;
};

describe('text messages in the Inbox (quirks 4.3, 4.6)', () => {
  it('may be asked for beside mail', async () => {
    await mail.complete({ Options });
    expect([...mail.has.values()]).toEqual(['mail']);
  });

  it('are accepted under ids of their own, changed and deleted without a word, and never told', async () => {
    await mail.complete({ Options });
    const answer = await mail.sync({ Commands: [text('1'), text('2')] });
    expect(answer?.Responses).toMatchObject([
      { Add: { Class: 'SMS', ClientId: '1', Status: 1 } },
      { Add: { Class: 'SMS', ClientId: '2', Status: 1 } },
    ]);
    const ServerId = idOf(answer)!;
    expect(ServerId).toMatch(/^m1:SMS[0-9a-f]{11}$/);
    const Change = { ServerId, ApplicationData: { Email: { Read: false } } };
    expect((await mail.sync({ Commands: [{ Change }] }))?.Responses).toBeUndefined();
    expect((await mail.sync({ Commands: [{ Delete: { ServerId } }] }))?.Responses).toBeUndefined();
    expect(commandsOf(await mail.sync())).toEqual([]);
    expect(server.operations).not.toContain('updateState');
  });

  it('keep their id when the answer was lost, and do not share it with the next one', async () => {
    await mail.complete();
    const { key } = mail;
    const first = await mail.sync({ Commands: [text('1')] });
    mail.key = key;
    expect(idOf(await mail.sync({ Commands: [text('1')] }))).toBe(idOf(first));
    expect(idOf(await mail.sync({ Commands: [text('1')] }))).not.toBe(idOf(first));
  });
});

it('ConversationMode is taken without an error, in Sync and GetItemEstimate', async () => {
  await mail.complete({ ConversationMode: true });
  expect([...mail.has.values()]).toEqual(['mail']);
  const Collection = [{ SyncKey: mail.key, CollectionId: mail.id, ConversationMode: true }];
  const { Response } = await server.handset().ask('GetItemEstimate', { Collections: { Collection } });
  expect(Response?.[0]?.Status).toBe(1);
});
