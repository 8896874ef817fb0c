import { mailNotesStoreContract } from './contract/mail-notes-store.js';
import { UNTOUCHED_DAYS } from './mail-notes.js';
import { MemoryMailNotesStore } from './memory-mail-notes-store.js';

const store = new MemoryMailNotesStore();
mailNotesStoreContract('in memory', async () => store);

it('notes that nobody asked for are swept away in the end, those in use stay', async () => {
  let now = 0;
  const aging = new MemoryMailNotesStore(() => now);
  for (const item of ['used', 'orphan']) await aging.put('a', 'Inbox', item, { followUp: {} });
  now += (UNTOUCHED_DAYS - 1) * 86_400_000;
  await aging.find('a', 'Inbox', ['used']);
  now += 2 * 86_400_000;
  await aging.put('a', 'Inbox', 'new', { followUp: {} });
  const left = await aging.find('a', 'Inbox', ['used', 'orphan', 'new']);
  expect(left.map(({ item }) => item)).toEqual(['used', 'new']);
});
