import type { BackendFolder, SharedPlace } from '#backend';
import { decodeModifiedUtf7, encodeModifiedUtf7 } from '#formats';
import { askAccess } from './folder-access.js';
import { askIdentities, identityItem } from './folder-identity.js';
import { isSelectable, listNamed, type Listed } from './mailbox-list.js';
import { Namespaces } from './namespaces.js';
import type { Pool } from './pool.js';
import type { Session } from './session.js';

/**
 * Folders of other users and public ones, each by its name: a round trip for whether they are there, one for the rights, and
 * one for identities. The user's own are none of them, wherever he put them.
 */
export async function sharedFolders(
  pool: Pool,
  session: Session,
  places: readonly SharedPlace[],
): Promise<(BackendFolder | null)[]> {
  const namespaces = new Namespaces(session.wire);
  const paths = places.map(({ path }) => foreignPath(path, namespaces));
  const wanted = new Set(paths.filter((path) => path !== null));
  if (wanted.size === 0) return paths.map(() => null);
  const item = await identityItem(session, pool.traits);
  if (item !== null) await session.doubt();
  const listed = await listNamed(session, wanted);
  const there = [...listed.values()].filter(isSelectable).map(({ path }) => path);
  await askAccess(session, pool.access, there);
  const readable = there.filter((path) => pool.access.isReadable(path));
  const identities = item === null ? null : await askIdentities(session, item, readable);
  const shown = new Map(
    readable.map((path): [string, BackendFolder] => [
      path,
      {
        path,
        parent: null,
        name: nameOf(listed.get(path)!),
        itemClass: 'Email',
        role: null,
        identity: identities?.get(path) ?? null,
        selectable: true,
        readOnly: pool.access.isReadOnly(path),
      },
    ]),
  );
  return paths.map((path) => (path === null ? null : (shown.get(path) ?? null)));
}

/** The server's own name of what people read with levels parted by `/`; null if it is in no namespace of others. */
function foreignPath(readable: string, namespaces: Namespaces): string | null {
  const levels = readable.normalize('NFC').split('/').map(encodeModifiedUtf7);
  for (const { delimiter } of namespaces.foreign) {
    const path = levels.join(delimiter ?? '/');
    if (namespaces.isForeign(path)) return path;
  }
  return null;
}

function nameOf({ path, delimiter }: Listed): string {
  const level = delimiter === null || delimiter === '' ? path : path.split(delimiter).at(-1)!;
  return decodeModifiedUtf7(level);
}
