import {
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  unlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PimClass } from '#backend';
import { contactSamples, eventually, everyPimFeature, pimContract, type PimFixture } from '#backend/contract';
import { contactCodec } from '#formats';
import { MemoryNameBook, openObjectBackend } from '#objects';
import { VdirSource } from './vdir-source.js';
import { VdirWatch } from './vdir-watch.js';

const roots: string[] = [];
async function freshRoot(): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'vdir-'));
  roots.push(root);
  return root;
}
afterAll(() => Promise.all(roots.map((root) => rm(root, { recursive: true, force: true }))));

/** Waits until folders that are made from now on are younger: the file system's clock goes in steps. */
async function untilOld(folder: string): Promise<void> {
  const born = async (path: string) => (await stat(path, { bigint: true })).birthtimeNs;
  for (;;) {
    const probe = await mkdtemp(join(tmpdir(), 'vdir-clock-'));
    const isOld = (await born(probe)) > (await born(folder));
    await rm(probe, { recursive: true });
    if (isOld) return;
  }
}

async function fixture(): Promise<PimFixture> {
  const root = await freshRoot();
  await mkdir(join(root, 'people'));
  await untilOld(join(root, 'people'));
  const source = new VdirSource({ root, itemClass: 'Contacts' });
  const owner = async () => ({ identities: [{ address: 'ada@example.org', displayName: 'Ada' }] });
  let handles = 0;
  return {
    backend: openObjectBackend(source, contactCodec, { names: new MemoryNameBook(), owner }),
    folder: 'people',
    add: async (folder, text) => {
      const handle = `object-${(handles += 1)}.vcf`;
      await writeFile(join(root, folder, handle), text);
      return handle;
    },
    replace: (folder, handle, text) => writeFile(join(root, folder, handle), text),
    remove: (folder, handle) => unlink(join(root, folder, handle)),
    texts: async (folder) => {
      const names = (await readdir(join(root, folder))).filter((name) => name.endsWith('.vcf'));
      return Promise.all(names.map((name) => readFile(join(root, folder, name), 'utf8')));
    },
    addFolder: async (name) => {
      await mkdir(join(root, name));
      return name;
    },
    removeFolder: (folder) => rm(join(root, folder), { recursive: true }),
    stop: async () => {},
  };
}

pimContract('a folder of vCards', {
  features: {
    ...everyPimFeature,
    forgetHistory: false,
    expanded: false,
    foreign: false,
    files: false,
    readOnlyFolder: false,
    calendarStore: false,
  },
  samples: contactSamples,
  start: fixture,
});

const card = (name: string): string => `BEGIN:VCARD\nVERSION:3.0\nUID:${name}\nFN:${name}\nEND:VCARD\n`;
const calendar = (...kinds: string[]): string =>
  [
    'BEGIN:VCALENDAR',
    ...kinds.flatMap((kind) => [`BEGIN:${kind}`, `UID:${kind}-1`, `END:${kind}`]),
    'END:VCALENDAR',
    '',
  ].join('\r\n');

async function opened(itemClass: PimClass = 'Contacts', files: Readonly<Record<string, string>> = {}) {
  const root = await freshRoot();
  for (const [path, text] of Object.entries(files)) {
    await mkdir(join(root, path, '..'), { recursive: true });
    await writeFile(join(root, path), text);
  }
  return { root, source: new VdirSource({ root, itemClass }) };
}
const namesIn = async (source: VdirSource, folder: string): Promise<string[]> =>
  (await source.changes(folder, null)).changed.map(({ name }) => name);
const textOf = async (source: VdirSource, folder: string, name: string): Promise<unknown> => {
  for await (const found of source.fetch(folder, [name])) return 'text' in found ? found.text : found.failure;
  return null;
};

describe('collections', () => {
  it('are subfolders with their display names; hidden ones are none', async () => {
    const { source } = await opened('Contacts', {
      'work/a.vcf': card('a'),
      'work/displayname': 'Work people\n',
      '.git/b.vcf': card('b'),
    });
    expect(await source.folders()).toMatchObject([
      { path: 'work', name: 'Work people', role: 'default', parent: null },
    ]);
  });

  it('a root that holds files is one, and so is one that holds nothing', async () => {
    const flat = await opened('Contacts', { 'a.vcf': card('a') });
    expect(await flat.source.folders()).toMatchObject([{ path: '.', name: 'Contacts', role: 'default' }]);
    const empty = await opened();
    expect(await empty.source.folders()).toMatchObject([{ path: '.' }]);
    await empty.source.editor!.createFolder(null, 'More', 'Contacts');
    expect((await empty.source.folders()).map(({ path }) => path)).toEqual(['.', 'More']);
  });

  it('a folder of events is no address book', async () => {
    const { root } = await opened('Contacts', {
      'people/a.vcf': card('a'),
      'plans/b.ics': calendar('VEVENT'),
    });
    const paths = async (itemClass: PimClass) =>
      (await new VdirSource({ root, itemClass }).folders()).map(({ path }) => path);
    expect(await paths('Contacts')).toEqual(['people']);
    expect(await paths('Calendar')).toEqual(['plans']);
  });

  it('keep their identity when they are renamed, also to a name no folder can have', async () => {
    const { source } = await opened('Contacts', { 'a/a.vcf': card('a'), 'b/b.vcf': card('b') });
    const before = (await source.folders()).find(({ role }) => role === null)!;
    const path = await source.editor!.moveFolder(before.path, null, 'c:\\d');
    const after = (await source.folders()).find((folder) => folder.path === path)!;
    expect(after).toMatchObject({ name: 'c:\\d', identity: before.identity });
    expect(await namesIn(source, path)).toHaveLength(1);
  });

  it('that hold files of others are not deleted', async () => {
    const { source, root } = await opened('Contacts', {
      'a/a.vcf': card('a'),
      'b/b.vcf': card('b'),
      'b/letter.odt': 'x',
    });
    await writeFile(join(root, 'a', 'letter.odt'), 'x');
    const [, second] = await source.folders();
    await expect(source.editor!.deleteFolder(second!.path)).rejects.toMatchObject({ kind: 'invalid' });
    expect(await namesIn(source, second!.path)).toHaveLength(1);
  });
});

describe('objects', () => {
  it('of one folder belong to the class of their component, broken ones to every class', async () => {
    const { root } = await opened('Calendar', {
      'all/event.ics': calendar('VEVENT'),
      'all/task.ics': calendar('VTODO'),
      'all/both.ics': calendar('VEVENT', 'VTODO'),
      'all/note.ics': calendar('VJOURNAL'),
      'all/broken.ics': 'x',
    });
    const names = (itemClass: PimClass) => namesIn(new VdirSource({ root, itemClass }), 'all');
    expect(await names('Calendar')).toEqual(['both.ics', 'broken.ics', 'event.ics']);
    expect(await names('Tasks')).toEqual(['both.ics', 'broken.ics', 'task.ics']);
    expect(await names('Notes')).toEqual(['broken.ics', 'note.ics']);
  });

  it('hidden, temporary and foreign files are none', async () => {
    const { source } = await opened('Contacts', {
      'a/a.VCF': card('a'),
      'a/.b.vcf': card('b'),
      'a/c.vcf~': card('c'),
      'a/d.txt': 'x',
      'a/e.vcf.tmp': card('e'),
      'a/.vcf': card('f'),
      'a/g.vcf/x.txt': 'a folder',
    });
    expect(await namesIn(source, 'a')).toEqual(['a.VCF']);
  });

  it('links are followed within the root, and never out of it', async () => {
    const { source, root } = await opened('Contacts', { 'a/a.vcf': card('a'), 'b/b.vcf': card('b') });
    const outside = join(await freshRoot(), 'secret.vcf');
    await writeFile(outside, card('secret'));
    await symlink(outside, join(root, 'a', 'out.vcf'));
    await symlink(join(root, 'b', 'b.vcf'), join(root, 'a', 'in.vcf'));
    expect(await namesIn(source, 'a')).toEqual(['a.vcf', 'in.vcf']);
    expect(await textOf(source, 'a', 'out.vcf')).toBeNull();
    expect(await textOf(source, 'a', 'in.vcf')).toBe(card('b'));
  });

  it.each(['../a', '..', 'a/b', '/etc', '.hidden', 'a\0b', ''])(
    'nobody gets out by the folder %j',
    async (folder) => {
      const { source } = await opened('Contacts', { 'a/a.vcf': card('a') });
      await expect(source.changes(folder, null)).rejects.toMatchObject({ kind: 'gone' });
      await expect(source.put(folder, 'x.vcf', card('x'), null)).rejects.toMatchObject({ kind: 'gone' });
    },
  );

  it.each(['../x.vcf', 'a/x.vcf', '.x.vcf', 'x.txt', 'x\0.vcf', '.vcf'])(
    'nor by the name %j',
    async (name) => {
      const { source } = await opened('Contacts', { 'a/a.vcf': card('a') });
      await expect(source.put('a', name, card('x'), null)).rejects.toMatchObject({ kind: 'invalid' });
      await expect(source.remove('a', name, null)).rejects.toMatchObject({ kind: 'invalid' });
      expect(await textOf(source, 'a', name)).toBeNull();
    },
  );

  it('that are no UTF-8 are read as what old programs wrote', async () => {
    const { source, root } = await opened('Contacts', { 'a/a.vcf': '' });
    await writeFile(join(root, 'a', 'a.vcf'), Buffer.from('FN:M\xfcller', 'latin1'));
    expect(await textOf(source, 'a', 'a.vcf')).toBe('FN:Müller');
  });

  it('are found by UID, folded or not', async () => {
    const { source } = await opened('Contacts', {
      'a/1.vcf': card('x'),
      'a/2.vcf': card('long-\n uid'),
      'a/3.vcf': card('y'),
    });
    expect(await source.namesOfUid('a', 'x')).toEqual(['1.vcf']);
    expect(await source.namesOfUid('a', 'long-uid')).toEqual(['2.vcf']);
    expect(await source.namesOfUid('a', 'nobody')).toEqual([]);
  });
});

describe('changes', () => {
  it('are told against any of the last tokens, and as a listing against an older one', async () => {
    const { source, root } = await opened('Contacts', { 'a/1.vcf': card('1'), 'a/2.vcf': card('2') });
    const first = await source.changes('a', null);
    expect(first).toMatchObject({ isListing: true, removed: [] });
    await writeFile(join(root, 'a', '3.vcf'), card('3'));
    await unlink(join(root, 'a', '1.vcf'));
    const second = await source.changes('a', first.token);
    expect(second).toMatchObject({ isListing: false, removed: ['1.vcf'], changed: [{ name: '3.vcf' }] });
    expect(await source.changes('a', second.token)).toMatchObject({
      changed: [],
      removed: [],
      token: second.token,
    });
    expect(await source.changes('a', first.token)).toMatchObject({ isListing: false, removed: ['1.vcf'] });
    expect(await source.changes('a', 'of another process')).toMatchObject({ isListing: true });
  });

  it('in the same moment, of the same size, under the same time are seen', async () => {
    const { source, root } = await opened('Contacts', { 'a/1.vcf': card('1') });
    const path = join(root, 'a', '1.vcf');
    let { token } = await source.changes('a', null);
    for (const name of ['2', '3', '4']) {
      await writeFile(path, card(name));
      const { changed, token: next } = await source.changes('a', token);
      expect(changed).toHaveLength(1);
      token = next;
    }
  });

  it('a file that was only touched is none', async () => {
    const { source, root } = await opened('Contacts', { 'a/1.vcf': card('1') });
    const { token } = await source.changes('a', null);
    await utimes(join(root, 'a', '1.vcf'), new Date(), new Date());
    expect(await source.changes('a', token)).toMatchObject({ changed: [], removed: [] });
  });
});

describe('writing', () => {
  it('replaces a file as a whole, keeps its mode and leaves nothing else behind', async () => {
    const { source, root } = await opened('Contacts', { 'a/1.vcf': card('1') });
    const path = join(root, 'a', '1.vcf');
    const { version } = (await source.changes('a', null)).changed[0]!;
    const before = await stat(path);
    const put = await source.put('a', '1.vcf', card('new'), version);
    expect(await readFile(path, 'utf8')).toBe(card('new'));
    expect((await stat(path)).mode).toBe(before.mode);
    expect(await readdir(join(root, 'a'))).toEqual(['1.vcf']);
    expect((await source.changes('a', null)).changed).toEqual([{ name: '1.vcf', version: put.version }]);
  });

  it('over a version somebody else replaced is a conflict, also between two writers of one process', async () => {
    const { source, root } = await opened('Contacts', { 'a/1.vcf': card('1') });
    const { version } = (await source.changes('a', null)).changed[0]!;
    const other = new VdirSource({ root, itemClass: 'Contacts' });
    const results = await Promise.allSettled([
      source.put('a', '1.vcf', card('x'), version),
      other.put('a', '1.vcf', card('y'), version),
    ]);
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    await expect(source.remove('a', '1.vcf', version)).rejects.toMatchObject({ kind: 'conflict' });
    await expect(source.put('a', 'gone.vcf', card('x'), version)).rejects.toMatchObject({ kind: 'conflict' });
  });

  it('a new file never takes the place of another', async () => {
    const { source, root } = await opened('Contacts', { 'a/1.vcf': card('1') });
    await expect(source.put('a', '1.vcf', card('x'), null)).rejects.toMatchObject({ kind: 'conflict' });
    await expect(source.put('nowhere', '1.vcf', card('x'), null)).rejects.toMatchObject({ kind: 'gone' });
    expect(await readFile(join(root, 'a', '1.vcf'), 'utf8')).toBe(card('1'));
    expect(await readdir(join(root, 'a'))).toEqual(['1.vcf']);
  });

  it('moving never does either', async () => {
    const { source } = await opened('Contacts', { 'a/1.vcf': card('1'), 'b/1.vcf': card('b') });
    await expect(source.move('a', '1.vcf', 'b', '1.vcf')).rejects.toMatchObject({ kind: 'conflict' });
    await source.move('a', '1.vcf', 'b', '2.vcf');
    expect(await namesIn(source, 'a')).toEqual([]);
    expect(await textOf(source, 'b', '2.vcf')).toBe(card('1'));
    await expect(source.move('a', '1.vcf', 'b', '3.vcf')).rejects.toMatchObject({ kind: 'gone' });
  });

  it('is refused where nobody may', async () => {
    const { root } = await opened('Contacts', { 'a/1.vcf': card('1') });
    const source = new VdirSource({ root, itemClass: 'Contacts', readOnly: true });
    expect(source.editor).toBeNull();
    expect(await source.folders()).toMatchObject([{ readOnly: true }]);
    await expect(source.put('a', '2.vcf', card('2'), null)).rejects.toMatchObject({ reason: 'read-only' });
  });
});

it('a watch that gets no events from the system finds changes by looking', async () => {
  const { root } = await opened('Contacts', { 'a/1.vcf': card('1') });
  const told: unknown[] = [];
  // There is no such folder to be watched by the system: it comes later.
  const folders = new Map([['later', join(root, 'later')]]);
  const watch = await new VdirWatch(folders, (notice) => told.push(notice), {
    net: 60_000,
    blind: 20,
  }).begin();
  await eventually(() => told.length === 1);
  await mkdir(join(root, 'later'));
  await writeFile(join(root, 'later', 'x.vcf'), card('x'));
  await eventually(() => told.length > 1);
  await watch.close();
});
