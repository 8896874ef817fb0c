import { BackendError, type BackendFolder } from '#backend';
import { foldersOf, listCollections, type Collection } from './collections.js';
import { defaultCalendar, discover, type Places } from './discovery.js';
import { parseFolderPath, type Component } from './folder-path.js';
import { placeOf } from './hrefs.js';
import type { DavHttp } from './http.js';

/** Milliseconds for which what was found stays true: homes hardly ever move. */
const placesHold = 60 * 60_000;

/** A folder as the rest of the code needs it. */
export interface DavFolder {
  readonly collection: Collection;
  /** As what it is looked at. */
  readonly component: Component;
  /** Objects of other components may lie in it. */
  readonly isMixed: boolean;
}

/** One account at one server, for all its devices: where its things are, and what was learned of its server. */
export class DavAccount {
  #places: { readonly found: Promise<Places>; readonly at: number } | null = null;
  #preferred: Promise<URL | null> | null = null;
  /** What is known of collections, by place. */
  readonly #collections = new Map<string, Collection>();
  /** Places of collections whose sync-collection report turned out not to work. */
  readonly #unsyncable = new Set<string>();
  #schedules: Promise<boolean> | null = null;

  constructor(readonly http: DavHttp) {}

  async folders(): Promise<BackendFolder[]> {
    const collections = await this.collections({ states: false });
    const preferred = await this.#defaultCalendar();
    return foldersOf(collections, this.http.home, this.http.settings.kind, preferred);
  }

  /** All collections there are now. */
  async collections(wanted: { readonly states: boolean }): Promise<readonly Collection[]> {
    const { homes, single } = await this.places();
    try {
      const lists = await Promise.all(
        single === null
          ? homes.map((home) => listCollections(this.http, home, 1, wanted))
          : [listCollections(this.http, single, 0, wanted)],
      );
      const collections = lists.flat();
      this.#collections.clear();
      for (const collection of collections) this.#collections.set(placeOf(collection.url), collection);
      return collections;
    } catch (error) {
      // The homes have moved.
      if (error instanceof BackendError && error.kind === 'gone') this.#places = null;
      throw error;
    }
  }

  /** The folder of a path. Throws `gone`. */
  async folder(path: string): Promise<DavFolder> {
    const { url, component } = parseFolderPath(path, this.http.settings.kind, this.http.home);
    const collection = this.#collections.get(placeOf(url)) ?? (await this.#lookUp(url, { states: false }));
    if (!collection?.components.includes(component))
      throw new BackendError('gone', `no such folder: ${path}`);
    return { collection, component, isMixed: collection.components.length > 1 };
  }

  /** Whether changes come by sync-collection; else by comparing listings. */
  syncs({ syncs, url }: Collection): boolean {
    return syncs && !this.#unsyncable.has(placeOf(url));
  }

  stopSyncing({ url }: Collection): void {
    this.#unsyncable.add(placeOf(url));
  }

  /** How a collection is now; null if it is gone. */
  async refreshed({ url }: Collection): Promise<Collection | null> {
    return this.#lookUp(url, { states: true });
  }

  async places(): Promise<Places> {
    if (this.#places === null || Date.now() - this.#places.at > placesHold) {
      const found = discover(this.http);
      this.#places = { found, at: Date.now() };
      this.#preferred = null;
      found.catch(() => {
        if (this.#places?.found === found) this.#places = null;
      });
    }
    return this.#places.found;
  }

  /** Whether the server sends invitations and answers by itself (RFC 6638 2). */
  schedulesItself(): Promise<boolean> {
    this.#schedules ??= this.#askScheduling().catch((error: unknown) => {
      this.#schedules = null;
      throw error;
    });
    return this.#schedules;
  }

  async #askScheduling(): Promise<boolean> {
    const { homes, single } = await this.places();
    const url = single ?? homes[0];
    if (this.http.settings.kind !== 'caldav' || url === undefined) return false;
    try {
      const answer = await this.http.do({ method: 'OPTIONS', url });
      return /(?:^|[\s,])calendar-auto-schedule(?:[\s,]|$)/i.test(answer.header('dav') ?? '');
    } catch (error) {
      if (error instanceof BackendError && !error.retryable && error.kind !== 'auth') return false;
      throw error;
    }
  }

  async #defaultCalendar(): Promise<URL | null> {
    const places = await this.places();
    this.#preferred ??= defaultCalendar(this.http, places).catch((error: unknown) => {
      this.#preferred = null;
      throw error;
    });
    return this.#preferred;
  }

  async #lookUp(url: URL, wanted: { readonly states: boolean }): Promise<Collection | null> {
    try {
      const [collection = null] = await listCollections(this.http, url, 0, wanted);
      if (collection === null) this.#collections.delete(placeOf(url));
      else this.#collections.set(placeOf(collection.url), collection);
      return collection;
    } catch (error) {
      if (!(error instanceof BackendError) || error.kind !== 'gone') throw error;
      this.#collections.delete(placeOf(url));
      return null;
    }
  }
}
