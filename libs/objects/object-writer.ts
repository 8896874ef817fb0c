import { isDeepStrictEqual } from 'node:util';
import {
  BackendError,
  type ChangeManner,
  type Expectation,
  type ItemChange,
  type PimData,
  type View,
  type WrittenItem,
} from '#backend';
import { addedContents, MalformedText, type WriteContext, type WrittenText } from '#formats';
import { currentObject, dataOf, gone, objectOrNull, placeOf, toldOf, type Desk } from './object-desk.js';
import { readOnly } from './object-folders.js';
import { feedVersion, objectId } from './object-id.js';
import { uuidOf } from './object-name.js';
import type { ObjectSearch } from './object-search.js';
import type { StoredObject } from './object-source.js';

/** Times somebody else may be faster before the change is given up as a conflict. */
const mostRaces = 5;
/** How the phone would be shown what it wrote. */
const comparing = (manner: ChangeManner): View => ({
  protocolVersion: manner.protocolVersion,
  bodyPreferences: [{ type: 1 }],
  mimeSupport: 0,
  mimeTruncation: null,
  detail: 'full',
  ...(manner.birthdays ? { birthdays: manner.birthdays } : {}),
});
/** An occurrence is only ever deleted by itself from 16.0 on. */
const ofOccurrences: ChangeManner = { protocolVersion: 160, supported: null };

const isConflict = (error: unknown): boolean => error instanceof BackendError && error.kind === 'conflict';

/** Writes what phones say into objects (ItemWriter). */
export class ObjectWriter {
  constructor(
    private readonly desk: Desk,
    private readonly search: ObjectSearch,
  ) {}

  async create(folder: string, change: ItemChange, name: string): Promise<WrittenItem> {
    const { codec, folders } = this.desk;
    await folders.mustBeWritable(folder);
    const data = dataOf(this.desk, change);
    const uid = uuidOf('name', name);
    const written = codec.create(data, uid, await this.context(change));
    const objectName = uid + codec.suffix;
    await this.desk.names.remember(folder, new Map([[objectId(objectName), objectName]]));
    try {
      return await this.store(folder, objectName, written, null, change.manner);
    } catch (error) {
      if (!isConflict(error)) throw error;
    }
    const made = await this.madeBefore(folder, objectName, written.text);
    const altered = await this.isAltered(written.text, made.text, change.manner);
    return { ...toldOf(this.desk, made), altered, files: written.files };
  }

  async change(folder: string, id: string, change: ItemChange, expected: Expectation): Promise<WrittenItem> {
    const data = dataOf(this.desk, change);
    const context = await this.context(change);
    return this.rewrite(folder, id, expected, change.manner, async ({ text }) =>
      this.desk.codec.apply(text, await this.withoutShownPicture(data, text, context), context),
    );
  }

  async deleteOccurrence(
    folder: string,
    id: string,
    instance: Date,
    expected: Expectation,
  ): Promise<WrittenItem> {
    const { codec, owner, now } = this.desk;
    const context = { manner: ofOccurrences, owner: await owner(), now: now() };
    return this.rewrite(folder, id, expected, ofOccurrences, async ({ text }) => {
      const without = codec.withoutOccurrence?.(text, instance, context);
      if (without === undefined) throw new BackendError('invalid', `${codec.itemClass} have no occurrences`);
      return { text: without, files: [] };
    });
  }

  /** Writes a text as it is told (CalendarStore). Throws `conflict` as ObjectSource.put does. */
  async store(
    folder: string,
    name: string,
    { text, files }: WrittenText,
    over: string | null,
    manner: ChangeManner,
  ): Promise<WrittenItem> {
    const { source, texts, names } = this.desk;
    texts.forget(folder, name);
    const { version, name: there = name } = await source.put(folder, name, text, over);
    if (there !== name) await names.remember(folder, new Map([[objectId(there), there]]));
    if (version !== null) {
      const stored = { name: there, version, text };
      texts.keep(folder, stored);
      return { ...toldOf(this.desk, stored), altered: false, files };
    }
    const stored = await currentObject(this.desk, folder, there);
    const altered = await this.isAltered(text, stored.text, manner);
    return { ...toldOf(this.desk, stored), altered, files };
  }

  /**
   * What an earlier attempt made, or the object that has the UID the phone gave: no calendar has room for two of one UID,
   * and two of them would be the same meeting twice. It lies under the name, or where the source put it. Throws `conflict`.
   */
  private async madeBefore(folder: string, name: string, text: string): Promise<StoredObject> {
    const there = await objectOrNull(this.desk, folder, name);
    if (there) return there;
    const uid = this.desk.codec.uidOf(text);
    for (const other of uid === null ? [] : await this.search.namesOfUid(folder, uid)) {
      const found = await objectOrNull(this.desk, folder, other);
      if (!found) continue;
      await this.desk.names.remember(folder, new Map([[objectId(other), other]]));
      return found;
    }
    throw new BackendError('conflict', 'the source has such an item elsewhere', { reason: 'exists' });
  }

  /** Reads, judges, works the change in and writes, until nobody was faster in between. */
  private async rewrite(
    folder: string,
    id: string,
    expected: Expectation,
    manner: ChangeManner,
    work: (current: StoredObject) => Promise<WrittenText>,
  ): Promise<WrittenItem> {
    await this.desk.folders.mustBeWritable(folder);
    const { name, occurrence } = await placeOf(this.desk, folder, id);
    if (occurrence !== null) throw readOnly('occurrences of a series without words in ActiveSync are fixed');
    for (let races = 0; races < mostRaces; races++) {
      const current = await currentObject(this.desk, folder, name);
      judge(current, expected);
      this.mustBeOneItem(current, id);
      const written = await readable(() => work(current));
      if (written.text === current.text) {
        return { ...toldOf(this.desk, current), altered: false, files: written.files };
      }
      try {
        return await this.store(folder, name, written, current.version, manner);
      } catch (error) {
        if (!isConflict(error)) throw error;
      }
    }
    throw new BackendError('conflict', `${id} does not hold still`, { reason: 'races' });
  }

  /** Since the phone was told of it, it may have become a series of many items, or a task. */
  private mustBeOneItem(current: StoredObject, id: string): void {
    const { digests, now } = this.desk;
    const { isOther, occurrences } = digests.now(current, now());
    if (isOther || occurrences !== null) throw gone(id);
  }

  private async context(change: ItemChange): Promise<WriteContext> {
    const { owner, now } = this.desk;
    const { manner, instance } = change;
    const context = { manner, owner: await owner(), now: now(), instance };
    // A codec does no I/O: what a phone attaches is read before.
    return change.itemClass === 'Calendar'
      ? { ...context, contents: await addedContents(change.data) }
      : context;
  }

  private async withoutShownPicture(
    data: PimData['data'],
    text: string,
    { manner, owner }: WriteContext,
  ): Promise<PimData['data']> {
    const { codec, pictures } = this.desk;
    if (codec.itemClass !== 'Contacts' || !('Picture' in data)) return data;
    const stored = codec.read(text, { view: comparing(manner), owner, occurrence: null });
    return 'Picture' in stored ? pictures.withoutShownPicture(data, stored) : data;
  }

  /** Whether a phone would see something else of what is stored than of what was written. */
  private async isAltered(written: string, stored: string, manner: ChangeManner): Promise<boolean> {
    const { codec, owner } = this.desk;
    if (written === stored) return false;
    const context = { view: comparing(manner), owner: await owner(), occurrence: null };
    try {
      return !isDeepStrictEqual(codec.read(written, context), codec.read(stored, context));
    } catch (error) {
      if (error instanceof MalformedText) return true;
      throw error;
    }
  }
}

/** MS-ASCMD 2.2.3.34: who changed the item first wins, unless the phone is to win. */
function judge({ version }: StoredObject, expected: Expectation): void {
  if (expected.version === null || expected.winner === 'client') return;
  if (feedVersion(version) === expected.version) return;
  throw new BackendError('conflict', 'somebody else changed the item', { reason: 'changed' });
}

/** A text that cannot be read cannot be changed either. */
async function readable<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof MalformedText)) throw error;
    throw new BackendError('invalid', error.message, { reason: 'unreadable', cause: error });
  }
}
