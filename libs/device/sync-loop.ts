import type { CollectionState } from './collection-state.js';
import type { DeviceSession } from './session.js';

/** So often may an answer get lost on its way; a phone that asks for it more often does not get over it. */
const LOOP_RETRIES = 2;

export interface LoopSigns {
  /** Times the last answer was asked for again. */
  readonly retries: number;
  /** Items at a time because of that; null is no limit. */
  readonly cap: number | null;
}

export const loopSigns = ({ pending, cap }: CollectionState): LoopSigns => ({
  retries: pending?.retries ?? 0,
  cap,
});

/** Whether a phone asks for the same again and again. */
export const isLooping = ({ retries, cap }: LoopSigns): boolean => retries > LOOP_RETRIES || cap !== null;

/** Tells the device's timeline once when a phone begins to ask for the same again and again. */
export async function noteLoop(
  { deps, device }: DeviceSession,
  folder: string,
  before: CollectionState,
  after: CollectionState,
): Promise<void> {
  const signs = loopSigns(after);
  if (isLooping(loopSigns(before)) || !isLooping(signs)) return;
  await deps.store.addEvent(device.id, 'sync-loop', { folder, ...signs });
}
