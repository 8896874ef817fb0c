import { BackendError, canSearchItems, type Backend, type PimClass, type View } from '#backend';
import type { ResolvedFolder } from '#device';
import type { SearchResult } from '#eas';
import type { AccountLease, CommandContext } from '../context.js';
import type { Range } from '../range.js';
import { serverId, type ItemAddress } from '../server-id.js';
import { isEveryFolder } from './mail-search.js';
import { readItems } from '../sync/read-items.js';

/** What a search of items that are no mail asks for. */
export interface ItemsWanted {
  readonly itemClasses: readonly PimClass[];
  /** As the phone names them; empty is every folder. */
  readonly collections: readonly string[];
  readonly words: readonly string[];
  readonly range: Range;
}

interface FoundPlace extends ItemAddress {
  readonly path: string;
  readonly itemClass: PimClass;
}

export interface ItemsFound {
  readonly total: number;
  readonly items: readonly FoundPlace[];
}

/** The source of a class; null where the account has none that can search. */
async function searchable(lease: AccountLease, itemClass: PimClass) {
  try {
    const backend: Backend = await lease.backend(itemClass);
    return canSearchItems(backend) ? backend : null;
  } catch (error) {
    if (error instanceof BackendError && error.kind === 'unsupported') return null;
    throw error;
  }
}

/** Contacts, events, tasks and notes found in an account (MS-ASCMD 2.2.3.27.5). Throws BackendError. */
export async function findItems(
  context: CommandContext,
  lease: AccountLease,
  { itemClasses, collections, words, range }: ItemsWanted,
): Promise<ItemsFound> {
  const { folders } = await context.devices.ask(context.asker, { type: 'Folders', refresh: false });
  const named = isEveryFolder(context.client, collections) ? [] : collections;
  if (named.some((id) => !folders[id])) throw new BackendError('gone', 'there is no such folder');
  const found: FoundPlace[] = [];
  for (const itemClass of itemClasses) {
    const backend = await searchable(lease, itemClass);
    const known = Object.entries(folders).filter(([, folder]) => folder.itemClass === itemClass);
    const ids = new Map(known.map(([id, { path }]: [string, ResolvedFolder]) => [path, id]));
    const paths = named.length === 0 ? null : pathsOf(known, named);
    if (!backend || paths?.length === 0) continue;
    const hits = await backend.searchItems({ itemClass, folders: paths, words, limit: range.last + 1 });
    for (const { folder: path, id: item } of hits) {
      const folder = ids.get(path);
      if (folder !== undefined) found.push({ folder, item, path, itemClass });
    }
  }
  return { total: found.length, items: found.slice(range.first, range.last + 1) };
}

const pathsOf = (
  known: readonly (readonly [string, ResolvedFolder])[],
  collections: readonly string[],
): string[] => known.filter(([id]) => collections.includes(id)).map(([, { path }]) => path);

/** Reads what was found, in its order; what vanished meanwhile is left out. */
export async function* foundItems(
  context: CommandContext,
  lease: AccountLease,
  { items }: ItemsFound,
  view: View,
): AsyncGenerator<SearchResult> {
  for (const { folder, item: id, path, itemClass } of items) {
    const backend = await lease.backend(itemClass);
    const read = readItems(backend, { folder, path }, [id], view, ({ failure, reason }) => {
      if (failure !== 'gone') context.events.readFailed(folder, id, reason);
    });
    for await (const { item } of read) {
      const LongId = serverId(folder, id);
      yield { Class: itemClass, LongId, CollectionId: folder, Properties: { [itemClass]: item } };
    }
  }
}
