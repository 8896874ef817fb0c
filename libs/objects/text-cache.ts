import { BoundedCache } from './bounded-cache.js';

/** A text with the version it had when it was read. */
export interface CachedText {
  readonly version: string;
  readonly text: string;
  /** Milliseconds since 1970 when the source last said that this is its version. */
  readonly heardAt: number;
}

const overhead = 200;
const bytesPerCode = 2;

/**
 * Texts of objects for a short while, so that the feed, which must look into them, and the reading that follows fetch each
 * only once. One for an account, whatever sources it has.
 */
export class TextCache {
  private readonly texts: BoundedCache<CachedText>;

  /** Up to so many bytes. */
  constructor(bytes = 8 * 1024 * 1024) {
    this.texts = new BoundedCache(bytes);
  }

  get(kind: string, folder: string, name: string): CachedText | undefined {
    return this.texts.get(keyOf(kind, folder, name));
  }

  set(kind: string, folder: string, name: string, cached: CachedText): void {
    const key = keyOf(kind, folder, name);
    this.texts.set(key, cached, overhead + (key.length + cached.text.length) * bytesPerCode);
  }

  forget(kind: string, folder: string, name: string): void {
    this.texts.delete(keyOf(kind, folder, name));
  }

  /** The folder has these objects and no others. */
  retain(kind: string, folder: string, names: ReadonlySet<string>): void {
    const begin = keyOf(kind, folder, '');
    for (const key of [...this.texts.keys()]) {
      if (key.startsWith(begin) && !names.has(key.slice(begin.length))) this.texts.delete(key);
    }
  }

  /** Bytes that are held. */
  get bytes(): number {
    return this.texts.weight;
  }
}

const keyOf = (kind: string, folder: string, name: string): string => `${kind}\n${folder}\n${name}`;
