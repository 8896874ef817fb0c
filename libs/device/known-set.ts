import { rangesToldWhole, type ChangePage } from '#backend';
import { StaleState, type CollectionSave, type DeviceStore, type Segment } from '#store';
import {
  decodeSegment,
  encodeSegment,
  fold,
  KnownOverlay,
  segmentsBetween,
  segmentsOf,
  type Directory,
  type KnownDelta,
  type KnownItem,
  type KnownView,
} from '#sync';

/** Which collection's slices are meant. */
export interface KnownSetAddress {
  readonly deviceRowId: string;
  readonly folderId: string;
}

/** The known set of one collection during one message: slices are loaded when something in them is asked for. */
export class KnownSet {
  private readonly loaded = new Map<string, Map<string, KnownItem>>();
  private readonly items = new Map<string, KnownItem>();

  constructor(
    private readonly store: DeviceStore,
    private readonly address: KnownSetAddress,
    private readonly directory: Directory,
  ) {}

  /** Loads what `diff` will look at for this page. */
  async needForPage(page: ChangePage): Promise<void> {
    const ids = [...page.removed, ...page.changed.map((entry) => entry.id)];
    const firsts = new Set(segmentsOf(this.directory, ids));
    for (const { from, to } of rangesToldWhole(page)) {
      for (const first of segmentsBetween(this.directory, from, to)) firsts.add(first);
    }
    await this.load([...firsts]);
  }

  async need(ids: Iterable<string>): Promise<void> {
    await this.load(segmentsOf(this.directory, ids));
  }

  async needAll(): Promise<void> {
    await this.load(this.directory);
  }

  /** The loaded part with a delta on top. */
  view(delta: KnownDelta): KnownView {
    return new KnownOverlay(this.items, delta);
  }

  /** The writes that make the delta part of the set, and the directory that goes with them. */
  async folded(delta: KnownDelta): Promise<{ directory: Directory } & Pick<CollectionSave, 'put' | 'drop'>> {
    if (delta.size === 0) return { directory: this.directory };
    await this.need(delta.keys());
    const { directory, put, drop } = fold(this.directory, this.loaded, delta);
    const segments: Segment[] = put.map(({ first, items }) => ({ first, data: encodeSegment(items) }));
    return { directory, put: segments, drop };
  }

  /** Throws StaleState. */
  private async load(firsts: readonly string[]): Promise<void> {
    const missing = firsts.filter((first) => !this.loaded.has(first));
    if (missing.length === 0) return;
    const segments = await this.store.segments(this.address.deviceRowId, this.address.folderId, missing);
    for (const { first, data } of segments) {
      const items = decodeSegment(data);
      this.loaded.set(first, items);
      for (const [id, item] of items) this.items.set(id, item);
    }
    const lost = missing.find((first) => !this.loaded.has(first));
    // Another host may have folded it into others since this one read which there are.
    if (lost !== undefined)
      throw new StaleState(`known segment ${lost} of ${this.address.folderId} is not stored`);
  }
}
