import { canEditFolders, canEmptyFolder, type FolderEditor } from '../abilities.js';
import type { BackendFolder } from '../folders.js';
import { type ContractSetup, type Fixture } from './fixture.js';
import { Replica } from './replica.js';
import { runWith } from './run-with.js';
import { eventually, plainView, sampleMail } from './sample-mail.js';

type Editing = Fixture & { readonly editor: FolderEditor };

/** A test body that gets the backend as what it was declared to be. */
const editing = (setup: ContractSetup, test: (fixture: Editing) => Promise<void>): (() => Promise<void>) =>
  runWith(setup, (fixture) => {
    if (!canEditFolders(fixture.backend)) throw new Error('the backend cannot edit folders');
    return test({ ...fixture, editor: fixture.backend });
  });

const folderAt = async ({ backend }: Fixture, path: string): Promise<BackendFolder | undefined> =>
  (await backend.folders()).find((folder) => folder.path === path);

const pathsOf = async ({ backend }: Fixture): Promise<string[]> =>
  (await backend.folders()).map(({ path }) => path);

/** Subjects of all mails of a folder, once there are so many. */
async function subjects({ backend }: Fixture, folder: string, count: number): Promise<string[]> {
  const replica = new Replica(backend, folder);
  await eventually(async () => (await replica.sync(), replica.ids.length === count));
  const found: string[] = [];
  for await (const result of backend.read(folder, replica.ids, plainView)) {
    if ('item' in result) found.push(result.item.Subject ?? '');
  }
  return found.sort();
}

const refusal = (kind: string, reason?: string): object => ({
  name: 'BackendError',
  kind,
  ...(reason === undefined ? {} : { reason }),
});

const isGone = async ({ backend }: Fixture, folder: string): Promise<void> =>
  expect(
    backend.changes({ folder, cursor: null, scope: { sinceDay: null }, limit: 1 }),
  ).rejects.toMatchObject(refusal('gone'));

export function folderEditorContract(setup: ContractSetup): void {
  const { features } = setup;
  describe('folder abilities', () => {
    it(
      'are exactly those that were declared',
      runWith(setup, async ({ backend }) => {
        expect(features.editFolders).toBe(canEditFolders(backend));
        expect(features.emptyFolder).toBe(canEmptyFolder(backend));
      }),
    );
    if (features.editFolders) {
      createContract(setup);
      refusalContract(setup);
      moveContract(setup);
      deleteContract(setup);
    }
    if (features.emptyFolder) emptyContract(setup);
  });
}

/** Names that break what does not encode, quote or fold them right. */
const names = [
  'Rechnungen & Quittungen für Äpfel',
  'חשבוניות',
  '日本語 📮',
  '&AOQ-',
  '~peter "the great" \\ (1*) %',
];

function createContract(setup: ContractSetup): void {
  it(
    'createFolder makes a folder as the listing shows it from then on, for mail of its own',
    editing(setup, async (fixture) => {
      const created = await fixture.editor.createFolder(null, 'Fresh', 'Email');
      expect(created).toMatchObject({ name: 'Fresh', parent: null, selectable: true, readOnly: false });
      expect(await folderAt(fixture, created.path)).toEqual(created);
      await fixture.deliver(created.path, sampleMail('first'));
      expect(await subjects(fixture, created.path, 1)).toEqual(['first']);
    }),
  );

  it(
    'createFolder keeps names of every script, with signs that mean something to the source',
    editing(setup, async (fixture) => {
      for (const name of names.filter((each) => !fixture.unnameable?.test(each))) {
        const created = await fixture.editor.createFolder(null, name, 'Email');
        expect(created).toMatchObject({ name, parent: null });
        expect(await folderAt(fixture, created.path)).toEqual(created);
      }
    }),
  );

  if (setup.features.nestedFolders) {
    it(
      'createFolder builds deep trees, which are listed parents first',
      editing(setup, async (fixture) => {
        let parent: string | null = null;
        const made: string[] = [];
        for (const name of ['Größe', 'b', 'c', 'd', 'e', 'f']) {
          const created: BackendFolder = await fixture.editor.createFolder(parent, name, 'Email');
          expect(created).toMatchObject({ parent, name });
          made.push((parent = created.path));
        }
        const paths = await pathsOf(fixture);
        expect(paths.filter((path) => made.includes(path))).toEqual(made);
      }),
    );
  }
}

function refusalContract(setup: ContractSetup): void {
  it(
    'createFolder refuses what can be no name, and leaves nothing behind',
    editing(setup, async (fixture) => {
      const before = await pathsOf(fixture);
      const { delimiter } = fixture;
      const wrong = ['', '  ', 'a\0b', 'a\r\nb', 'tab\tbed', '\u0085', 'x'.repeat(2_000)];
      if (delimiter !== null) wrong.push(`a${delimiter}b`, delimiter, `${delimiter}a`, `a${delimiter}`);
      for (const name of wrong) {
        await expect(fixture.editor.createFolder(null, name, 'Email')).rejects.toMatchObject(
          refusal('invalid'),
        );
      }
      expect(await pathsOf(fixture)).toEqual(before);
    }),
  );

  it(
    'createFolder and moveFolder tell a sibling of that name, and a parent that is not there',
    editing(setup, async (fixture) => {
      const { editor, inbox } = fixture;
      const first = await editor.createFolder(null, 'Übung', 'Email');
      const other = await editor.createFolder(null, 'Other', 'Email');
      const exists = refusal('conflict', 'exists');
      await expect(editor.createFolder(null, 'Übung', 'Email')).rejects.toMatchObject(exists);
      await expect(editor.createFolder(null, 'inbox', 'Email')).rejects.toMatchObject(exists);
      await expect(editor.moveFolder(other.path, null, 'Übung')).rejects.toMatchObject(exists);
      await editor.deleteFolder(first.path);
      await expect(editor.createFolder(first.path, 'x', 'Email')).rejects.toMatchObject(refusal('gone'));
      await expect(editor.moveFolder(other.path, first.path, 'x')).rejects.toMatchObject(refusal('gone'));
      await expect(editor.moveFolder(first.path, null, 'x')).rejects.toMatchObject(refusal('gone'));
      await expect(editor.deleteFolder(first.path)).rejects.toMatchObject(refusal('gone'));
      expect(await folderAt(fixture, inbox)).toMatchObject({ role: 'inbox' });
      expect(await folderAt(fixture, other.path)).toMatchObject({ name: 'Other' });
    }),
  );

  it(
    'moveFolder refuses what can be no name, a move into itself, and the Inbox',
    editing(setup, async (fixture) => {
      const { editor, inbox, delimiter } = fixture;
      const { path } = await editor.createFolder(null, 'Outer', 'Email');
      const wrong = ['', 'a\nb', ...(delimiter === null ? [] : [`a${delimiter}b`])];
      for (const name of wrong) {
        await expect(editor.moveFolder(path, null, name)).rejects.toMatchObject(refusal('invalid'));
      }
      await expect(editor.moveFolder(path, path, 'x')).rejects.toMatchObject(refusal('invalid'));
      await expect(editor.moveFolder(inbox, null, 'x')).rejects.toMatchObject(refusal('invalid'));
      await expect(editor.deleteFolder(inbox)).rejects.toMatchObject(refusal('invalid'));
      if (!setup.features.nestedFolders) return;
      const inner = await editor.createFolder(path, 'Inner', 'Email');
      await expect(editor.moveFolder(path, inner.path, 'x')).rejects.toMatchObject(refusal('invalid'));
      expect(await pathsOf(fixture)).toEqual(expect.arrayContaining([inbox, path, inner.path]));
    }),
  );
}

function moveContract(setup: ContractSetup): void {
  it(
    'moveFolder keeps the mail and the identity, and the old path is gone, even of a folder in use',
    editing(setup, async (fixture) => {
      const { editor } = fixture;
      const before = await editor.createFolder(null, 'Before', 'Email');
      await fixture.deliver(before.path, sampleMail('comes along'));
      expect(await subjects(fixture, before.path, 1)).toEqual(['comes along']);
      const path = await editor.moveFolder(before.path, null, 'Später & mehr');
      expect(await folderAt(fixture, path)).toMatchObject({
        name: 'Später & mehr',
        parent: null,
        identity: before.identity,
      });
      expect(await pathsOf(fixture)).not.toContain(before.path);
      await isGone(fixture, before.path);
      expect(await subjects(fixture, path, 1)).toEqual(['comes along']);
      await fixture.deliver(path, sampleMail('later'));
      expect(await subjects(fixture, path, 2)).toEqual(['comes along', 'later']);
    }),
  );

  it(
    'moveFolder to where the folder is already changes nothing',
    editing(setup, async (fixture) => {
      const folder = await fixture.editor.createFolder(null, 'Still', 'Email');
      expect(await fixture.editor.moveFolder(folder.path, null, 'Still')).toBe(folder.path);
      expect(await folderAt(fixture, folder.path)).toEqual(folder);
    }),
  );

  if (!setup.features.nestedFolders) return;
  it(
    'moveFolder takes along all that is below, under another parent and back to the top',
    editing(setup, async (fixture) => {
      const { editor } = fixture;
      const home = await editor.createFolder(null, 'Home', 'Email');
      const top = await editor.createFolder(null, 'Top', 'Email');
      const middle = await editor.createFolder(top.path, 'Mitte', 'Email');
      const leaf = await editor.createFolder(middle.path, 'Leaf', 'Email');
      // A name that only begins alike does not follow.
      const alike = await editor.createFolder(null, 'Topper', 'Email');
      await fixture.deliver(leaf.path, sampleMail('in the leaf'));
      expect(await subjects(fixture, leaf.path, 1)).toEqual(['in the leaf']);
      for (const parent of [home.path, null]) {
        const now = (await fixture.backend.folders()).find(({ identity, name }) =>
          top.identity === null ? name.startsWith('Moved') || name === 'Top' : identity === top.identity,
        );
        const moved = await editor.moveFolder(now!.path, parent, parent === null ? 'Moved again' : 'Moved');
        const folders = await fixture.backend.folders();
        const of = (name: string): BackendFolder => folders.find((folder) => folder.name === name)!;
        expect(folders.find(({ path }) => path === moved)).toMatchObject({ parent, identity: top.identity });
        expect(of('Mitte')).toMatchObject({ parent: moved, identity: middle.identity });
        expect(of('Leaf')).toMatchObject({ parent: of('Mitte').path, identity: leaf.identity });
        expect(await subjects(fixture, of('Leaf').path, 1)).toEqual(['in the leaf']);
        expect(folders).toContainEqual(alike);
      }
      await isGone(fixture, leaf.path);
    }),
  );
}

function deleteContract(setup: ContractSetup): void {
  it(
    'deleteFolder takes the mail along, and a folder made again under the name is another one',
    editing(setup, async (fixture) => {
      const { editor } = fixture;
      const first = await editor.createFolder(null, 'Phoenix', 'Email');
      await fixture.deliver(first.path, sampleMail('burns'));
      const replica = new Replica(fixture.backend, first.path);
      await eventually(async () => (await replica.sync(), replica.ids.length === 1));
      await editor.deleteFolder(first.path);
      await isGone(fixture, first.path);
      const second = await editor.createFolder(null, 'Phoenix', 'Email');
      if (setup.features.folderIdentity) expect(second.identity).not.toBe(first.identity);
      await replica.sync();
      expect(replica.ids).toEqual([]);
    }),
  );

  it(
    'a folder that somebody else deleted and made again is empty, and is another one',
    runWith(setup, async (fixture) => {
      const path = await fixture.createFolder('Passing', null);
      await fixture.deliver(path, sampleMail('goes'));
      const replica = new Replica(fixture.backend, path);
      await eventually(async () => (await replica.sync(), replica.ids.length === 1));
      const before = await folderAt(fixture, path);
      await fixture.deleteFolder(path);
      await fixture.createFolder('Passing', null);
      await eventually(async () => (await replica.sync(), replica.ids.length === 0));
      const after = await folderAt(fixture, path);
      if (setup.features.folderIdentity) expect(after?.identity).not.toBe(before?.identity);
    }),
  );

  if (!setup.features.nestedFolders) return;
  it(
    'deleteFolder deletes all that is below, and nothing beside it',
    editing(setup, async (fixture) => {
      const { editor } = fixture;
      const top = await editor.createFolder(null, 'Doomed', 'Email');
      const inner = await editor.createFolder(top.path, 'Inner', 'Email');
      const leaf = await editor.createFolder(inner.path, 'Leaf', 'Email');
      const alike = await editor.createFolder(null, 'Doomed too', 'Email');
      for (const { path } of [top, leaf]) await fixture.deliver(path, sampleMail('lost'));
      expect(await subjects(fixture, leaf.path, 1)).toEqual(['lost']);
      await editor.deleteFolder(top.path);
      const paths = await pathsOf(fixture);
      for (const { path } of [top, inner, leaf]) expect(paths).not.toContain(path);
      expect(paths).toContain(alike.path);
      await isGone(fixture, leaf.path);
    }),
  );
}

function emptyContract(setup: ContractSetup): void {
  it(
    'emptyFolder deletes what is there, may be asked twice, and leaves the folders below',
    runWith(setup, async (fixture) => {
      const { backend } = fixture;
      if (!canEmptyFolder(backend)) throw new Error('cannot');
      const full = await fixture.createFolder('Full', null);
      const below = setup.features.nestedFolders ? await fixture.createFolder('Below', full) : null;
      for (const subject of ['a', 'b', 'c']) await fixture.deliver(full, sampleMail(subject), { seen: true });
      if (below !== null) await fixture.deliver(below, sampleMail('stays'));
      const replica = new Replica(backend, full);
      await eventually(async () => (await replica.sync(), replica.ids.length === 3));
      await backend.emptyFolder(full);
      await replica.sync();
      expect(replica.ids).toEqual([]);
      await backend.emptyFolder(full);
      await fixture.deliver(full, sampleMail('new'));
      expect(await subjects(fixture, full, 1)).toEqual(['new']);
      if (below !== null) expect(await subjects(fixture, below, 1)).toEqual(['stays']);
    }),
  );

  it(
    'emptyFolder says gone of a folder that is not there',
    runWith(setup, async (fixture) => {
      const { backend } = fixture;
      if (!canEmptyFolder(backend)) throw new Error('cannot');
      const path = await fixture.createFolder('Old', null);
      await fixture.deleteFolder(path);
      await expect(backend.emptyFolder(path)).rejects.toMatchObject(refusal('gone'));
    }),
  );
}
