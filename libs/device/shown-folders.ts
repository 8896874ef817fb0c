import type { ItemClass } from '#backend';
import type { HierarchyState } from './device-state.js';
import { isRecipientCache, NOTES_SINCE } from './folder-change-status.js';
import { classOfFolderId } from './folder-ids.js';
import type { WireFolder } from './messages.js';

/**
 * The folders of these classes as this device was last told of them: what it goes on seeing while their source cannot be
 * asked. `known` are the folders that are still there, as far as anybody knows.
 */
export function shownFolders(
  state: HierarchyState | undefined,
  classes: ReadonlySet<ItemClass>,
  known: ReadonlyMap<string, unknown>,
): WireFolder[] {
  if (!state || classes.size === 0) return [];
  const { folders } = state.pending ?? state.acked;
  return Object.entries(folders).flatMap(([id, [parent, name, type]]) => {
    const itemClass = classOfFolderId(id);
    return itemClass !== null && classes.has(itemClass) && known.has(id) ? [{ id, parent, name, type }] : [];
  });
}

/** The folders without notes and the recipient information cache below 14.0, which has no words for them (MS-ASCNTC 3.1.4.4). */
export const knownToVersion = (folders: readonly WireFolder[], protocolVersion: number): WireFolder[] =>
  folders.filter(
    (folder) =>
      protocolVersion >= NOTES_SINCE || (classOfFolderId(folder.id) !== 'Notes' && !isRecipientCache(folder)),
  );
