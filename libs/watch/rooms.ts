import type { Room } from './room.js';

/** The rooms of a node: by the key of their account, and by the other names its servers have for it. */
export class Rooms<A> {
  private readonly byKey = new Map<string, Room<A>>();
  private readonly byName = new Map<string, Set<Room<A>>>();

  constructor(private readonly namesOf: (account: A) => readonly string[]) {}

  get size(): number {
    return this.byKey.size;
  }

  get(key: string): Room<A> | undefined {
    return this.byKey.get(key);
  }

  all(): IterableIterator<Room<A>> {
    return this.byKey.values();
  }

  /** Those of all accounts that may be meant by a name. */
  named(name: string): ReadonlySet<Room<A>> {
    const rooms = new Set(this.byName.get(name));
    const own = this.byKey.get(name);
    if (own) rooms.add(own);
    return rooms;
  }

  add(room: Room<A>): void {
    this.byKey.set(room.key, room);
    for (const name of this.otherNames(room)) {
      const rooms = this.byName.get(name) ?? new Set();
      this.byName.set(name, rooms.add(room));
    }
  }

  remove(room: Room<A>): void {
    if (this.byKey.get(room.key) !== room) return;
    this.byKey.delete(room.key);
    for (const name of this.otherNames(room)) {
      const rooms = this.byName.get(name);
      rooms?.delete(room);
      if (rooms?.size === 0) this.byName.delete(name);
    }
  }

  /** Most servers know an account by the name phones sign in with: nothing is kept for that. */
  private otherNames({ key, account }: Room<A>): readonly string[] {
    return this.namesOf(account).filter((name) => name !== key);
  }
}
