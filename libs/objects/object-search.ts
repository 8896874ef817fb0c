import type { ItemHit, ItemSearcher } from '#backend';
import { MalformedText } from '#formats';
import { BoundedCache } from './bounded-cache.js';
import type { Desk } from './object-desk.js';
import { isOtherComponent } from './item-component.js';
import type { ObjectEntry } from './object-source.js';

/** Objects of one folder that a search looks at. */
const mostObjects = 20_000;
const keptBytes = 8 * 1024 * 1024;
const overhead = 200;
/** Codes of an item's words that are kept: nobody searches for what stands behind them. */
const mostWords = 32_768;
const chunkSize = 300;

/** What is searched of an object. */
interface Catalogued {
  /** As ItemCodec.words has them; empty for what cannot be read. */
  readonly words: string;
  readonly uid: string | null;
}

const nothing: Catalogued = { words: '', uid: null };

/** Lower case without accents, as ItemCodec.words has it. */
const folded = (word: string): string => word.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();

/** Finds objects by what stands in them: what was looked at once is remembered by its version. */
export class ObjectSearch {
  private readonly kept = new BoundedCache<Catalogued>(keptBytes);

  constructor(private readonly desk: Desk) {}

  async search({
    itemClass,
    folders,
    words,
    limit,
  }: Parameters<ItemSearcher['searchItems']>[0]): Promise<readonly ItemHit[]> {
    const { codec, folders: all } = this.desk;
    if (itemClass !== codec.itemClass) return [];
    const paths = (await all.recent()).filter(({ selectable }) => selectable).map(({ path }) => path);
    const wanted = words.map(folded).filter((word) => word !== '');
    const hits: ItemHit[] = [];
    for (const folder of folders ?? paths) {
      if (!paths.includes(folder)) continue;
      for await (const [id, found] of this.catalogue(folder)) {
        if (hits.length >= limit) return hits;
        if (found !== nothing && wanted.every((word) => found.words.includes(word)))
          hits.push({ folder, id });
      }
    }
    return hits;
  }

  /** Names of the objects with this UID. */
  async namesOfUid(folder: string, uid: string): Promise<readonly string[]> {
    const told = await this.desk.source.namesOfUid(folder, uid);
    if (told !== null) return told;
    const names: string[] = [];
    for await (const [, found, name] of this.catalogue(folder)) if (found.uid === uid) names.push(name);
    return names;
  }

  private async *catalogue(folder: string): AsyncGenerator<readonly [string, Catalogued, string]> {
    const { entries } = await this.desk.index.current(folder);
    const all = [...entries].slice(0, mostObjects);
    for (let at = 0; at < all.length; at += chunkSize) {
      const chunk = all.slice(at, at + chunkSize);
      const found = await this.look(
        folder,
        chunk.map(([, entry]) => entry),
      );
      for (const [id, { name }] of chunk) yield [id, found.get(name) ?? nothing, name];
      await this.desk.names.remember(folder, new Map(chunk.map(([id, { name }]) => [id, name])));
    }
  }

  private async look(
    folder: string,
    entries: readonly ObjectEntry[],
  ): Promise<ReadonlyMap<string, Catalogued>> {
    const found = new Map<string, Catalogued>();
    const missing: ObjectEntry[] = [];
    for (const entry of entries) {
      const known = this.kept.get(keyOf(folder, entry));
      if (known) found.set(entry.name, known);
      else missing.push(entry);
    }
    if (missing.length === 0) return found;
    for await (const fetched of this.desk.texts.fetch(folder, missing)) {
      if (!('text' in fetched)) continue;
      const looked = this.catalogued(fetched.text);
      found.set(fetched.name, looked);
      this.kept.set(keyOf(folder, fetched), looked, overhead + 2 * looked.words.length);
    }
    return found;
  }

  private catalogued(text: string): Catalogued {
    const { codec } = this.desk;
    if (isOtherComponent(codec.itemClass, text)) return nothing;
    try {
      return { words: codec.words(text).slice(0, mostWords), uid: codec.uidOf(text) };
    } catch (error) {
      if (error instanceof MalformedText) return nothing;
      throw error;
    }
  }
}

const keyOf = (folder: string, { name, version }: ObjectEntry): string => `${folder}\n${name}\n${version}`;
