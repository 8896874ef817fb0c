import { type ContractSetup } from './fixture.js';
import { runWith } from './run-with.js';

export function folderContract(setup: ContractSetup): void {
  const { features } = setup;
  describe('folders', () => {
    it(
      'has one inbox, in which mail can be',
      runWith(setup, async ({ backend, inbox }) => {
        const inboxes = (await backend.folders()).filter(({ role }) => role === 'inbox');
        expect(inboxes).toEqual([
          expect.objectContaining({ path: inbox, itemClass: 'Email', selectable: true }),
        ]);
      }),
    );

    it(
      'shows a folder that somebody else made, under the name the user reads',
      runWith(setup, async ({ backend, createFolder }) => {
        const path = await createFolder('Bücher & Größe', null);
        const folder = (await backend.folders()).find((candidate) => candidate.path === path);
        expect(folder).toMatchObject({ name: 'Bücher & Größe', parent: null, selectable: true });
      }),
    );

    it(
      'forgets a deleted folder, and says gone when it is asked for',
      runWith(setup, async ({ backend, createFolder, deleteFolder }) => {
        const path = await createFolder('Old', null);
        await deleteFolder(path);
        expect((await backend.folders()).map((folder) => folder.path)).not.toContain(path);
        const request = { folder: path, cursor: null, scope: { sinceDay: null }, limit: 10 };
        await expect(backend.changes(request)).rejects.toMatchObject({ name: 'BackendError', kind: 'gone' });
      }),
    );

    it(
      'gives every role once at most',
      runWith(setup, async ({ backend, createFolder }) => {
        for (const name of ['Sent', 'Gesendet', 'Trash', 'Entwürfe']) await createFolder(name, null);
        const roles = (await backend.folders()).flatMap(({ role }) => role ?? []);
        expect(new Set(roles).size).toBe(roles.length);
      }),
    );

    if (features.nestedFolders) {
      it(
        'names parents before their children, and every parent that is named exists',
        runWith(setup, async ({ backend, createFolder }) => {
          const outer = await createFolder('Outer', null);
          const inner = await createFolder('Inner', outer);
          const folders = await backend.folders();
          const seen = new Set<string>();
          for (const { path, parent } of folders) {
            if (parent !== null) expect(seen).toContain(parent);
            seen.add(path);
          }
          expect(folders.find(({ path }) => path === inner)).toMatchObject({ parent: outer, name: 'Inner' });
        }),
      );
    }

    it(
      'follows a rename',
      runWith(setup, async ({ backend, createFolder, renameFolder }) => {
        const before = await createFolder('Before', null);
        const identity = (await backend.folders()).find(({ path }) => path === before)?.identity;
        const after = await renameFolder(before, 'After');
        const folders = await backend.folders();
        const renamed = folders.find(({ path }) => path === after);
        expect(folders.map(({ path }) => path)).not.toContain(before);
        expect(renamed).toMatchObject({ name: 'After' });
        expect(identity === null).toBe(!features.folderIdentity);
        expect(renamed?.identity).toBe(identity);
      }),
    );
  });
}
