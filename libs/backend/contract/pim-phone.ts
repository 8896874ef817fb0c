import type { ItemByClass, ItemDataByClass } from '#eas';
import { canDelete, canMove, type ItemDeleter, type ItemMover } from '../abilities.js';
import { canWriteItems, type ItemChange, type ItemWriter, type PimClass } from '../item-writer.js';
import type { ReadResult } from '../port.js';
import type { PimContractSetup, PimFixture, PimSamples } from './pim-fixture.js';
import { Replica } from './replica.js';
import { eventually, plainView } from './sample-mail.js';

/** A test's hands: the source from outside, and the backend as a phone works on it. */
export class PimPhone<C extends PimClass> {
  readonly replica: Replica;

  constructor(
    readonly fixture: PimFixture,
    readonly samples: PimSamples<C>,
    readonly folder = fixture.folder,
  ) {
    this.replica = new Replica(fixture.backend, folder);
  }

  in(folder: string): PimPhone<C> {
    return new PimPhone(this.fixture, this.samples, folder);
  }

  get backend(): ItemWriter & ItemDeleter & ItemMover {
    const { backend } = this.fixture;
    if (!canWriteItems(backend) || !canDelete(backend) || !canMove(backend)) {
      throw new Error('the backend cannot write');
    }
    return backend;
  }

  /** Stores texts from outside; returns their handles. */
  async add(...titles: readonly string[]): Promise<string[]> {
    const handles: string[] = [];
    for (const title of titles) {
      handles.push(await this.fixture.add(this.folder, this.samples.text(title)));
    }
    return handles;
  }

  /** Syncs until the folder has these titles and no others; returns their ids in that order. */
  async has(...titles: readonly string[]): Promise<string[]> {
    const wanted = [...titles].sort();
    return eventually(async () => {
      await this.replica.sync();
      const found = await this.titles(this.replica.ids);
      const all = [...found.values()].sort();
      if (JSON.stringify(all) !== JSON.stringify(wanted)) return null;
      const byTitle = new Map([...found].map(([id, title]) => [title, id]));
      return titles.map((title) => byTitle.get(title)!);
    }).catch(async (error: unknown) => {
      // What is there tells more than that it did not come.
      expect([...(await this.titles(this.replica.ids)).values()].sort()).toEqual(wanted);
      throw error;
    }) as Promise<string[]>;
  }

  async read(ids: readonly string[]): Promise<ReadResult[]> {
    const results: ReadResult[] = [];
    for await (const result of this.fixture.backend.read(this.folder, ids, plainView)) results.push(result);
    return results;
  }

  /** Titles by id; for what cannot be read, why. */
  async titles(ids: readonly string[]): Promise<Map<string, string>> {
    const results = await this.read(ids);
    return new Map(
      results.map((result) => [result.id, 'item' in result ? this.title(result.item) : result.failure]),
    );
  }

  title(item: ItemByClass[C]): string {
    return this.samples.titleOf(item) ?? '';
  }

  version(id: string): string {
    const known = this.replica.known.get(id);
    if (!known) throw new Error(`the phone does not know ${id}`);
    return known.version;
  }

  /** What the phone says: what it leaves out is to stay. */
  says(data: ItemDataByClass[C]): ItemChange {
    const { itemClass } = this.samples;
    const manner = { protocolVersion: 141, supported: new Set<string>() };
    // The class and its data are of one piece in the samples.
    return { itemClass, data, manner, instance: null };
  }

  create(title: string, name = title): ReturnType<ItemWriter['createItem']> {
    return this.backend.createItem(this.folder, this.says(this.samples.data(title)), name);
  }

  change(
    id: string,
    title: string,
    expected: { version: string | null; winner?: 'server' | 'client' },
  ): ReturnType<ItemWriter['changeItem']> {
    const change = this.says(this.samples.change(title));
    return this.backend.changeItem(this.folder, id, change, { winner: 'server', ...expected });
  }
}

/** A test body with a phone at a fresh source. */
export const withPhone =
  <C extends PimClass>(
    setup: PimContractSetup<C>,
    test: (phone: PimPhone<C>, fixture: PimFixture) => Promise<void>,
  ): (() => Promise<void>) =>
  async () => {
    const fixture = await setup.start();
    try {
      await test(new PimPhone(fixture, setup.samples), fixture);
    } finally {
      await fixture.stop();
    }
  };

/** A refusal as BackendError says it. */
export const refused = (kind: string, reason?: string): object => ({
  name: 'BackendError',
  kind,
  ...(reason === undefined ? {} : { reason }),
});
