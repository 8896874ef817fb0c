/** What the phone has been told of one item. */
export interface KnownItem {
  readonly version: string;
  /** See FeedEntry.day of the backend port. */
  readonly day: number | null;
}

/** A change of the known set: the new knowledge of an item, or null for "the phone no longer has it". */
export type KnownDelta = ReadonlyMap<string, KnownItem | null>;

/** The known items as the engine looks at them. It need only hold the parts the engine will ask for. */
export interface KnownView {
  get(id: string): KnownItem | undefined;
  /** All known items with `from <= id < to`, in no particular order; null is an open end. */
  range(from: string | null, to: string | null): Iterable<readonly [string, KnownItem]>;
}

const within = (id: string, from: string | null, to: string | null): boolean =>
  (from === null || id >= from) && (to === null || id < to);

/** A view over plain entries with changes laid on top. */
export class KnownOverlay implements KnownView {
  constructor(
    private readonly base: ReadonlyMap<string, KnownItem>,
    private readonly delta: KnownDelta = new Map(),
  ) {}

  get(id: string): KnownItem | undefined {
    const changed = this.delta.get(id);
    if (changed === null) return undefined;
    return changed ?? this.base.get(id);
  }

  *range(from: string | null, to: string | null): Iterable<readonly [string, KnownItem]> {
    for (const entry of this.base) {
      if (within(entry[0], from, to) && !this.delta.has(entry[0])) yield entry;
    }
    for (const [id, item] of this.delta) {
      if (item !== null && within(id, from, to)) yield [id, item];
    }
  }
}
