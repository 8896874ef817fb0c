import { createHash } from 'node:crypto';
import type { ObjectChanges } from '#objects';

/** What a folder held at some time: versions by name. */
export type Snapshot = ReadonlyMap<string, string>;

/** Snapshots that are kept of a folder: as many as phones that lag behind by different amounts. */
const kept = 8;

/** Tells what changed since one of the last few times somebody asked; older tokens get a listing. */
export class RecentSnapshots {
  private readonly byToken = new Map<string, Snapshot>();

  changes(now: Snapshot, token: string | null): ObjectChanges {
    const current = tokenOf(now);
    const before = token === null ? undefined : token === current ? now : this.byToken.get(token);
    this.remember(current, now);
    const told = { token: current, more: false } as const;
    if (!before) return { ...told, changed: entries(now), removed: [], isListing: true };
    return {
      ...told,
      changed: entries(now).filter(({ name, version }) => before.get(name) !== version),
      removed: [...before.keys()].filter((name) => !now.has(name)),
      isListing: false,
    };
  }

  private remember(token: string, snapshot: Snapshot): void {
    this.byToken.delete(token);
    this.byToken.set(token, snapshot);
    const [oldest] = this.byToken.keys();
    if (this.byToken.size > kept && oldest !== undefined) this.byToken.delete(oldest);
  }
}

const entries = (snapshot: Snapshot) => [...snapshot].map(([name, version]) => ({ name, version }));

function tokenOf(snapshot: Snapshot): string {
  const hash = createHash('sha256');
  for (const [name, version] of snapshot) hash.update(`${name}\0${version}\n`);
  return hash.digest('base64url');
}
