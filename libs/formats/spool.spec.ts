import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spool, SpoolOverflow, type Spool } from './spool.js';

async function* pieces(total: number, size = 10_000): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < total; at += size) {
    yield Buffer.from(Array.from({ length: Math.min(size, total - at) }, (_, i) => (at + i) & 0xff));
  }
}

async function gather(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const held: Uint8Array[] = [];
  for await (const piece of source) held.push(Buffer.from(piece));
  return Buffer.concat(held);
}

const openFiles = async (): Promise<number> => (await readdir('/proc/self/fd')).length;

describe('a spool', () => {
  it.each([0, 1, 9_999, 50_000, 300_000])(
    'of %i bytes tells its size and gives them back, twice and in ranges',
    async (size) => {
      const taken = await spool(pieces(size), { memoryLimit: 20_000 });
      const expected = await gather(pieces(size));
      expect(taken.size).toBe(size);
      expect((await gather(taken.read())).equals(expected)).toBe(true);
      expect((await gather(taken.read())).equals(expected)).toBe(true);
      const range = { first: Math.floor(size / 3), last: Math.floor(size / 2) };
      expect((await gather(taken.read(range))).equals(expected.subarray(range.first, range.last + 1))).toBe(
        true,
      );
      taken.dispose();
      taken.dispose();
    },
  );

  it('leaves no file and no descriptor behind: used, overflown, or broken off', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'godwit-spool-test-'));
    const before = await openFiles();
    const options = { folder, memoryLimit: 1000 };
    const used = await spool(pieces(50_000), options);
    expect(await readdir(folder)).toEqual([]);
    await gather(used.read());
    used.dispose();
    await expect(spool(pieces(50_000), { ...options, maxSize: 40_000 })).rejects.toBeInstanceOf(
      SpoolOverflow,
    );
    const breaking = async function* (): AsyncGenerator<Uint8Array> {
      yield* pieces(30_000);
      throw new Error('the line went dead');
    };
    await expect(spool(breaking(), options)).rejects.toThrow('the line went dead');
    expect(await readdir(folder)).toEqual([]);
    expect(await openFiles()).toBe(before);
    await rm(folder, { recursive: true });
  });

  it('that is disposed of under a reader ends the reading, and nothing worse', async () => {
    const taken: Spool = await spool(pieces(300_000), { memoryLimit: 1000 });
    const reader = taken.read()[Symbol.asyncIterator]();
    await reader.next();
    const pending = reader.next();
    taken.dispose();
    await pending;
    await expect(reader.next()).rejects.toThrow('disposed');
  });
});
