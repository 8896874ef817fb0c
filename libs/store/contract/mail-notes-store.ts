import type { MailNotesStore, NotedRow } from '../mail-notes.js';

/** What every MailNotesStore promises. `open` gives one that may hold other tests' data. */
export function mailNotesStoreContract(name: string, open: () => Promise<MailNotesStore>): void {
  describe(`mail notes store contract: ${name}`, () => {
    let store: MailNotesStore;
    let account: string;
    let serial = 0;
    const due = { Status: 2, DueDate: '2026-12-01T00:00:00.000Z', Subject: 'ä"\\\u2028' };
    const verb = { verb: 2, at: '2026-11-22T12:00:00.000Z' };
    const rowOf = async (folder: string, item: string): Promise<NotedRow | undefined> =>
      (await store.find(account, folder, [item])).find((row) => row.item === item);

    beforeEach(async () => {
      store = await open();
      account = `${name} ${process.pid} ${Date.now()}/user${(serial += 1)}`;
    });

    it('finds what was put, by account, folder and item', async () => {
      const revision = await store.put(account, 'Inbox', 'a', { followUp: due });
      await store.put(account, 'Inbox', 'b', { lastVerb: verb });
      await store.put(account, 'Work', 'a', { lastVerb: verb });
      const row = { item: 'a', stable: null, followUp: due, lastVerb: null, revision, gone: false };
      expect(await store.find(account, 'Inbox', ['a', 'c'])).toEqual([row]);
      expect(await store.find(`${account}x`, 'Inbox', ['a'])).toEqual([]);
    });

    it('changes one part and leaves the other, so that two phones at once lose nothing', async () => {
      await Promise.all([
        store.put(account, 'Inbox', 'a', { followUp: due }),
        store.put(account, 'Inbox', 'a', { lastVerb: verb }),
      ]);
      expect(await rowOf('Inbox', 'a')).toMatchObject({ followUp: due, lastVerb: verb });
      await store.put(account, 'Inbox', 'a', { followUp: null });
      expect(await rowOf('Inbox', 'a')).toMatchObject({ followUp: null, lastVerb: verb });
    });

    it('forgets a note of which nothing is left, and never uses a revision twice', async () => {
      const revisions = new Set<string | null>();
      for (let round = 0; round < 3; round++) {
        revisions.add(await store.put(account, 'Inbox', 'a', { followUp: due }));
        revisions.add(await store.put(account, 'Inbox', 'a', { followUp: due }));
        expect(await store.put(account, 'Inbox', 'a', { followUp: null })).toBeNull();
        expect(await rowOf('Inbox', 'a')).toBeUndefined();
      }
      expect(revisions.size).toBe(6);
      for (const revision of revisions) expect(revision).toMatch(/^[0-9a-z]{1,13}$/);
      expect(await store.put(account, 'Inbox', 'never', { followUp: null })).toBeNull();
    });

    it('a replaced mail keeps its stable id and its note, however often', async () => {
      await store.put(account, 'Drafts', 's', { followUp: due });
      const first = await store.replace(account, 'Drafts', { stable: 's', from: 's', to: 'l1' });
      const second = await store.replace(account, 'Drafts', { stable: 's', from: 'l1', to: 'l2' });
      expect(first).not.toBe(second);
      expect(await store.find(account, 'Drafts', [])).toEqual([
        { item: 'l2', stable: 's', followUp: due, lastVerb: null, revision: second, gone: false },
      ]);
      expect(await store.aliases(account)).toEqual([{ folder: 'Drafts', item: 'l2', stable: 's' }]);
      await store.put(account, 'Drafts', 'l2', { followUp: null });
      expect(await rowOf('Drafts', 'l2')).toMatchObject({ stable: 's', followUp: null });
    });

    it('of two who replace the same mail at once one is told that he was late', async () => {
      for (const from of ['s', 'l0']) {
        const done = await Promise.all(
          ['x', 'y'].map((to) =>
            store.replace(account, 'Drafts', { stable: 's', from, to: from === 's' ? `l0` : to }),
          ),
        );
        expect(done.filter((revision) => revision !== null)).toHaveLength(1);
      }
      expect(await store.find(account, 'Drafts', [])).toHaveLength(1);
      expect(await store.replace(account, 'Drafts', { stable: 's', from: 's', to: 'z' })).toBeNull();
    });

    it('notes follow a moved mail, under its new id alone', async () => {
      await store.put(account, 'Inbox', 'a', { followUp: due });
      await store.put(account, 'Inbox', 'b', { lastVerb: verb });
      const moved = new Map([
        ['a', 'a2'],
        ['c', 'c2'],
      ]);
      const revisions = await store.relocate(account, 'Inbox', 'Work', moved);
      expect([...revisions.keys()]).toEqual(['a2']);
      expect(await rowOf('Work', 'a2')).toMatchObject({ followUp: due, revision: revisions.get('a2') });
      expect((await store.find(account, 'Inbox', ['a', 'b'])).map(({ item }) => item)).toEqual(['b']);
      await store.put(account, 'Inbox', 's', { followUp: due });
      await store.replace(account, 'Inbox', { stable: 's', from: 's', to: 'l' });
      // Another phone's feed may tell of the removal before the move has written down where the mail went.
      await store.forget(account, 'Inbox', ['l']);
      await store.relocate(account, 'Inbox', 'Work', new Map([['l', 'l2']]));
      expect(await rowOf('Work', 'l2')).toMatchObject({ followUp: due, stable: null, gone: false });
      expect(await rowOf('Inbox', 'l')).toMatchObject({ stable: 's', gone: true });
    });

    it('a mail that is gone leaves nothing but its stable id, for the phones that still have it', async () => {
      await store.put(account, 'Drafts', 'a', { followUp: due });
      await store.put(account, 'Drafts', 's', { followUp: due });
      await store.replace(account, 'Drafts', { stable: 's', from: 's', to: 'l' });
      await store.forget(account, 'Drafts', ['a', 'l', 'x']);
      expect(await store.find(account, 'Drafts', ['a', 'l'])).toMatchObject([
        { item: 'l', stable: 's', gone: true },
      ]);
      expect(await store.aliases(account)).toEqual([]);
      expect(await store.replace(account, 'Drafts', { stable: 's', from: 'l', to: 'l2' })).toBeNull();
    });

    it('a folder can be forgotten mail by mail', async () => {
      await store.put(account, 'Trash', 'a', { followUp: due });
      await store.put(account, 'Inbox', 'a', { followUp: due });
      await store.forget(account, 'Trash', null);
      expect(await store.find(account, 'Trash', ['a'])).toEqual([]);
      expect(await store.find(account, 'Inbox', ['a'])).toHaveLength(1);
    });

    it('notes follow a renamed folder, over what a folder of that name left behind', async () => {
      await store.put(account, 'A', 'a', { followUp: due });
      await store.put(account, 'A/B', 'b', { followUp: due });
      await store.put(account, 'C', 'a', { lastVerb: verb });
      const paths = new Map([
        ['A', 'C'],
        ['A/B', 'C/B'],
      ]);
      await store.renameFolders(account, paths);
      expect(await rowOf('C', 'a')).toMatchObject({ followUp: due, lastVerb: null });
      expect(await rowOf('C/B', 'b')).toMatchObject({ followUp: due });
      expect(await rowOf('A', 'a')).toBeUndefined();
      await store.forgetFolders(account, ['C', 'C/B']);
      expect(await rowOf('C', 'a')).toBeUndefined();
    });

    it('keeps each keyword and each name of a category once', async () => {
      expect(await store.addCategory(account, { keyword: 'Two_words', name: 'Two words' })).toBe(true);
      expect(await store.addCategory(account, { keyword: 'Two_words', name: 'Two  words' })).toBe(false);
      expect(await store.addCategory(account, { keyword: 'Two_words_2', name: 'Two words' })).toBe(false);
      expect(await store.addCategory(account, { keyword: 'Buero_', name: 'Büro, "Süd"' })).toBe(true);
      expect(await store.addCategory(`${account}x`, { keyword: 'Two_words', name: 'Two words' })).toBe(true);
      expect((await store.categories(account)).map(({ name }) => name).sort()).toEqual([
        'Büro, "Süd"',
        'Two words',
      ]);
    });
  });
}
