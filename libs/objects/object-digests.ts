import { MalformedText, type ItemCodec } from '#formats';
import { BoundedCache } from './bounded-cache.js';
import { horizonOf, monthOf } from './horizon.js';
import { isOtherComponent } from './item-component.js';
import type { FetchedText, ObjectTexts } from './object-texts.js';
import type { ObjectEntry, StoredObject } from './object-source.js';

/** What the feed tells of an object. */
export interface Digest {
  readonly version: string;
  readonly day: number | null;
  /** As Survey has it. */
  readonly occurrences: readonly Date[] | null;
  /** The object is of another class; it is not shown here. */
  readonly isOther: boolean;
}

const keptBytes = 4 * 1024 * 1024;
const bytesPerDigest = 250;
const bytesPerOccurrence = 80;
/** A series is cut here: one that repeats each minute would fill a phone. */
const mostOccurrences = 2_000;

/** Looks into texts for the feed, and remembers what it saw longer than the texts themselves. */
export class ObjectDigests {
  private readonly kept = new BoundedCache<Digest>(keptBytes);

  constructor(
    private readonly codec: ItemCodec,
    private readonly texts: ObjectTexts,
  ) {}

  /** By name; an object that is gone meanwhile is absent. `month` says which horizon holds. */
  async of(
    folder: string,
    entries: readonly ObjectEntry[],
    month: number,
  ): Promise<ReadonlyMap<string, Digest>> {
    const found = new Map<string, Digest>();
    const missing: ObjectEntry[] = [];
    for (const entry of entries) {
      const { name, version } = entry;
      const digest = this.codec.surveys
        ? this.kept.get(keyOf(folder, name, version, month))
        : { version, day: null, occurrences: null, isOther: false };
      if (digest) found.set(name, digest);
      else missing.push(entry);
    }
    if (missing.length === 0) return found;
    const versions = new Map(missing.map(({ name, version }) => [name, version]));
    for await (const fetched of this.texts.fetch(folder, missing)) {
      const version = 'text' in fetched ? fetched.version : (versions.get(fetched.name) ?? '');
      const digest = this.digest(fetched, version, month);
      found.set(fetched.name, digest);
      // Why it could not be fetched may be over in a moment.
      if ('text' in fetched) this.keep(folder, fetched.name, digest, month);
    }
    return found;
  }

  /** Of a text that is at hand, by today's horizon. */
  now(fetched: StoredObject, now: Date): Digest {
    return this.digest(fetched, fetched.version, monthOf(now));
  }

  /** Of a text that is at hand. */
  digest(fetched: FetchedText, version: string, month: number): Digest {
    const nothingKnown = { version, day: null, occurrences: null, isOther: false };
    if (!('text' in fetched) || !this.codec.surveys) return nothingKnown;
    if (isOtherComponent(this.codec.itemClass, fetched.text)) return { ...nothingKnown, isOther: true };
    try {
      const { day, occurrences } = this.codec.survey(fetched.text, horizonOf(month));
      return { ...nothingKnown, day, occurrences: occurrences?.slice(0, mostOccurrences) ?? null };
    } catch (error) {
      // It is told all the same: reading it then says why it cannot be shown.
      if (error instanceof MalformedText) return nothingKnown;
      throw error;
    }
  }

  private keep(folder: string, name: string, digest: Digest, month: number): void {
    const weight = bytesPerDigest + (digest.occurrences?.length ?? 0) * bytesPerOccurrence;
    this.kept.set(keyOf(folder, name, digest.version, month), digest, weight);
  }
}

const keyOf = (folder: string, name: string, version: string, month: number): string =>
  `${month}\n${folder}\n${name}\n${version}`;
