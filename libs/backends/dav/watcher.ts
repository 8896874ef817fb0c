import { BackendError, type ChangeNotice, type Watch } from '#backend';
import type { DavAccount } from './account.js';
import { stateOf, type Collection } from './collections.js';
import { folderPath } from './folder-path.js';
import { placeOf } from './hrefs.js';

interface Entry {
  readonly folders: ReadonlySet<string>;
  readonly notify: (notice: ChangeNotice) => void;
}

/** A phone that was answered comes back in a moment: until then what was seen is not forgotten. Milliseconds. */
const linger = 60_000;
const longestDelay = 10 * 60_000;

/**
 * Watches one account for all its devices. DAV tells nothing by itself: now and then, while somebody waits, one request a home
 * asks for the state of all its collections.
 */
export class Watcher {
  readonly #entries = new Set<Entry>();
  /** State of each collection when it was last asked for, by place. */
  #states: ReadonlyMap<string, Collection> | null = null;
  #round: Promise<void> | null = null;
  #timer: NodeJS.Timeout | null = null;
  #forgetting: NodeJS.Timeout | null = null;
  #failures = 0;
  #closed = false;

  constructor(private readonly account: DavAccount) {}

  /** Resolves when what happens from then on is told. Throws if the server cannot be asked at all. */
  async add(folders: readonly string[], notify: (notice: ChangeNotice) => void): Promise<Watch> {
    const entry: Entry = { folders: new Set(folders), notify };
    this.#entries.add(entry);
    if (this.#forgetting !== null) clearTimeout(this.#forgetting);
    try {
      // Also where states are known: what changed since they were asked for belongs to those who waited before.
      await this.#look();
    } catch (error) {
      this.#remove(entry);
      throw error;
    }
    this.#schedule();
    return { close: async () => this.#remove(entry) };
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#entries.clear();
    this.#stop();
    if (this.#forgetting !== null) clearTimeout(this.#forgetting);
    await this.#round?.catch(() => undefined);
  }

  #remove(entry: Entry): void {
    if (!this.#entries.delete(entry) || this.#entries.size > 0) return;
    this.#stop();
    this.#forgetting = setTimeout(() => (this.#states = null), linger).unref();
  }

  #stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #schedule(): void {
    if (this.#timer !== null || this.#closed || this.#entries.size === 0) return;
    const pause = this.account.http.settings.pollSeconds * 1000 * 2 ** Math.min(this.#failures, 10);
    // Not all accounts at once.
    const delay = Math.min(pause, Math.max(longestDelay, this.account.http.settings.pollSeconds * 1000));
    this.#timer = setTimeout(() => void this.#poll(), delay * (0.85 + Math.random() * 0.3)).unref();
  }

  async #poll(): Promise<void> {
    try {
      await this.#look();
      this.#failures = 0;
    } catch (error) {
      if (!(error instanceof BackendError)) throw error;
      // What changed meanwhile shows when the server answers again: states are compared with the last ones seen.
      this.#failures += 1;
    } finally {
      this.#timer = null;
      this.#schedule();
    }
  }

  /** Asks once; those who come meanwhile wait for the next answer, because this one may be older than their wish. */
  async #look(): Promise<void> {
    while (this.#round !== null) await this.#round.catch(() => undefined);
    this.#round = this.#compare();
    try {
      await this.#round;
    } finally {
      this.#round = null;
    }
  }

  async #compare(): Promise<void> {
    const collections = await this.account.collections({ states: true });
    const before = this.#states;
    const states = new Map(collections.map((each) => [placeOf(each.url), each]));
    this.#states = states;
    if (before === null) return;
    if (states.size !== before.size || [...states.keys()].some((place) => !before.has(place)))
      this.#tell(null);
    else this.#tell(collections.filter((each) => hasChanged(before.get(placeOf(each.url)), each)));
  }

  /** Null: collections came or went. */
  #tell(changed: readonly Collection[] | null): void {
    if (changed?.length === 0) return;
    const paths = changed?.flatMap((each) =>
      each.components.map((component) => folderPath(each.url, component, this.account.http.home)),
    );
    for (const { folders, notify } of [...this.#entries]) {
      if (paths === undefined) notify({ folders: null });
      else {
        const own = paths.filter((path) => folders.has(path));
        if (own.length > 0) notify({ folders: own });
      }
    }
  }
}

/** A server that tells no state may have changed anything. */
function hasChanged(before: Collection | undefined, now: Collection): boolean {
  const state = stateOf(now);
  return state === null || before === undefined || stateOf(before) !== state;
}
