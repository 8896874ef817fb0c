import type { ObjectSource, StoredObject } from './object-source.js';
import type { CachedText, TextCache } from './text-cache.js';

/** Names that are asked for at once. */
const batchSize = 150;
/** Milliseconds for which a text counts as current after the source told of its version. */
const freshFor = 60_000;

/** A text, or why it cannot be read. */
export type FetchedText = StoredObject | { readonly name: string; readonly failure: string };

/** An object whose text is wanted. Version null: the text there is now, as far as was heard lately. */
export interface WantedText {
  readonly name: string;
  readonly version: string | null;
}

/** The texts of a source through a cache. */
export class ObjectTexts {
  constructor(
    private readonly source: ObjectSource,
    private readonly cache: TextCache,
    private readonly now: () => Date,
    /** See ObjectBackendOptions.feedsElsewhere. */
    private readonly feedsElsewhere: boolean,
  ) {}

  /** The source said just now that these are the versions: texts of other versions are worth nothing any more. */
  heard(folder: string, entries: Iterable<{ readonly name: string; readonly version: string }>): void {
    for (const { name, version } of entries) {
      const cached = this.cache.get(this.source.kind, folder, name);
      if (cached?.version === version) this.keep(folder, { name, ...cached });
      else if (cached) this.forget(folder, name);
    }
  }

  /** The source said just now that the folder has these objects and no others. */
  retain(folder: string, names: Iterable<string>): void {
    this.cache.retain(this.source.kind, folder, new Set(names));
  }

  forget(folder: string, name: string): void {
    this.cache.forget(this.source.kind, folder, name);
  }

  keep(folder: string, { name, version, text }: StoredObject): void {
    const heardAt = this.now().getTime();
    this.cache.set(this.source.kind, folder, name, { version, text, heardAt });
  }

  /** In any order; objects that are not there are left out. One that changed meanwhile comes with its new version. */
  async *fetch(folder: string, wanted: Iterable<WantedText>): AsyncGenerator<FetchedText> {
    const missing: string[] = [];
    for (const { name, version } of wanted) {
      const cached = this.cached(folder, name, version);
      if (cached) yield cached;
      else missing.push(name);
    }
    for (let at = 0; at < missing.length; at += batchSize) {
      for await (const fetched of this.source.fetch(folder, missing.slice(at, at + batchSize))) {
        if ('text' in fetched) this.keep(folder, fetched);
        yield fetched;
      }
    }
  }

  /** The object as it is at the source now; null if it is not there. Throws nothing for one that cannot be read. */
  async current(folder: string, name: string): Promise<FetchedText | null> {
    this.forget(folder, name);
    for await (const fetched of this.fetch(folder, [{ name, version: null }])) return fetched;
    return null;
  }

  private cached(folder: string, name: string, version: string | null): StoredObject | null {
    const cached = this.cache.get(this.source.kind, folder, name);
    if (!cached) return null;
    const usable = version === null ? this.isCurrent(cached) : cached.version === version;
    return usable ? { name, version: cached.version, text: cached.text } : null;
  }

  /** Only who tells every change himself knows that he has not told a newer version. */
  private isCurrent({ heardAt }: CachedText): boolean {
    const age = this.now().getTime() - heardAt;
    return !this.feedsElsewhere && age >= 0 && age < freshFor;
  }
}
