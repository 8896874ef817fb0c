import { MemorySuggestedContactsStore, MOST_SUGGESTIONS, StoreUnavailable } from '#store';
import { SuggestedContacts } from './index.js';

const own = new Set(['anna@example.org']);
const bert = { address: 'Bert@Example.org ', name: 'Bert' };
const view = {
  protocolVersion: 141,
  bodyPreferences: [],
  mimeSupport: 0,
  mimeTruncation: null,
  detail: 'full',
} as const;

const ask = (cursor: string | null) => ({ folder: 'people', cursor, scope: { sinceDay: null }, limit: 100 });

async function itemsOf(contacts: SuggestedContacts, account = 'anna'): Promise<unknown[]> {
  const backend = contacts.open(account);
  const { changed } = await backend.changes(ask(null));
  const items: unknown[] = [];
  for await (const result of backend.read(
    'people',
    changed.map(({ id }) => id),
    view,
  ))
    items.push('item' in result ? result.item : result);
  return items;
}

describe('suggested contacts', () => {
  it('are the people somebody wrote to, known by name and by how often', async () => {
    const contacts = new SuggestedContacts(new MemorySuggestedContactsStore());
    await contacts.record('anna', [bert], own);
    await contacts.record('anna', [{ address: 'bert@example.org', name: null }], own);
    expect(await itemsOf(contacts)).toEqual([
      { Email1Address: 'bert@example.org', FileAs: 'Bert', WeightedRank: 2 },
    ]);
  });

  it('are nobody else’s, and never oneself', async () => {
    const contacts = new SuggestedContacts(new MemorySuggestedContactsStore());
    await contacts.record('anna', [bert, { address: 'Anna@example.org', name: 'me' }], own);
    await contacts.record('carl', [{ address: 'dora@example.org', name: null }], new Set());
    expect(await itemsOf(contacts)).toHaveLength(1);
    expect(await itemsOf(contacts, 'carl')).toEqual([
      { Email1Address: 'dora@example.org', FileAs: 'dora@example.org', WeightedRank: 1 },
    ]);
  });

  it('do not grow without end: those written to longest ago go', async () => {
    const contacts = new SuggestedContacts(new MemorySuggestedContactsStore());
    for (let i = 0; i <= MOST_SUGGESTIONS; i++)
      await contacts.record('anna', [{ address: `p${i}@example.org`, name: null }], own);
    const items = await itemsOf(contacts);
    expect(items).toHaveLength(MOST_SUGGESTIONS);
    expect(items).not.toContainEqual(expect.objectContaining({ Email1Address: 'p0@example.org' }));
  });

  it('are told once: a feed without news is empty, and one more mail changes one person', async () => {
    const contacts = new SuggestedContacts(new MemorySuggestedContactsStore());
    await contacts.record('anna', [bert, { address: 'dora@example.org', name: null }], own);
    const backend = contacts.open('anna');
    const first = await backend.changes(ask(null));
    expect((await backend.changes(ask(first.cursor))).changed).toEqual([]);
    await contacts.record('anna', [bert], own);
    const second = await backend.changes(ask(first.cursor));
    const before = new Set(first.changed.map(({ version }) => version));
    expect(second.changed.filter(({ version }) => !before.has(version))).toHaveLength(1);
  });

  it('wake a waiting phone', async () => {
    const contacts = new SuggestedContacts(new MemorySuggestedContactsStore());
    const told: unknown[] = [];
    const watch = await contacts.open('anna').watch(['people'], (notice) => told.push(notice));
    await contacts.record('anna', [bert], own);
    expect(told).toEqual([{ folders: ['people'] }]);
    await watch.close();
    await contacts.record('anna', [bert], own);
    expect(told).toHaveLength(1);
  });

  it('neither fail a mail nor sign anybody out when the database is away', async () => {
    const down = (): Promise<never> => Promise.reject(new StoreUnavailable('down'));
    const contacts = new SuggestedContacts({ record: down, list: down });
    await contacts.record('anna', [bert], own);
    await expect(contacts.open('anna').changes(ask(null))).rejects.toMatchObject({ kind: 'unavailable' });
  });
});
