import { isLooping, type DescribedFolder } from '#device';
import type { DeviceWhole } from '#store';

const MINUTE = 60_000;
const DAY = 1440 * MINUTE;
/** A phone that was set up and loads nothing for so long has a fault. */
const UNTIL_FIRST_SYNC = 15 * MINUTE;
/** Errors are noted anew while they last, every few minutes. */
const ERROR_LASTS = 60 * MINUTE;
/** Nobody leaves a phone in use off for so long. */
const STALE = 30 * DAY;

export interface HealthFacts {
  readonly device: DeviceWhole;
  readonly folders: readonly DescribedFolder[];
  readonly setAside: number;
}

const PENDING: ReadonlySet<string> = new Set(['waiting', 'requested', 'sent']);

/** Codes of what is wrong with a device, for alerts and people. `now`: epoch milliseconds. */
export function healthOf({ device, folders, setAside }: HealthFacts, now: number): string[] {
  const { wipe, createdAt, lastSeenAt, lastSyncAt, lastError, lastErrorAt } = device;
  const neverSynced = lastSyncAt === null && folders.every(({ syncKey }) => syncKey === null);
  const codes: readonly (readonly [string, boolean])[] = [
    ['sync-loop', folders.some(isLooping)],
    ['items-set-aside', setAside > 0],
    ['wipe-pending', wipe !== null && PENDING.has(wipe.state)],
    ['never-synced', neverSynced && now - createdAt.getTime() > UNTIL_FIRST_SYNC],
    ['source-failed', lastError !== null && now - (lastErrorAt?.getTime() ?? 0) < ERROR_LASTS],
    ['stale', now - lastSeenAt.getTime() > STALE],
  ];
  return codes.filter(([, applies]) => applies).map(([code]) => code);
}
