import { BackendError } from '#backend';
import type { PartContent } from '#backend';
import {
  decodeTransfer,
  findPart,
  openTnefAttachment,
  parseTnefReference,
  spool,
  type MimePart,
} from '#formats';
import { gone, inFolder, uidIn } from './account.js';
import { base64Characters, decodedRange, probeBase64, type RegularBase64 } from './base64-part.js';
import { readBodyStructure, unknownStructure } from './body-structure.js';
import { streamOctets, type Section } from './part-stream.js';
import type { Pool } from './pool.js';

interface Range {
  readonly first: number;
  readonly last: number;
}

/** What is known of a part that phones fetch in ranges: found out once. */
interface Known {
  readonly part: MimePart;
  /** Null: the size is only known by decoding all of it. */
  readonly shape: RegularBase64 | null;
}

const mostKnown = 64;

/** Reads parts of mails; remembers the last ones it looked at. */
export class PartReading {
  readonly #pool: Pool;
  readonly #known = new Map<string, Known>();

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  /** See PartReader.readPart. Part '' is the whole message as stored. */
  async read(folder: string, id: string, part: string, range?: Range): Promise<PartContent> {
    const inside = parseTnefReference(part);
    if (inside !== null) return this.#readInside({ folder, id, section: inside.part }, inside.index, range);
    const key = `${folder}\n${id}\n${part}`;
    const section: Section = { folder, id, section: part };
    const known = this.#known.get(key) ?? (await this.#learn(key, section));
    const { encoding } = known.part;
    const head = { contentType: `${known.part.type}/${known.part.subtype}`, name: known.part.filename };
    if (known.shape !== null) return this.#regular(key, section, known.shape, head, range);
    if (!isEncoded(encoding)) {
      const { size } = known.part;
      const { first, last } = clamp(range, size);
      return { ...head, size, content: streamOctets(this.#pool, section, first, last + 1) };
    }
    const all = streamOctets(this.#pool, section, 0, known.part.size);
    const spooled = await spool(decodeTransfer(all, encoding));
    try {
      const wanted = clamp(range, spooled.size);
      return {
        ...head,
        size: spooled.size,
        content: thenDispose(spooled.read(wanted), () => spooled.dispose()),
      };
    } catch (error) {
      spooled.dispose();
      throw error;
    }
  }

  /** A file in a winmail.dat. */
  async #readInside(section: Section, index: number, range: Range | undefined): Promise<PartContent> {
    const container = await this.#find(section);
    const open = (): AsyncIterable<Uint8Array> =>
      decodeTransfer(streamOctets(this.#pool, section, 0, container.size), container.encoding);
    return openTnefAttachment(open, container, index, range);
  }

  #regular(
    key: string,
    section: Section,
    shape: RegularBase64,
    head: Pick<PartContent, 'contentType' | 'name'>,
    range: Range | undefined,
  ): PartContent {
    const { first, last } = clamp(range, shape.size);
    const watched = <T>(source: AsyncIterable<T>): AsyncIterable<T> =>
      onIrregular(source, () => this.#mistrust(key));
    return {
      ...head,
      size: shape.size,
      content: watched(decodedRange(this.#pool, section, shape, first, last)),
      // Base64 of a part of it would be another text.
      ...(range === undefined ? { base64: () => watched(base64Characters(this.#pool, section, shape)) } : {}),
    };
  }

  async #learn(key: string, section: Section): Promise<Known> {
    const part = await this.#find(section);
    const shape = part.encoding === 'base64' ? await probeBase64(this.#pool, section, part.size) : null;
    const known = { part, shape };
    const [oldest] = this.#known.keys();
    if (this.#known.size >= mostKnown && oldest !== undefined) this.#known.delete(oldest);
    this.#known.set(key, known);
    return known;
  }

  /** From now on the part is decoded as a whole before its size is told. */
  #mistrust(key: string): void {
    const known = this.#known.get(key);
    if (known !== undefined) this.#known.set(key, { ...known, shape: null });
  }

  async #find({ folder, id, section }: Section): Promise<MimePart> {
    const found = await inFolder(this.#pool, { folder, ids: [id] }, 'reads', async (session, mailbox) => {
      const uid = uidIn(mailbox, id);
      if (uid === null) throw gone('the mail');
      let structure: MimePart | null = null;
      let size = 0;
      const items = '(UID RFC822.SIZE BODYSTRUCTURE)';
      await session.fetch(
        'UID FETCH',
        `${uid} ${items}`,
        (row) => row.uid === uid && row.size !== null,
        (row) => {
          size = row.size ?? 0;
          structure =
            row.bodyStructure === null ? unknownStructure(size) : readBodyStructure(row.bodyStructure);
        },
      );
      return { structure: structure as MimePart | null, size };
    });
    if (found.structure === null) throw gone('the mail');
    if (section === '') return wholeMessage(found.structure, found.size);
    const part = findPart(found.structure, section);
    if (part === null || part.type === 'multipart') throw gone('the part');
    return part;
  }
}

const wholeMessage = (structure: MimePart, size: number): MimePart => ({
  ...structure,
  ...{ part: '', type: 'message', subtype: 'rfc822', encoding: '8bit', filename: null, size },
});

const isEncoded = (encoding: string): boolean => !['7bit', '8bit', 'binary', ''].includes(encoding);

/** The range within the part. Throws `invalid` if it begins behind the end. */
function clamp(range: Range | undefined, size: number): Range {
  if (range === undefined) return { first: 0, last: size - 1 };
  if (range.first < 0 || range.first >= size || range.last < range.first) {
    throw new BackendError('invalid', `the part has ${size} bytes`, { reason: 'range' });
  }
  return { first: range.first, last: Math.min(range.last, size - 1) };
}

async function* thenDispose<T>(
  source: AsyncIterable<T>,
  dispose: () => void,
): AsyncGenerator<T, void, undefined> {
  try {
    yield* source;
  } finally {
    dispose();
  }
}

async function* onIrregular<T>(
  source: AsyncIterable<T>,
  tell: () => void,
): AsyncGenerator<T, void, undefined> {
  try {
    yield* source;
  } catch (error) {
    if (error instanceof BackendError && error.reason === 'irregular-encoding') tell();
    throw error;
  }
}
