/**
 * The device actor: one phone's state, and every decision about it, one message at a time. A node asks through
 * `DeviceClient`; `DeviceActor` answers wherever the actor runtime hosts it. Start with handle-sync.ts and collect.ts;
 * collection-state.ts says what is kept.
 */
export * from './actor.js';
export * from './client.js';
export { DEFAULT_OPTIONS, type CollectionOptions, type DeltaEntry } from './collection-state.js';
export * from './dependencies.js';
export { HIERARCHY, initialDeviceState } from './device-state.js';
export { folderId, classOfFolderId } from './folder-ids.js';
export type * from './messages.js';
export { isFinishing } from './messages.js';
export { describeFolders, namesOf, type DescribedFolder, type StoredCollections } from './described.js';
export { lettersOf } from './mail-version.js';
export { isLooping } from './sync-loop.js';
export { clearLoops, resync, retryItems, type RepairedDevice } from './repair.js';
