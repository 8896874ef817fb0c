/**
 * Sync keys (MS-ASCMD 2.2.3.181). On the wire an opaque string of at most 64 characters. Ours name an epoch, drawn anew
 * whenever the phone starts from key 0 so that no key is ever used twice, and a counter within it.
 */
export interface SyncKey {
  readonly epoch: string;
  readonly counter: number;
}

/** The key of a phone that has nothing yet. */
export const INITIAL_KEY = '0';

const FORM = /^([0-9a-z]{6,16})-([1-9][0-9]{0,14})$/;

export const formatSyncKey = (key: SyncKey): string => `${key.epoch}-${key.counter}`;

/** Null for anything we never issued. */
export function parseSyncKey(text: string): SyncKey | null {
  const match = FORM.exec(text);
  return match ? { epoch: match[1]!, counter: Number(match[2]) } : null;
}
