import { BackendError, type BackendFolder } from '#backend';
import { list, number, text } from './nodes.js';
import type { Pool } from './pool.js';
import type { Selected, Session } from './session.js';

/** Connections one search may use: another has to be left for the account's other phones. */
const mostConnections = 3;
/** From so many folders on it pays to ask first which of them are empty. */
const worthAList = 3;

/** Everything FolderSync shows is searched, Trash and Junk too (MS-ASCMD 2.2.3.30.1). */
export async function folderPaths(
  allFolders: () => Promise<readonly BackendFolder[]>,
): Promise<readonly string[]> {
  return (await allFolders()).filter(({ selectable }) => selectable).map(({ path }) => path);
}

/** The folders without those that hold nothing, as far as one command can tell. */
export async function withMail(pool: Pool, folders: readonly string[]): Promise<readonly string[]> {
  if (folders.length < worthAList) return folders;
  return pool.use(null, 'reads', async (session) => {
    if (!session.has('LIST-STATUS')) return folders;
    const empty = new Set<string>();
    await session.run('LIST', '"" "*" RETURN (STATUS (MESSAGES))', (name, untagged) => {
      if (name !== 'STATUS') return name === 'LIST';
      const [path, items] = untagged.attributes ?? [];
      const [item, value] = list(items);
      const isEmpty = text(item)?.toUpperCase() === 'MESSAGES' && number(value) === 0;
      if (isEmpty) empty.add(text(path) ?? '');
      return true;
    });
    return folders.filter((folder) => !empty.has(folder));
  });
}

/** Does the same in each folder, in some of them at a time. Folders that are not there (any more) are left out. */
export async function inEach<T>(
  pool: Pool,
  folders: readonly string[],
  work: (session: Session, mailbox: Selected) => Promise<T>,
): Promise<Map<string, T>> {
  const results = new Map<string, T>();
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let folder = folders[next++]; folder !== undefined; folder = folders[next++]) {
      const path = folder;
      try {
        results.set(
          path,
          await pool.use(path, 'reads', async (session) => work(session, await session.refresh(path))),
        );
      } catch (error) {
        if (!(error instanceof BackendError && error.kind === 'gone')) throw error;
      }
    }
  };
  const workers = Math.max(1, Math.min(mostConnections, pool.settings.maxConnections - 1, folders.length));
  await Promise.all(Array.from({ length: workers }, worker));
  return results;
}
