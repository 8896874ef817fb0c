import { BackendError, type PimData } from '#backend';
import type { ItemCodec, Owner } from '#formats';
import type { FolderIndex } from './folder-index.js';
import type { ObjectDigests } from './object-digests.js';
import type { ObjectFolders } from './object-folders.js';
import { feedVersion, objectId, parseItemId, type ItemAddress } from './object-id.js';
import type { ObjectNames } from './object-names.js';
import type { ObjectSource, StoredObject } from './object-source.js';
import type { ObjectTexts } from './object-texts.js';
import type { PictureFitter } from './pictures.js';

/** What all that works on objects shares: the source, the codec, and what is remembered of both. */
export interface Desk {
  readonly source: ObjectSource;
  readonly codec: ItemCodec;
  readonly names: ObjectNames;
  readonly index: FolderIndex;
  readonly texts: ObjectTexts;
  readonly digests: ObjectDigests;
  readonly folders: ObjectFolders;
  readonly pictures: PictureFitter;
  readonly owner: () => Promise<Owner>;
  readonly now: () => Date;
}

export const gone = (id: string): BackendError =>
  new BackendError('gone', `no item ${id}`, { reason: 'no-such-item' });

/** Where an item lies. Throws `gone`. */
export async function placeOf(
  { names }: Desk,
  folder: string,
  id: string,
): Promise<ItemAddress & { readonly name: string }> {
  const address = parseItemId(id);
  if (!address) throw gone(id);
  const name = (await names.resolve(folder, [address.object])).get(address.object);
  if (name === undefined) throw gone(id);
  return { ...address, name };
}

/** The object as it is now. Throws `gone`; `invalid` with reason `unreadable` for one that cannot be read. */
export async function currentObject({ texts }: Desk, folder: string, name: string): Promise<StoredObject> {
  const fetched = await texts.current(folder, name);
  if (!fetched) throw gone(objectId(name));
  if ('text' in fetched) return fetched;
  throw new BackendError('invalid', fetched.failure, { reason: 'unreadable' });
}

/** As currentObject; null if there is no such object. */
export async function objectOrNull(desk: Desk, folder: string, name: string): Promise<StoredObject | null> {
  try {
    return await currentObject(desk, folder, name);
  } catch (error) {
    if (error instanceof BackendError && error.kind === 'gone') return null;
    throw error;
  }
}

/** How the feed tells of an object that was just written. */
export function toldOf(
  { digests, now }: Desk,
  object: StoredObject,
): { readonly id: string; readonly version: string; readonly day: number | null } {
  const { day } = digests.now(object, now());
  return { id: objectId(object.name), version: feedVersion(object.version), day };
}

/** What a phone says, in the codec's own class. Throws `unsupported` for another one. */
export function dataOf({ codec }: Desk, change: PimData): PimData['data'] {
  if (change.itemClass === codec.itemClass) return change.data;
  throw new BackendError('unsupported', `no items of class ${change.itemClass} here`);
}
