import type { BackendFolder } from '#backend';
import { askAccess } from './folder-access.js';
import { askIdentities, identityItem } from './folder-identity.js';
import { folderTree, type TreeFolder } from './folder-tree.js';
import { listMailboxes, subscribedPaths, type MailboxList } from './mailbox-list.js';
import type { Pool } from './pool.js';
import type { Session } from './session.js';

/**
 * The folders an account shows: a look at what is open, one LIST, one round trip for identities that are not known yet, and
 * one for the rights to folders of others. Paths are the names as the server writes them.
 */
export async function folders(pool: Pool, session: Session): Promise<BackendFolder[]> {
  const { subscribedOnly, hiddenFolders, namespaces } = pool.settings;
  const item = await identityItem(session, pool.traits);
  if (item !== null) await session.doubt();
  const list = await listMailboxes(session, {
    foreign: namespaces === 'all',
    uidValidity: item === 'MAILBOXID',
  });
  const subscribed = subscribedOnly ? await subscribedPaths(session) : null;
  const tree = folderTree(list, { subscribed, hidden: hiddenFolders });
  const identities =
    item === null ? new Map<string, string>() : await identify(pool, session, item, list, tree);
  const foreign = tree.filter((folder) => folder.foreign && folder.selectable);
  await askAccess(
    session,
    pool.access,
    foreign.map(({ path }) => path),
  );
  return tree.map(({ foreign: isForeign, ...folder }) => ({
    ...folder,
    selectable: folder.selectable && pool.access.isReadable(folder.path),
    identity: identities.get(folder.path) ?? null,
    readOnly: isForeign && pool.access.isReadOnly(folder.path) === true,
  }));
}

async function identify(
  pool: Pool,
  session: Session,
  item: 'MAILBOXID' | 'X-GUID',
  { uidValidities }: MailboxList,
  tree: readonly TreeFolder[],
): Promise<Map<string, string>> {
  const identities = new Map<string, string>();
  const unknown: string[] = [];
  for (const { path, selectable } of tree) {
    if (!selectable) continue;
    const known = pool.identities.of(path, uidValidities.get(path));
    if (known === null) unknown.push(path);
    else identities.set(path, known);
  }
  for (const [path, identity] of await askIdentities(session, item, unknown)) identities.set(path, identity);
  pool.identities.replace(identities, uidValidities);
  return identities;
}
