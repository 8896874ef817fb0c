import { BackendError } from '#backend';
import { sampleMail } from '#backend/contract';
import { MailSync, TestServer } from '../testing/index.js';

let server: TestServer;
let mail: MailSync;

beforeEach(async () => {
  server = new TestServer();
  for (const subject of ['a', 'b']) server.mailbox.deliver('Inbox', sampleMail(subject));
  const phone = server.handset();
  await phone.ask('FolderSync', { SyncKey: '0' });
  mail = await new MailSync(phone).complete();
});
afterEach(() => server.close());

const remove = (subject: string, DeletesAsMoves = true) =>
  mail.sync({ DeletesAsMoves, Commands: [{ Delete: { ServerId: mail.idOf(subject) } }] });
const count = (path: string): number =>
  server.mailbox.folder(path).changes({ folder: path, cursor: null, scope: { sinceDay: null }, limit: 99 })
    .changed.length;
const paths = () => server.mailbox.entries().map(([path]) => path);

describe('deleted mail', () => {
  it('of an account without a trash is kept in one made for it (trap 50)', async () => {
    await remove('a');
    expect(count('Trash')).toBe(1);
    await remove('b');
    expect([count('Trash'), count('Inbox')]).toEqual([2, 0]);
  });

  it('for good needs no trash', async () => {
    await remove('a', false);
    expect(paths()).toEqual(['Inbox']);
    expect(count('Inbox')).toBe(1);
  });

  it('goes for good where no trash can be', async () => {
    server.fault = (operation) => (operation === 'createFolder' ? new BackendError('invalid', 'no') : null);
    await remove('a');
    expect([paths(), count('Inbox')]).toEqual([['Inbox'], 1]);
  });

  it('is in the trash once, however often a phone that lost the answers deletes it', async () => {
    server.mailbox.createFolder('Trash', 'trash');
    const { key } = mail;
    const Commands = [{ Delete: { ServerId: mail.idOf('a') } }];
    for (let times = 0; times < 3; times++) {
      mail.key = key;
      expect((await mail.sync({ Commands }))?.Responses).toBeUndefined();
    }
    expect([count('Trash'), count('Inbox')]).toEqual([1, 1]);
  });
});
