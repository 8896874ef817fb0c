import type { Json } from '#store';

/** What is kept of a device beside its collections. A JSON value, so types and not interfaces. */
export type DeviceState = {
  readonly layout: 1;
  /** Owned by libs/policy: keys, phase, hash of the policy the device has acknowledged. */
  readonly policy: Json;
  /** The last full Sync request, for empty and Partial ones (traps 31, 33); null before there was one. */
  readonly lastSync: LastSync | null;
  /** Ping's folders and interval, each kept when a request leaves it out (trap 37). */
  readonly ping: PingState;
  /** How often a Sync named a folder that is not there since the last FolderSync (trap 30). Absent is 0. */
  readonly strayed?: number;
};

export type LastSync = {
  readonly collections: readonly LastSyncCollection[];
  readonly windowSize: number | null;
  /** Seconds, from Wait or HeartbeatInterval. */
  readonly wait: number | null;
};

export type LastSyncCollection = {
  readonly id: string;
  readonly getChanges: boolean | null;
  readonly windowSize: number | null;
};

export type PingState = {
  /** Seconds. */
  readonly interval: number | null;
  readonly folders: readonly string[] | null;
};

export const initialDeviceState: DeviceState = {
  layout: 1,
  policy: null,
  lastSync: null,
  ping: { interval: null, folders: null },
};

/** The hierarchy as the device knows it, kept as the collection `hierarchy`: two generations, like any other. */
export type HierarchyState = {
  readonly layout: 1;
  readonly epoch: string;
  readonly last: number;
  readonly acked: HierarchyGeneration;
  readonly pending: HierarchyGeneration | null;
};

export type HierarchyGeneration = {
  readonly counter: number;
  /** Folder id to what the phone was told of it. */
  readonly folders: Readonly<Record<string, ShownFolder>>;
};

/** parent id, display name, type. */
export type ShownFolder = readonly [parent: string, name: string, type: number];

export const HIERARCHY = 'hierarchy';
