import { canEditFolders, type FolderEditor } from '../abilities.js';
import type { PimClass } from '../item-writer.js';
import type { PimContractSetup, PimFixture } from './pim-fixture.js';
import { refused, withPhone } from './pim-phone.js';

function editorOf({ backend }: PimFixture): FolderEditor {
  if (!canEditFolders(backend)) throw new Error('the backend cannot edit folders');
  return backend;
}

const pathsOf = async ({ backend }: PimFixture): Promise<string[]> =>
  (await backend.folders()).map(({ path }) => path);

export function pimFolderContract<C extends PimClass>(setup: PimContractSetup<C>): void {
  const { features, samples } = setup;
  describe('folders', () => {
    it(
      'are of the class alone, one of them the default one at most, parents first',
      withPhone(setup, async (_, fixture) => {
        if (!features.fixed) await fixture.addFolder('Second');
        const folders = await fixture.backend.folders();
        expect(folders.map(({ path }) => path)).toContain(fixture.folder);
        expect(folders.filter(({ itemClass }) => itemClass !== samples.itemClass)).toEqual([]);
        expect(folders.filter(({ role }) => role === 'default').length).toBeLessThanOrEqual(1);
        const paths = folders.map(({ path }) => path);
        expect(new Set(paths).size).toBe(paths.length);
        for (const [index, { parent }] of folders.entries()) {
          if (parent !== null) expect(paths.slice(0, index)).toContain(parent);
        }
      }),
    );

    if (!features.fixed) {
      it(
        'that somebody else makes and removes come and go',
        withPhone(setup, async (_, fixture) => {
          const path = await fixture.addFolder('Passing');
          expect(await pathsOf(fixture)).toContain(path);
          await fixture.removeFolder(path);
          expect(await pathsOf(fixture)).not.toContain(path);
        }),
      );
    }

    it(
      'can be edited exactly if that was declared',
      withPhone(setup, async (_, { backend }) => expect(canEditFolders(backend)).toBe(features.editFolders)),
    );
    if (features.editFolders) editingContract(setup);
  });
}

function editingContract<C extends PimClass>(setup: PimContractSetup<C>): void {
  const { itemClass } = setup.samples;
  it(
    'are created, renamed with all that is in them, and deleted',
    withPhone(setup, async (phone, fixture) => {
      const editor = editorOf(fixture);
      const created = await editor.createFolder(null, 'Früher & später', itemClass);
      expect(created).toMatchObject({
        name: 'Früher & später',
        itemClass,
        selectable: true,
        readOnly: false,
      });
      expect((await fixture.backend.folders()).find(({ path }) => path === created.path)).toEqual(created);
      await phone.in(created.path).create('Comes along');
      await phone.in(created.path).has('Comes along');
      const path = await editor.moveFolder(created.path, created.parent, 'Renamed');
      const renamed = (await fixture.backend.folders()).find((folder) => folder.path === path);
      expect(renamed).toMatchObject({ name: 'Renamed', identity: created.identity });
      await phone.in(path).has('Comes along');
      await editor.deleteFolder(path);
      expect(await pathsOf(fixture)).not.toContain(path);
      await expect(editor.deleteFolder(path)).rejects.toMatchObject(refused('gone'));
      await expect(editor.moveFolder(path, null, 'x')).rejects.toMatchObject(refused('gone'));
      await expect(phone.in(path).create('x')).rejects.toMatchObject(refused('gone'));
    }),
  );

  it(
    'are not created without a name, with that of a sibling, or for another class',
    withPhone(setup, async (_, fixture) => {
      const editor = editorOf(fixture);
      const before = await pathsOf(fixture);
      for (const name of ['', '  ', 'a\0b', 'a\r\nb']) {
        await expect(editor.createFolder(null, name, itemClass)).rejects.toMatchObject(refused('invalid'));
      }
      await expect(editor.createFolder(null, 'x', 'Email')).rejects.toMatchObject(refused('unsupported'));
      expect(await pathsOf(fixture)).toEqual(before);
      await editor.createFolder(null, 'Taken', itemClass);
      await expect(editor.createFolder(null, 'Taken', itemClass)).rejects.toMatchObject(
        refused('conflict', 'exists'),
      );
    }),
  );
}
