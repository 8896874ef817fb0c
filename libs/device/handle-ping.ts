import { HIERARCHY, type HierarchyState, type PingState } from './device-state.js';
import { hierarchyDiffers } from './handle-folder-sync.js';
import type { PingAnswer, PingMessage } from './messages.js';
import { changedCollections } from './news.js';
import { sameJson } from './same-json.js';
import type { DeviceSession } from './session.js';

/** The rows a Ping needs. */
export const foldersOfPing = (message: PingMessage, remembered: PingState): string[] => [
  ...(message.folders ?? remembered.folders ?? []),
  HIERARCHY,
];

/** What was sent now, else what was sent last (trap 37). */
const effective = (message: PingMessage, remembered: PingState): PingState => ({
  interval: message.interval ?? remembered.interval,
  // Some phones send an empty Folders element (ZP-172): nothing to replace the old list with.
  folders: message.folders?.length ? message.folders : remembered.folders,
});

/** A phone that was told so often that its folder is not there, and did not look, is told by the Ping (trap 30). */
const STRAYED = 2;

/** MS-ASCMD 2.2.1.13 Ping, up to the waiting. */
export async function handlePing(session: DeviceSession, message: PingMessage): Promise<PingAnswer> {
  const { ping: before, strayed = 0 } = session.deviceState;
  const ping = effective(message, before);
  if (ping.interval === null || !ping.folders?.length) {
    return { status: 3, interval: ping.interval ?? 0, folders: [], changed: [], hierarchyChanged: false };
  }
  if (!sameJson(ping, before)) {
    await session.save({ device: { ...session.deviceState, ping } });
  }
  const folders = await session.refreshFolders();
  const watched: { id: string; path: string }[] = [];
  for (const id of ping.folders) {
    const row = await session.folder(id);
    if (row && session.state(id)) watched.push({ id, path: row.path });
  }
  return {
    status: 1,
    interval: ping.interval,
    folders: watched,
    changed: await changedCollections(
      session,
      watched.map(({ id }) => id),
    ),
    hierarchyChanged:
      strayed >= STRAYED || hierarchyDiffers(session.state<HierarchyState>(HIERARCHY), folders),
  };
}
