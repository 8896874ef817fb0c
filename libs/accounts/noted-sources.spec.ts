import { canUpdateState } from '#backend';
import { sampleMail, plainView } from '#backend/contract';
import { MemoryBackend, MemoryMailbox } from '#backends/memory';
import { silentLog } from '#ops';
import { MemoryMailNotesStore } from '#store';
import type { Account } from './account.js';
import { notedSources } from './noted-sources.js';
import type { TenantSources } from './sources.js';

it('what a source cannot keep is kept for each account by itself', async () => {
  const mailbox = new MemoryMailbox();
  const id = mailbox.deliver('Inbox', sampleMail('a'));
  const plain: TenantSources = {
    itemClasses: ['Email'],
    open: async () => new MemoryBackend(mailbox),
    openService: async () => null,
    close: async () => undefined,
  };
  const sources = notedSources(plain, new MemoryMailNotesStore(), silentLog);
  const account = (user: string): Account => ({ key: `t/${user}`, user, tenant: { name: 't' } }) as Account;
  const [ann, again, eve] = await Promise.all(
    ['ann', 'ann', 'eve'].map((user) => sources.open('Email', account(user))),
  );
  if (!ann || !again || !eve || !canUpdateState(ann)) throw new Error('cannot');
  const due = { Status: 2, FlagType: 'Flag for follow up', DueDate: new Date(0) };
  await ann.updateState('Inbox', id, { flagStatus: 2, followUp: due });
  const flags: unknown[] = [];
  for (const backend of [again, eve])
    for await (const result of backend.read('Inbox', [id], plainView))
      flags.push('item' in result && result.item.Flag);
  expect(flags).toEqual([due, { Status: 2, FlagType: 'for Follow Up' }]);
});
