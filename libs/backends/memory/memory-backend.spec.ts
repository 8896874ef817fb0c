import { CursorInvalid } from '#backend';
import { backendContract, eventually, plainView, Replica, sampleMail } from '#backend/contract';
import { MemoryBackend, MemoryFactory, MemoryMailbox } from './index.js';
import { threadIdOf } from './search.js';
import { memoryFeatures, memoryFixture } from './testing/index.js';

backendContract('memory', { features: memoryFeatures, start: memoryFixture });

it('opens nothing to who has neither the password nor a token', async () => {
  const factory = new MemoryFactory(new Map([['ada', { password: 'right', mailbox: new MemoryMailbox() }]]));
  await expect(factory.open({ user: 'ada', isVouched: true })).rejects.toMatchObject({ kind: 'auth' });
  await expect(factory.open({ user: 'ada', password: 'wrong' })).rejects.toMatchObject({ kind: 'auth' });
  await (await factory.open({ user: 'ada', accessToken: 'judged' })).close();
});

describe('a mailbox in memory', () => {
  it('refuses cursors from before its history', async () => {
    const mailbox = new MemoryMailbox();
    const replica = new Replica(new MemoryBackend(mailbox), 'Inbox');
    await replica.sync();
    mailbox.deliver('Inbox', sampleMail('one'));
    mailbox.folder('Inbox').forgetHistory();
    await expect(replica.page(10)).rejects.toBeInstanceOf(CursorInvalid);
  });

  it('tells an unreadable mail from the readable ones around it', async () => {
    const mailbox = new MemoryMailbox();
    const ids = [
      mailbox.deliver('Inbox', sampleMail('one')),
      mailbox.deliver('Inbox', sampleMail('two'), { unreadable: true }),
      mailbox.deliver('Inbox', sampleMail('three')),
    ];
    const kinds: string[] = [];
    for await (const result of new MemoryBackend(mailbox).read('Inbox', ids, plainView)) {
      kinds.push('failure' in result ? result.failure : 'item');
    }
    expect(kinds).toEqual(['item', 'unreadable', 'item']);
  });

  it('knows the mails of a conversation in all folders by the id their items carry', async () => {
    const mailbox = new MemoryMailbox();
    mailbox.createFolder('Sent', 'sent');
    const mail = (header: string): Buffer => Buffer.from(`From: a@example.org\r\n${header}\r\n\r\ntext\r\n`);
    const first = mailbox.deliver('Inbox', mail('Message-ID: <root@x>'));
    const answer = mailbox.deliver('Sent', mail('Message-ID: <2@x>\r\nIn-Reply-To: <root@x>'));
    const third = mailbox.deliver('Inbox', mail('Message-ID: <3@x>\r\nReferences: <root@x> <2@x>'));
    mailbox.deliver('Inbox', mail('Message-ID: <other@x>'));
    const backend = new MemoryBackend(mailbox);
    const id = threadIdOf(mailbox.folder('Inbox').find(third)!);
    expect(await backend.conversation(Buffer.from(id))).toEqual([
      { folder: 'Inbox', id: first },
      { folder: 'Inbox', id: third },
      { folder: 'Sent', id: answer },
    ]);
    expect(await backend.conversation(Buffer.from('unknown'))).toEqual([]);
  });

  it('opens for the right password only', async () => {
    const mailbox = new MemoryMailbox();
    const factory = new MemoryFactory(new Map([['ada', { password: 'secret', mailbox }]]));
    await expect(factory.open({ user: 'ada', password: 'wrong' })).rejects.toMatchObject({ kind: 'auth' });
    await expect(factory.open({ user: 'eve', password: 'secret' })).rejects.toMatchObject({ kind: 'auth' });
    const backend = await factory.open({ user: 'ada', password: 'secret' });
    await eventually(async () => (await backend.folders()).length === 1);
  });
});
