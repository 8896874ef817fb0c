import { BackendError, type ReadResult, type View } from '#backend';
import { MalformedText, type ItemCodec, type Owner } from '#formats';
import { occurrenceId, parseItemId, type ItemAddress } from './object-id.js';
import type { ObjectNames } from './object-names.js';
import type { FetchedText, ObjectTexts } from './object-texts.js';
import type { PictureFitter } from './pictures.js';

/** Items whose texts are fetched together; while they are consumed the next ones are on their way. */
const batchSize = 100;
/** UTF-16 codes of texts that are held for their turn; what comes beyond is fetched again when it is due. */
const heldCodes = 8 * 1024 * 1024;

/** What reading works with. */
export interface ReadParts {
  readonly codec: ItemCodec;
  readonly names: ObjectNames;
  readonly texts: ObjectTexts;
  readonly pictures: PictureFitter;
  readonly owner: () => Promise<Owner>;
}

interface Due {
  readonly id: string;
  readonly address: ItemAddress | null;
  /** Null: there is no such object. */
  readonly name: string | null;
}

interface Batch {
  readonly due: readonly Due[];
  readonly texts: ReadonlyMap<string, FetchedText>;
  /** Names of what had no room. */
  readonly later: ReadonlySet<string>;
}

/** Reads items: texts in batches, made into items one by one as they are asked for. */
export class ObjectReader {
  constructor(private readonly parts: ReadParts) {}

  async *read(folder: string, ids: readonly string[], view: View): AsyncGenerator<ReadResult> {
    const owner = await this.parts.owner();
    let next = this.batch(folder, ids.slice(0, batchSize));
    for (let at = 0; at < ids.length; at += batchSize) {
      const batch = await next;
      next = this.batch(folder, ids.slice(at + batchSize, at + 2 * batchSize));
      // Nobody may wait for it: the reader can end before.
      next.catch(() => undefined);
      for (const due of batch.due) yield await this.result(folder, due, batch, view, owner);
    }
  }

  private async batch(folder: string, ids: readonly string[]): Promise<Batch> {
    const addresses = ids.map((id) => ({ id, address: parseItemId(id) }));
    const names = await this.parts.names.resolve(
      folder,
      addresses.flatMap(({ address }) => address?.object ?? []),
    );
    const due = addresses.map(({ id, address }) => ({
      id,
      address,
      name: address === null ? null : (names.get(address.object) ?? null),
    }));
    const wanted = new Set(due.flatMap(({ name }) => name ?? []));
    const texts = new Map<string, FetchedText>();
    const later = new Set<string>();
    let room = heldCodes;
    for await (const fetched of this.parts.texts.fetch(folder, wantedTexts(wanted))) {
      room -= 'text' in fetched ? fetched.text.length : 0;
      if (room < 0) later.add(fetched.name);
      else texts.set(fetched.name, fetched);
    }
    return { due, texts, later };
  }

  private async result(
    folder: string,
    { id, address, name }: Due,
    { texts, later }: Batch,
    view: View,
    owner: Owner,
  ): Promise<ReadResult> {
    if (address === null || name === null) return { id, failure: 'gone', reason: 'unknown' };
    const fetched = texts.get(name) ?? (later.has(name) ? await this.alone(folder, name) : null);
    if (!fetched) return { id, failure: 'gone', reason: 'removed' };
    if (!('text' in fetched)) return { id, failure: 'unreadable', reason: fetched.failure };
    try {
      const occurrence = this.occurrence(fetched.text, address);
      const item = this.parts.codec.read(fetched.text, { view, owner, occurrence });
      return { id, item: await this.parts.pictures.fitted(item) };
    } catch (error) {
      if (error instanceof MalformedText) return { id, failure: 'unreadable', reason: error.message };
      if (error instanceof BackendError && error.kind === 'gone') {
        return { id, failure: 'gone', reason: error.reason };
      }
      throw error;
    }
  }

  private async alone(folder: string, name: string): Promise<FetchedText | null> {
    for await (const fetched of this.parts.texts.fetch(folder, [{ name, version: null }])) return fetched;
    return null;
  }

  /** The exact start: ids have none of its seconds. */
  private occurrence(text: string, { object, occurrence }: ItemAddress): Date | null {
    if (occurrence === null) return null;
    const day = 86_400_000;
    const near = { from: new Date(occurrence.getTime() - day), to: new Date(occurrence.getTime() + day) };
    const id = occurrenceId(object, occurrence);
    const starts = this.parts.codec.survey(text, near).occurrences;
    const found = starts?.find((start) => occurrenceId(object, start) === id);
    if (!found) throw new BackendError('gone', 'the series has no such occurrence', { reason: 'removed' });
    return found;
  }
}

function* wantedTexts(names: Iterable<string>): Generator<{ name: string; version: null }> {
  for (const name of names) yield { name, version: null };
}
