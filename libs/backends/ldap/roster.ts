import { createHash } from 'node:crypto';

/** Somebody of the address book, as a listing tells of him. */
export interface Listed {
  /** The feed's id: of the entry itself, whatever it is called later. */
  readonly id: string;
  readonly version: string;
  readonly dn: string;
}

/** Everybody at one time, in the order of their ids. */
export interface Roster {
  /** Of ids and versions: the same people make the same one, on every node and after every restart. */
  readonly digest: string;
  readonly people: readonly Listed[];
  readonly byId: ReadonlyMap<string, Listed>;
}

const hash = (data: string | Uint8Array) => createHash('sha256').update(data);

export const idOf = (identity: string | Uint8Array): string => hash(identity).digest('hex').slice(0, 14);
export const versionOf = (state: string): string => hash(state).digest('base64url').slice(0, 11);

/** Who is the same as in the roster before is the same object: rosters that are kept cost little beside one another. */
export function rosterOf(listed: readonly Listed[], before: Roster | null): Roster {
  const byId = new Map<string, Listed>();
  for (const one of [...listed].sort((a, b) => (a.id < b.id ? -1 : 1))) {
    const known = before?.byId.get(one.id);
    byId.set(one.id, known?.version === one.version && known.dn === one.dn ? known : one);
  }
  const people = [...byId.values()];
  const digest = createHash('sha256');
  for (const { id, version } of people) digest.update(`${id} ${version}\n`);
  return { digest: digest.digest('base64url').slice(0, 22), people, byId };
}

/** Rosters of the last time, by digest: what changed since one of them needs no new listing on a phone. */
export class RecentRosters {
  private readonly kept = new Map<string, Roster>();

  constructor(private readonly most: number) {}

  get(digest: string): Roster | undefined {
    return this.kept.get(digest);
  }

  /** The roster that is kept for these people, so that many who see the same have it once. */
  add(roster: Roster): Roster {
    const known = this.kept.get(roster.digest);
    const kept = known && sameNames(known, roster) ? known : roster;
    this.kept.delete(roster.digest);
    this.kept.set(roster.digest, kept);
    const [oldest] = this.kept.keys();
    if (oldest !== undefined && this.kept.size > this.most) this.kept.delete(oldest);
    return kept;
  }
}

/** A name may change without a version that does. */
const sameNames = (one: Roster, other: Roster): boolean =>
  one.people.length === other.people.length &&
  one.people.every(({ dn }, index) => dn === other.people[index]?.dn);
