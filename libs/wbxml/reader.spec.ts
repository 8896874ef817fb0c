import fc from 'fast-check';
import { WbxmlError } from './error.js';
import type { WbxmlLimits } from './limits.js';
import { WbxmlReader } from './reader.js';
import { BufferSink } from './sink.js';
import { WbxmlWriter } from './writer.js';

/** A document as a list of readable events: what must not depend on how the bytes were cut. */
async function events(reader: WbxmlReader): Promise<string[]> {
  const found: string[] = [];
  for (;;) {
    const event = await reader.next();
    if (event === 'done') return found;
    if (event === 'start') found.push(`<${reader.page}:${reader.token}${reader.hasContent ? '' : '/'}`);
    else if (event === 'end') found.push('>');
    else {
      const length = reader.length;
      const parts: Uint8Array[] = [];
      for await (const part of reader.content()) parts.push(part);
      found.push(`${event}(${length}) ${Buffer.concat(parts).toString('hex')}`);
    }
  }
}

async function* chunks(bytes: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  let from = 0;
  for (let i = 0; from < bytes.length; i++) {
    const size = sizes[i % sizes.length] ?? 1;
    yield bytes.slice(from, from + size);
    from += size;
  }
}

const bytesOf = (hex: string): Buffer => Buffer.from(hex.replaceAll(' ', ''), 'hex');
const read = async (hex: string, limits?: Partial<WbxmlLimits>): Promise<string[]> =>
  events(new WbxmlReader(bytesOf(hex), limits));
const codeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'no error',
    (error: unknown) => (error instanceof WbxmlError ? error.code : String(error)),
  );

type Node = { page: number; token: number; content: (Node | string | Uint8Array)[] };

const text = fc
  .string({ unit: 'binary', maxLength: 200 })
  .map((value) => value.replace(/[\0-\x1f\ufffe\uffff]/g, ''));
const { node } = fc.letrec<{ node: Node }>((tie) => ({
  node: fc.record({
    page: fc.integer({ min: 0, max: 25 }),
    token: fc.integer({ min: 5, max: 63 }),
    content: fc.array(
      fc.oneof({ depthSize: 'small' }, text, fc.uint8Array({ maxLength: 200 }), tie('node')),
      {
        maxLength: 5,
        depthIdentifier: 'tree',
      },
    ),
  }),
}));

function write(writer: WbxmlWriter, { page, token, content }: Node): string[] {
  writer.startTag(page, token);
  const expected = [`<${page}:${token}${content.length === 0 ? '/' : ''}`];
  for (const child of content) {
    if (typeof child === 'string') {
      writer.string(child);
      expected.push(`text(-1) ${Buffer.from(child).toString('hex')}`);
    } else if (child instanceof Uint8Array) {
      writer.opaque(child);
      expected.push(`opaque(${child.length}) ${Buffer.from(child).toString('hex')}`);
    } else {
      expected.push(...write(writer, child));
    }
  }
  writer.endTag();
  return [...expected, '>'];
}

describe('WbxmlReader', () => {
  it('reads what the writer wrote, however the bytes are cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        node,
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }),
        async (tree, sizes) => {
          const sink = new BufferSink();
          const writer = new WbxmlWriter(sink);
          const expected = write(writer, tree);
          writer.push();
          const bytes = sink.toBuffer();
          expect(await events(new WbxmlReader(bytes))).toEqual(expected);
          expect(await events(new WbxmlReader(chunks(bytes, sizes)))).toEqual(expected);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('answers hostile bytes with WbxmlError and nothing else', async () => {
    const token = fc.oneof(
      fc.constantFrom(0, 1, 2, 3, 3, 0x83, 0xc3, 0x45, 0x05, 0x46),
      fc.integer({ max: 255, min: 0 }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(token, { maxLength: 300 }),
        fc.boolean(),
        fc.nat({ max: 9 }),
        async (body, header, size) => {
          const bytes = Uint8Array.from(header ? [3, 1, 0x6a, 0, ...body] : body);
          const outcome = await codeOf(events(new WbxmlReader(chunks(bytes, [size + 1]))));
          expect(outcome).toMatch(/^(no error|[a-z-]+)$/);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('reads string tables, entities, other headers', async () => {
    expect(await read('03 01 6a 03 61 62 00  45 83 00 01')).toEqual(['<0:5', 'text(-1) 6162', '>']);
    expect(await read('03 01 6a 00  45 02 81 20 01')).toEqual(['<0:5', `text(-1) c2a0`, '>']);
    expect(await read('02 9f 53 6a 00  00 05 05')).toEqual(['<5:5/', '>']);
  });

  it('ignores what follows the document', async () => {
    expect(await read('03 01 6a 00  05 ff ff')).toEqual(['<0:5/', '>']);
  });

  it.each([
    ['truncated', ''],
    ['truncated', '03 01 6a'],
    ['truncated', '03 01 6a 00 45 03 61'],
    ['truncated', '03 01 6a 00 45 c3 7f 61'],
    ['malformed', '3c 3f 78 6d 6c'],
    ['malformed', '03 01 6a 00 03 61 00'],
    ['malformed', '03 01 6a 00 01'],
    ['malformed', '03 01 6a 00 45 83 00 01'],
    ['malformed', '03 01 6a 00 45 c3 ff ff ff ff ff 01'],
    ['malformed', '03 01 6a 00 45 02 8f ff ff ff 7f 01'],
    ['unsupported', '03 01 04 00 45 01'],
    ['unsupported', '03 01 6a 00 c5'],
    ['unsupported', '03 01 6a 00 45 04 00 01'],
    ['unsupported', '03 01 6a 00 45 43 01'],
  ])('refuses as %s: %s', async (code, hex) => {
    expect(await codeOf(read(hex))).toBe(code);
  });

  it.each<[string, string, Partial<WbxmlLimits>]>([
    ['too-deep', '45 45 45 01 01 01', { depth: 2 }],
    ['too-many-elements', '45 05 05 05 01', { elements: 3 }],
    ['text-too-long', '45 03 61 61 61 00 01', { text: 2 }],
    ['opaque-too-long', '45 c3 87 68', { opaque: 999 }],
    ['too-big', '45 01', { total: 5 }],
  ])('keeps the limit that gives %s', async (code, body, limits) => {
    expect(await codeOf(read(`03 01 6a 00 ${body}`, limits))).toBe(code);
    expect(await codeOf(events(new WbxmlReader(chunks(bytesOf(`03016a00${body}`), [1]), limits)))).toBe(code);
  });

  it('hands a long block out piece by piece, never gathered', async () => {
    async function* source(): AsyncGenerator<Uint8Array> {
      yield bytesOf('03 01 6a 00 45 c3 b8 80 00');
      for (let i = 0; i < 14; i++) yield Buffer.alloc(65_536, i);
      yield bytesOf('01');
    }
    const reader = new WbxmlReader(source());
    expect(await reader.next()).toBe('start');
    expect(await reader.next()).toBe('opaque');
    expect(reader.length).toBe(14 * 65_536);
    let total = 0;
    for await (const piece of reader.content()) {
      expect(piece.length).toBeLessThanOrEqual(65_536);
      total += piece.length;
    }
    expect(total).toBe(14 * 65_536);
    expect(await reader.next()).toBe('end');
  });

  it('reads over content nobody wants', async () => {
    const reader = new WbxmlReader(chunks(bytesOf('03016a00 45 03 61616161616161 00 46 01 01'), [1]));
    await reader.next();
    expect(await reader.next()).toBe('text');
    await reader.skipContent();
    expect(await events(reader)).toEqual(['<0:6', '>', '>']);
  });
});
