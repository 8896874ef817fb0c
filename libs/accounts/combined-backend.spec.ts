import type { Backend, BackendFolder, ChangeNotice, FolderEmptier } from '#backend';
import { MemoryBackend, MemoryMailbox } from '#backends/memory';
import { CombinedBackend } from './combined-backend.js';

const request = { cursor: null, scope: { sinceDay: null }, limit: 10 };

const folder = (path: string, rest: Partial<BackendFolder> = {}): BackendFolder => ({
  path,
  parent: null,
  name: path,
  itemClass: 'Contacts',
  role: null,
  identity: null,
  selectable: true,
  readOnly: false,
  ...rest,
});

/** A source that only has folders, and remembers what it was asked. */
function source(folders: BackendFolder[], rest: Partial<Backend> = {}) {
  const asked: string[] = [];
  const backend: Backend = {
    kind: 'fake',
    folders: async () => folders,
    changes: async ({ folder: path }) => {
      asked.push(path);
      return { changed: [], removed: [], cursor: path, more: false };
    },
    read: async function* () {},
    watch: async () => ({ close: async () => {} }),
    close: async () => {},
    ...rest,
  };
  return { backend, asked };
}

describe('several sources as one', () => {
  it('show all folders, each asked where it is, and one default folder', async () => {
    const own = source([folder('personal', { role: 'default' })]);
    const company = source([folder('personal', { role: 'default', readOnly: true })]);
    const combined = new CombinedBackend([
      { prefix: '', backend: own.backend },
      { prefix: 'ldap:', backend: company.backend },
    ]);
    expect((await combined.folders()).map(({ path, role }) => [path, role])).toEqual([
      ['personal', 'default'],
      ['ldap:personal', null],
    ]);
    await combined.changes({ ...request, folder: 'ldap:personal' });
    await combined.changes({ ...request, folder: 'personal' });
    expect([own.asked, company.asked]).toEqual([['personal'], ['personal']]);
  });

  it('are emptied each by itself; where nobody may write it is refused', async () => {
    const emptied: string[] = [];
    const emptyFolder = async (path: string): Promise<void> => void emptied.push(path);
    const own: FolderEmptier = { ...source([folder('personal')]).backend, emptyFolder };
    const combined = new CombinedBackend([
      { prefix: '', backend: own },
      { prefix: 'second:', backend: own },
      { prefix: 'ldap:', backend: source([folder('people', { readOnly: true })]).backend },
    ]);
    await combined.emptyFolder('second:work');
    await combined.emptyFolder('personal');
    expect(emptied).toEqual(['work', 'personal']);
    const refused = { kind: 'invalid', reason: 'read-only' };
    await expect(combined.emptyFolder('ldap:people')).rejects.toMatchObject(refused);
  });

  it('tell of no folders rather than of some: a missing folder is deleted on the phone', async () => {
    const down = source([], { folders: () => Promise.reject(new Error('down')) });
    const combined = new CombinedBackend([
      { prefix: '', backend: source([folder('personal')]).backend },
      { prefix: 'ldap:', backend: down.backend },
    ]);
    await expect(combined.folders()).rejects.toThrow('down');
  });

  it('watch on when one of them cannot be watched', async () => {
    let notify: (notice: ChangeNotice) => void = () => {};
    const own = source([folder('a')], {
      watch: async (_folders, told) => {
        notify = told;
        return { close: async () => {} };
      },
    });
    const down = source([folder('b')], { watch: () => Promise.reject(new Error('down')) });
    const combined = new CombinedBackend([
      { prefix: 'x:', backend: own.backend },
      { prefix: 'y:', backend: down.backend },
    ]);
    const told: ChangeNotice[] = [];
    await combined.watch(['x:a', 'y:b'], (notice) => told.push(notice));
    notify({ folders: ['a'] });
    expect(told).toEqual([{ folders: ['x:a'] }]);
  });

  it('refuse to write where a source cannot, and to move from one source into another', async () => {
    const combined = new CombinedBackend([
      { prefix: '', backend: new MemoryBackend(new MemoryMailbox()) },
      { prefix: 'ldap:', backend: source([folder('b')]).backend },
    ]);
    const readOnly = { kind: 'invalid', reason: 'read-only' };
    await expect(combined.deleteItems('ldap:b', ['1'])).rejects.toMatchObject(readOnly);
    await expect(combined.deleteFolder('ldap:b')).rejects.toMatchObject(readOnly);
    await expect(combined.moveItems('INBOX', ['1'], 'ldap:b')).rejects.toMatchObject({ kind: 'unsupported' });
  });
});
