import { isOtherComponent } from './item-component.js';
import { currentObject, objectOrNull, type Desk } from './object-desk.js';
import { readOnly } from './object-folders.js';
import { feedVersion, objectId, parseItemId } from './object-id.js';
import { uuidOf } from './object-name.js';
import type { ObjectEntry, StoredObject } from './object-source.js';

/** Objects of a folder that are looked at and deleted together. */
const pageSize = 300;

/** Deletes objects and moves them between folders (ItemDeleter, FolderEmptier, ItemMover). */
export class ObjectMover {
  constructor(private readonly desk: Desk) {}

  /** An occurrence of an expanded series cannot go by itself: it counts as failed. */
  async delete(folder: string, ids: readonly string[]): Promise<{ failed: readonly string[] }> {
    const { folders, names, source, texts } = this.desk;
    await folders.mustBeWritable(folder);
    const failed: string[] = [];
    const known = await names.resolve(folder, objectsOf(ids));
    for (const id of new Set(ids)) {
      const address = parseItemId(id);
      const name = address ? known.get(address.object) : undefined;
      if (name === undefined) continue;
      if (address?.occurrence) {
        failed.push(id);
        continue;
      }
      // Trap 51: a Delete beats a Change from either side.
      await source.remove(folder, name, null);
      texts.forget(folder, name);
    }
    return { failed };
  }

  /** What of the folder is of another class, or cannot be looked at to see that, stays: another phone folder shows it. */
  async empty(folder: string): Promise<void> {
    const { folders, index, source, texts } = this.desk;
    await folders.mustBeWritable(folder);
    const entries = [...(await index.current(folder)).entries.values()];
    for (let at = 0; at < entries.length; at += pageSize) {
      for (const name of await this.ownOf(folder, entries.slice(at, at + pageSize))) {
        await source.remove(folder, name, null);
        texts.forget(folder, name);
      }
    }
  }

  /** Names of those that are of this class. */
  private async ownOf(folder: string, entries: readonly ObjectEntry[]): Promise<readonly string[]> {
    const { codec, texts } = this.desk;
    // Address books hold nothing else.
    if (codec.itemClass === 'Contacts') return entries.map(({ name }) => name);
    const own: string[] = [];
    for await (const fetched of texts.fetch(folder, entries)) {
      if ('text' in fetched && !isOtherComponent(codec.itemClass, fetched.text)) own.push(fetched.name);
    }
    return own;
  }

  async move(
    folder: string,
    ids: readonly string[],
    target: string,
  ): Promise<ReadonlyMap<string, { id: string; version: string }>> {
    const { folders, names } = this.desk;
    for (const path of [folder, target]) await folders.mustBeWritable(path);
    const known = await names.resolve(folder, objectsOf(ids));
    const moved = new Map<string, { id: string; version: string }>();
    for (const id of new Set(ids)) {
      const address = parseItemId(id);
      const name = address ? known.get(address.object) : undefined;
      if (name === undefined) continue;
      if (address?.occurrence) throw readOnly('an occurrence cannot be moved without its series');
      const there = await this.moveOne(folder, name, target);
      if (there) moved.set(id, there);
    }
    return moved;
  }

  private async moveOne(
    folder: string,
    name: string,
    target: string,
  ): Promise<{ id: string; version: string } | null> {
    const { source, texts, names, codec } = this.desk;
    const current = await objectOrNull(this.desk, folder, name);
    if (!current) return null;
    // The same for a second attempt after a lost answer, and another one when it comes back some day.
    const newName = uuidOf('move', folder, name, current.version) + codec.suffix;
    await names.remember(target, new Map([[objectId(newName), newName]]));
    if (source.move) await source.move(folder, name, target, newName);
    else await this.copy(current, folder, target, newName);
    texts.forget(folder, name);
    const { version } = await currentObject(this.desk, target, newName);
    return { id: objectId(newName), version: feedVersion(version) };
  }

  private async copy(current: StoredObject, folder: string, target: string, name: string): Promise<void> {
    const { source } = this.desk;
    await source.put(target, name, current.text, null).catch(async (error: unknown) => {
      const there = await objectOrNull(this.desk, target, name);
      // Copied by an attempt that did not live to remove the original.
      if (there?.text !== current.text) throw error;
    });
    await source.remove(folder, current.name, current.version);
  }
}

const objectsOf = (ids: readonly string[]): string[] => ids.flatMap((id) => parseItemId(id)?.object ?? []);
