import { createHash } from 'node:crypto';
import { BoundedCache } from './bounded-cache.js';

/** Bytes of a contact's picture (MS-ASCNTC 2.2.2.58; trap 96): 48 KB of base64. */
export const LARGEST_PICTURE = 36_864;
/** What is even tried to be shrunk. */
const largestOriginal = 24 * 1024 * 1024;
/** A small file may unfold to billions of pixels. */
const mostPixels = 50_000_000;
/** Edges and qualities that are tried one after the other until the picture fits. */
const attempts = [
  { edge: 480, quality: 80 },
  { edge: 320, quality: 75 },
  { edge: 240, quality: 65 },
  { edge: 128, quality: 50 },
] as const;
const keptBytes = 4 * 1024 * 1024;
const atOnce = 2;

interface Pictured {
  readonly Picture?: unknown;
}

/**
 * Makes pictures of contacts as small as phones take them. The original stays stored: only what is shown is another one,
 * and it is recognized when a phone sends it back.
 */
export class PictureFitter {
  /** By hash of the original; null: it cannot be shrunk. */
  private readonly shrunk = new BoundedCache<{ readonly picture: Uint8Array | null }>(keptBytes);
  private readonly waiting: (() => void)[] = [];
  private running = 0;

  /** The item with a picture that fits, or without one. */
  async fitted<Item extends object>(item: Item): Promise<Item> {
    const { Picture: picture } = item as Pictured;
    if (!(picture instanceof Uint8Array) || picture.length <= LARGEST_PICTURE) return item;
    const { Picture: _, ...rest } = item as Item & Pictured;
    const small = await this.shrink(picture);
    return (small === null ? rest : { ...rest, Picture: small }) as Item;
  }

  /**
   * What a phone says of a contact, without the picture if it is the one it was shown of `stored`: the original must not
   * be replaced by its small copy, nor be taken away because it could not be shown.
   */
  async withoutShownPicture<Data extends object>(data: Data, stored: Pictured): Promise<Data> {
    const { Picture: sent } = data as Pictured;
    const { Picture: original } = stored;
    if (sent === undefined || !(original instanceof Uint8Array)) return data;
    if (original.length <= LARGEST_PICTURE) return data;
    const shown = await this.shrink(original);
    const isShown = shown === null ? sent === null : sameBytes(sent, shown);
    if (!isShown) return data;
    const { Picture: _, ...rest } = data as Data & Pictured;
    return rest as Data;
  }

  /** A JPEG of at most LARGEST_PICTURE bytes; null if none can be made. */
  private async shrink(original: Uint8Array): Promise<Uint8Array | null> {
    const hash = createHash('sha256').update(original).digest('base64url');
    const known = this.shrunk.get(hash);
    if (known) return known.picture;
    const picture = await this.inTurn(() => shrink(original));
    this.shrunk.set(hash, { picture }, 200 + (picture?.length ?? 0));
    return picture;
  }

  /** Decoding takes a processor each: a page of pictures must not take them all. */
  private async inTurn<T>(work: () => Promise<T>): Promise<T> {
    while (this.running >= atOnce) await new Promise<void>((resolve) => this.waiting.push(resolve));
    this.running += 1;
    try {
      return await work();
    } finally {
      this.running -= 1;
      this.waiting.shift()?.();
    }
  }
}

async function shrink(original: Uint8Array): Promise<Uint8Array | null> {
  if (original.length > largestOriginal) return null;
  // A library of some twenty megabytes, for one contact in a hundred: whoever meets none does without it.
  const { default: sharp } = await import('sharp');
  try {
    for (const { edge, quality } of attempts) {
      const small = await sharp(original, { failOn: 'none', limitInputPixels: mostPixels })
        .rotate()
        .resize(edge, edge, { fit: 'inside', withoutEnlargement: true })
        .flatten({ background: '#ffffff' })
        .jpeg({ quality })
        .toBuffer();
      if (small.length <= LARGEST_PICTURE) return small;
    }
  } catch {
    // It is no picture that anybody knows; the contact is shown without it.
  }
  return null;
}

const sameBytes = (sent: unknown, shown: Uint8Array): boolean =>
  sent instanceof Uint8Array && Buffer.compare(sent, shown) === 0;
