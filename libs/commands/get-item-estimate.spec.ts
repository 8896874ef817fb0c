import { sampleMail } from '#backend/contract';
import { MailSync, TestServer } from './testing/index.js';

let server: TestServer;
beforeEach(() => (server = new TestServer()));
afterEach(() => server.close());

const day = 86_400_000;

describe('GetItemEstimate', () => {
  it('counts what the next Sync would bring, and changes nothing', async () => {
    const phone = server.handset();
    await phone.ask('FolderSync', { SyncKey: '0' });
    for (const subject of ['a', 'b', 'c']) server.mailbox.deliver('Inbox', sampleMail(subject));
    const inbox = new MailSync(phone);
    await inbox.sync();
    const estimate = async () => {
      const Collection = [{ SyncKey: inbox.key, CollectionId: 'm1' }];
      return (await phone.ask('GetItemEstimate', { Collections: { Collection } })).Response;
    };
    const three = [{ Status: 1, Collection: { CollectionId: 'm1', Estimate: 3 } }];
    expect(await estimate()).toEqual(three);
    expect(await estimate()).toEqual(three);
    await inbox.sync({ WindowSize: 1 });
    expect(await estimate()).toEqual([{ Status: 1, Collection: { CollectionId: 'm1', Estimate: 2 } }]);
    while ((await inbox.sync())?.MoreAvailable === true);
    expect(await estimate()).toEqual([{ Status: 1, Collection: { CollectionId: 'm1', Estimate: 0 } }]);
    expect(inbox.has.size).toBe(3);
  });

  it('tells each collection its own fault: 2 unknown, 3 not primed, 4 a bad key (trap 29)', async () => {
    const phone = server.handset();
    server.mailbox.createFolder('Other');
    await phone.ask('FolderSync', { SyncKey: '0' });
    await new MailSync(phone).sync();
    const { Response } = await phone.ask('GetItemEstimate', {
      Collections: {
        Collection: [
          { SyncKey: 'x', CollectionId: 'm99' },
          { SyncKey: 'x', CollectionId: 'Calendar::old', Options: [{ FilterType: 6 }] },
          { SyncKey: '0', CollectionId: 'm1' },
          { SyncKey: 'epoch00000-1', CollectionId: 'm2' },
          { CollectionId: 'm2' },
          { SyncKey: 'epoch99999-1', CollectionId: 'm1' },
        ],
      },
    });
    expect(Response?.map(({ Status }) => Status)).toEqual([2, 2, 3, 3, 3, 4]);
  });

  it('judges by the filter asked for, in Options, or beside the key up to 12.1', async () => {
    for (const version of [121, 141]) {
      const phone = server.handset({ version, deviceId: `phone${version}` });
      await phone.ask('FolderSync', { SyncKey: '0' });
      server.mailbox.deliver('Inbox', sampleMail('new'), { receivedAt: new Date(server.now) });
      server.mailbox.deliver('Inbox', sampleMail('old'), { receivedAt: new Date(server.now - 9 * day) });
      const inbox = new MailSync(phone);
      await inbox.sync();
      const about = { SyncKey: inbox.key, CollectionId: 'm1' };
      const filter = version < 140 ? { Class: 'Email', FilterType: 3 } : { Options: [{ FilterType: 3 }] };
      const estimateOf = async (more: object) =>
        (await phone.ask('GetItemEstimate', { Collections: { Collection: [{ ...about, ...more }] } }))
          .Response?.[0]?.Collection?.Estimate;
      const all = await estimateOf({});
      expect(await estimateOf(filter)).toBe((all ?? 0) / 2);
    }
  });

  it('refuses a filter of another class by 110, one of none by 103 (MS-ASCMD 2.2.3.68.1)', async () => {
    const phone = server.handset();
    const asked = (FilterType: number, handset = phone) =>
      handset.call('GetItemEstimate', {
        Collections: {
          Collection: [
            handset.version < 140
              ? { SyncKey: 'x', CollectionId: 'm1', FilterType }
              : { SyncKey: 'x', CollectionId: 'm1', Options: [{ FilterType }] },
          ],
        },
      });
    await expect(asked(6)).rejects.toMatchObject({ status: 110 });
    await expect(asked(8)).rejects.toMatchObject({ status: 110 });
    await expect(asked(9)).rejects.toMatchObject({ status: 103 });
    // 110 would be HTTP 500 to a phone of 12.1.
    await expect(asked(6, server.handset({ version: 121 }))).rejects.toMatchObject({ status: 103 });
  });

  it('of more collections than there can be is 103', async () => {
    const Collection = Array.from({ length: 1001 }, (_, index) => ({
      SyncKey: '1',
      CollectionId: `m${index}`,
    }));
    await expect(
      server.handset().call('GetItemEstimate', { Collections: { Collection } }),
    ).rejects.toMatchObject({ status: 103 });
  });
});
