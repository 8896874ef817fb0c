import fc from 'fast-check';
import { commands, type Command } from '../commands/registry.js';
import { statusAnswer } from '../commands/status-answer.js';
import type { Element } from '../schema/schema.js';
import { arbitraryOf } from '../testing/index.js';
import { inRange, versionNumbers } from '../version.js';
import { decode } from './decode.js';
import { encodeToBuffer } from './encode.js';

async function* chunks(bytes: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  for (let from = 0, i = 0; from < bytes.length; i++) {
    const size = sizes[i % sizes.length] ?? 1;
    yield bytes.slice(from, from + size);
    from += size;
  }
}

/** Arrays as they are, or as streams; text pieces for streamed text stay strings. */
function streaming(value: unknown): unknown {
  if (Array.isArray(value)) {
    const items = value.map(streaming);
    return (async function* () {
      yield* items;
    })();
  }
  if (typeof value !== 'object' || value === null || value instanceof Date || value instanceof Uint8Array)
    return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, streaming(item)]));
}

/** Buffers and blobs as hexadecimal text, so that values can be compared. */
async function comparable(value: unknown): Promise<unknown> {
  if (value instanceof Uint8Array) return `bytes ${Buffer.from(value).toString('hex')}`;
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  if (Array.isArray(value)) return Promise.all(value.map(comparable));
  if ('content' in value) {
    const parts: Uint8Array[] = [];
    for await (const part of value.content as AsyncIterable<Uint8Array>) parts.push(part);
    return comparable(Buffer.concat(parts));
  }
  const entries = Object.entries(value).map(async ([key, item]) => [key, await comparable(item)] as const);
  return Object.fromEntries(await Promise.all(entries));
}

const hasTagList = (element: Element): boolean =>
  element.kind === 'tags' ||
  (element.kind === 'container' &&
    element.children.some((child) => (child.occurs === 'group' ? false : hasTagList(child.element)))) ||
  (element.kind === 'sequence' && element.alternatives.some(hasTagList));

async function checkRoundTrip(schema: Element, version: number, runs: number): Promise<void> {
  const sizes = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(arbitraryOf(schema, version), sizes, async (value, cuts) => {
      const bytes = await encodeToBuffer(schema, value as never, { version });
      const expected = await comparable(value);
      const decoded = await decode(schema, bytes, { version });
      expect(await comparable(decoded.value)).toEqual(expected);
      expect(decoded.skipped.count).toBe(0);
      expect(decoded.faults.size).toBe(0);
      const cut = await decode(schema, chunks(bytes, cuts), { version });
      expect(await comparable(cut.value)).toEqual(expected);
      if (hasTagList(schema)) return;
      const streamed = await encodeToBuffer(schema, streaming(value) as never, { version });
      expect(streamed.equals(bytes)).toBe(true);
    }),
    { numRuns: runs },
  );
}

const cases = Object.entries<Command>(commands).flatMap(([name, { request, response, versions }]) =>
  versionNumbers
    .filter((version) => inRange(versions, version))
    .map((version) => [name, version, request, response] as const),
);

describe('every request and answer comes back as it went', () => {
  it.each(cases)('%s in version %i', async (_name, version, request, response) => {
    await checkRoundTrip(request, version, 12);
    await checkRoundTrip(response, version, 12);
  });

  it('and so does an answer that is nothing but a Status', async () => {
    for (const [name, { versions }] of Object.entries<Command>(commands)) {
      const version = versionNumbers.find((number) => inRange(versions, number)) ?? 141;
      const schema = statusAnswer(name as keyof typeof commands);
      const bytes = await encodeToBuffer(schema, { Status: 142 }, { version });
      expect((await decode(schema, bytes, { version })).value).toEqual({ Status: 142 });
      // The command's own schema reads it, too: a phone does not know beforehand that it failed.
      const { value } = await decode(commands[name as keyof typeof commands].response, bytes, {
        version,
      });
      expect(JSON.stringify(value)).toContain('"Status":142');
    }
  });
});
