import { formatSyncKey, INITIAL_KEY, parseSyncKey } from '#sync';
import {
  HIERARCHY,
  type DeviceState,
  type HierarchyGeneration,
  type HierarchyState,
  type ShownFolder,
} from './device-state.js';
import type { FolderSyncAnswer, FolderSyncMessage, WireFolder } from './messages.js';
import type { DeviceSession } from './session.js';

type Shown = HierarchyGeneration['folders'];

const shownAs = (folder: WireFolder): ShownFolder => [folder.parent, folder.name, folder.type];

const asShown = (folders: readonly WireFolder[]): Shown =>
  Object.fromEntries(folders.map((folder) => [folder.id, shownAs(folder)]));

const same = (a: ShownFolder | undefined, b: ShownFolder): boolean =>
  a !== undefined && a[0] === b[0] && a[1] === b[1] && a[2] === b[2];

function changes(
  before: Shown,
  folders: readonly WireFolder[],
): Pick<FolderSyncAnswer, 'add' | 'update' | 'remove'> {
  const ids = new Set(folders.map((folder) => folder.id));
  return {
    add: folders.filter((folder) => !before[folder.id]),
    update: folders.filter((folder) => before[folder.id] && !same(before[folder.id], shownAs(folder))),
    remove: Object.keys(before).filter((id) => !ids.has(id)),
  };
}

/** Whether the folders differ from what the device was last sent: Ping's Status 7. */
export function hierarchyDiffers(state: HierarchyState | undefined, folders: readonly WireFolder[]): boolean {
  if (!state) return false;
  const { add, update, remove } = changes((state.pending ?? state.acked).folders, folders);
  return add.length + update.length + remove.length > 0;
}

/** The generation the phone stands at; null for a key that is not live. */
export function standpoint(state: HierarchyState | undefined, key: string): HierarchyGeneration | null {
  const parsed = parseSyncKey(key);
  if (!state || !parsed || parsed.epoch !== state.epoch) return null;
  if (parsed.counter === state.pending?.counter) return state.pending;
  return parsed.counter === state.acked.counter ? state.acked : null;
}

/** The phone looks at its folders: what it strayed to before is forgiven (trap 30). */
const found = ({ deviceState }: DeviceSession): { device?: DeviceState } =>
  (deviceState.strayed ?? 0) > 0 ? { device: { ...deviceState, strayed: 0 } } : {};

/**
 * MS-ASCMD 2.2.1.5 FolderSync. Key 0 gives the whole list anew under the same ids: what the phone has synced in the
 * folders stays valid (trap 56).
 */
export async function handleFolderSync(
  session: DeviceSession,
  message: FolderSyncMessage,
): Promise<FolderSyncAnswer> {
  const state = session.state<HierarchyState>(HIERARCHY);
  const folders = await session.refreshFolders();
  const keep = (next: HierarchyState): Promise<void> =>
    session.save({ ...found(session), collections: [{ folderId: HIERARCHY, state: next }] });
  if (message.key === INITIAL_KEY) {
    const epoch = session.deps.epoch();
    const acked = { counter: 1, folders: asShown(folders) };
    const next: HierarchyState = { layout: 1, epoch, last: 1, acked, pending: null };
    await keep(next);
    return { status: 1, key: formatSyncKey({ epoch, counter: 1 }), add: folders, update: [], remove: [] };
  }
  const from = standpoint(state, message.key);
  if (!state || !from) return { status: 9, key: message.key, add: [], update: [], remove: [] };
  const difference = changes(from.folders, folders);
  const changed = difference.add.length + difference.update.length + difference.remove.length > 0;
  if (!changed) {
    if (state.pending) await keep({ ...state, acked: from, pending: null });
    else await session.save(found(session));
    return { status: 1, key: message.key, ...difference };
  }
  const counter = state.last + 1;
  const pending = { counter, folders: asShown(folders) };
  await keep({ ...state, last: counter, acked: from, pending });
  return { status: 1, key: formatSyncKey({ epoch: state.epoch, counter }), ...difference };
}
