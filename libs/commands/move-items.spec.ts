import { BackendError } from '#backend';
import { sampleMail } from '#backend/contract';
import { commandsOf, MailSync, TestServer, type Handset } from './testing/index.js';

let server: TestServer;
let phone: Handset;
let inbox: MailSync;
let work: MailSync;
let attic: MailSync;

beforeEach(async () => {
  server = new TestServer();
  server.mailbox.createFolder('Work');
  server.mailbox.createFolder('Attic');
  for (const subject of ['a', 'b', 'c']) server.mailbox.deliver('Inbox', sampleMail(subject));
  phone = server.handset();
  const Folders = (await phone.ask('FolderSync', { SyncKey: '0' })).Changes?.Add;
  const idOf = (name: string) => Folders?.find((folder) => folder.DisplayName === name)?.ServerId ?? '';
  inbox = await new MailSync(phone, idOf('Inbox')).complete();
  work = await new MailSync(phone, idOf('Work')).complete();
  attic = await new MailSync(phone, idOf('Attic')).complete();
});
afterEach(() => server.close());

const move = (subject: string, to = work.id, from = inbox.id) => ({
  SrcMsgId: inbox.idOf(subject),
  SrcFldId: from,
  DstFldId: to,
});
const moved = async (...Move: ReturnType<typeof move>[]) =>
  (await phone.ask('MoveItems', { Move })).Response ?? [];

describe('MoveItems', () => {
  it('answers 3 with the new id for success, and neither folder is told of it again (traps 29, 26)', async () => {
    const [response, ...others] = await moved(move('a'));
    expect(others).toEqual([]);
    expect(response).toMatchObject({ SrcMsgId: inbox.idOf('a'), Status: 3 });
    expect(response?.DstMsgId).toMatch(new RegExp(`^${work.id}:`));
    expect(commandsOf(await inbox.sync())).toEqual([]);
    expect(commandsOf(await work.sync())).toEqual([]);
    // The phone goes on under the new id.
    const Change = { ServerId: response!.DstMsgId!, ApplicationData: { Email: { Read: true } } };
    await work.sync({ Commands: [{ Change }] });
    expect(
      server.mailbox.folder('Work').changes({ folder: '', cursor: null, scope: { sinceDay: null }, limit: 9 })
        .changed,
    ).toMatchObject([{ version: 's' }]);
  });

  it('tells each move its own fault: 1 source, 2 destination, 4 the same folder', async () => {
    const unknown = { ...move('a'), SrcMsgId: `${inbox.id}:nothing` };
    const foreign = { ...move('a'), SrcFldId: work.id };
    const responses = await moved(unknown, foreign, move('a', 'm99'), move('b', inbox.id), move('c'));
    expect(responses.map(({ Status }) => Status)).toEqual([1, 1, 2, 4, 3]);
    expect(responses.slice(0, 4).every(({ DstMsgId }) => DstMsgId === undefined)).toBe(true);
  });

  it('repeated because its answer was lost finds the mail where it moved it', async () => {
    const [first] = await moved(move('a'), move('b'));
    const again = await moved(move('a'), move('b'));
    expect(again.map(({ Status }) => Status)).toEqual([3, 3]);
    expect(again[0]).toEqual(first);
  });

  it('of one mail named twice says the same twice', async () => {
    const responses = await moved(move('a'), move('a'));
    expect(responses.map(({ Status }) => Status)).toEqual([3, 3]);
    expect(responses[1]).toEqual(responses[0]);
  });

  it('that breaks down in the middle keeps what is moved from coming back as a new mail', async () => {
    let moves = 0;
    server.fault = (operation) =>
      operation === 'moveItems' && ++moves > 1 ? new BackendError('unavailable', 'down') : null;
    await expect(phone.call('MoveItems', { Move: [move('a'), move('b', attic.id)] })).rejects.toMatchObject({
      kind: 'unavailable',
    });
    server.fault = () => null;
    const again = await moved(move('a'), move('b', attic.id));
    expect(again.map(({ Status }) => Status)).toEqual([3, 3]);
    for (const folder of [inbox, work, attic]) expect(commandsOf(await folder.sync())).toEqual([]);
  });

  it('into a folder that is gone fails with 2, of one that will not have it with 5', async () => {
    server.fault = (operation) =>
      operation === 'moveItems' ? new BackendError('gone', 'no such folder') : null;
    expect((await moved(move('a')))[0]?.Status).toBe(2);
    server.fault = (operation) => (operation === 'moveItems' ? new BackendError('invalid', 'no') : null);
    expect((await moved(move('a')))[0]?.Status).toBe(5);
  });

  it('of more than 1,000 is 103', async () => {
    const Move = Array.from({ length: 1001 }, () => move('a'));
    await expect(phone.call('MoveItems', { Move })).rejects.toMatchObject({ status: 103 });
  });
});
