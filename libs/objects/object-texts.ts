import type { ObjectSource, StoredObject } from './object-source.js';
import type { CachedText, TextCache } from './text-cache.js';

/** Names that are asked for at once. */
const batchSize = 150;
/** Milliseconds for which a text counts as current after the source told of its version. */
const freshFor = 60_000;
/** UTF-16 codes of texts that are fetched before anybody asked: a part of what the cache holds, so that they push out little. */
const mostCodesAhead = 1024 * 1024;

/** A text, or why it cannot be read. */
export type FetchedText = StoredObject | { readonly name: string; readonly failure: string };

/** An object whose text is wanted. Version null: the text there is now, as far as was heard lately. */
export interface WantedText {
  readonly name: string;
  readonly version: string | null;
}

/** Texts on their way that nobody asked for yet. */
interface Ahead {
  readonly folder: string;
  /** Those nobody wrote, or heard other news of, since. */
  readonly names: Set<string>;
  /** Never fails. */
  readonly done: Promise<void>;
}

/** The texts of a source through a cache. */
export class ObjectTexts {
  private ahead: Ahead | null = null;

  constructor(
    private readonly source: Pick<ObjectSource, 'kind' | 'fetch'>,
    private readonly cache: TextCache,
    private readonly now: () => Date,
    /** See ObjectBackendOptions.feedsElsewhere. */
    readonly feedsElsewhere: boolean,
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
    this.supersede(folder, name);
    this.cache.forget(this.source.kind, folder, name);
  }

  keep(folder: string, { name, version, text }: StoredObject): void {
    this.supersede(folder, name);
    const heardAt = this.now().getTime();
    this.cache.set(this.source.kind, folder, name, { version, text, heardAt });
  }

  /**
   * Brings texts into the cache that will be wanted next, while the caller does something else. One such errand at a time;
   * what goes wrong with it is left to who then asks for them.
   */
  fetchAhead(folder: string, wanted: Iterable<WantedText>): void {
    if (this.ahead) return;
    const names = new Set<string>();
    for (const { name, version } of wanted) if (!this.cached(folder, name, version)) names.add(name);
    if (names.size === 0) return;
    const done = this.bring(folder, names)
      .catch(() => undefined)
      .finally(() => (this.ahead = null));
    this.ahead = { folder, names, done };
  }

  private async bring(folder: string, names: Set<string>): Promise<void> {
    let room = mostCodesAhead;
    for await (const fetched of this.source.fetch(folder, [...names])) {
      // A text that was written meanwhile is newer than this one.
      if (!('text' in fetched) || !names.has(fetched.name)) continue;
      room -= fetched.text.length;
      if (room < 0) return;
      this.keep(folder, fetched);
    }
  }

  private supersede(folder: string, name: string): void {
    if (this.ahead?.folder === folder) this.ahead.names.delete(name);
  }

  /** In any order; objects that are not there are left out. One that changed meanwhile comes with its new version. */
  async *fetch(folder: string, wanted: Iterable<WantedText>): AsyncGenerator<FetchedText> {
    const missing: string[] = [];
    for (const { name, version } of wanted) {
      // It is asked for already: asking again would take as long.
      if (this.isComing(folder, name)) await this.ahead?.done;
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

  private isComing(folder: string, name: string): boolean {
    return this.ahead !== null && this.ahead.folder === folder && this.ahead.names.has(name);
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
