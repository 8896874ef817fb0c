import fc from 'fast-check';
import { BackendError } from '#backend';
import { mimePart } from './mime-part.js';
import { openTnefAttachment, parseTnefReference } from './tnef-attachment.js';
import { readTnef } from './tnef-reader.js';

const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value >>> 0);
  return bytes;
};
const u16 = (value: number): Buffer => u32(value).subarray(0, 2);
const padded = (bytes: Buffer): Buffer => Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);

const attribute = (level: number, id: number, data: Buffer): Buffer =>
  Buffer.concat([
    Buffer.from([level]),
    u32(id),
    u32(data.length),
    data,
    u16(data.reduce((a, b) => a + b, 0) & 0xffff),
  ]);
const property = (type: number, id: number, value: Buffer): Buffer =>
  Buffer.concat([u16(type), u16(id), value]);
const variable = (type: number, id: number, data: Buffer): Buffer =>
  property(type, id, Buffer.concat([u32(1), u32(data.length), padded(data)]));
const unicode = (id: number, text: string): Buffer => variable(0x1f, id, Buffer.from(`${text}\0`, 'utf16le'));
const properties = (...list: Buffer[]): Buffer => Buffer.concat([u32(list.length), ...list]);
/** A named property, as Outlook puts many before those one is looking for. */
const named = Buffer.concat([
  property(
    0x1e,
    0x8001,
    Buffer.concat([Buffer.alloc(16), u32(1), u32(6), padded(Buffer.from('a\0b\0\0\0'))]),
  ),
  u32(1),
  u32(3),
  padded(Buffer.from('xy\0')),
]);

const file = (title: string, data: Buffer, ...more: Buffer[]): Buffer =>
  Buffer.concat([
    attribute(2, 0x00069002, Buffer.alloc(14)),
    attribute(2, 0x00018010, Buffer.from(`${title}\0`, 'latin1')),
    attribute(2, 0x0006800f, data),
    attribute(2, 0x00069005, properties(property(0x03, 0x3705, u32(1)), ...more)),
  ]);
const tnef = (...attributes: Buffer[]): Buffer =>
  Buffer.concat([u32(0x223e9f78), u16(1), attribute(1, 0x00089006, u32(0x10000)), ...attributes]);

async function* pieces(bytes: Uint8Array, size = 11): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
const read = (bytes: Buffer) => readTnef(pieces(bytes));

const picture = Buffer.from('89504e47', 'hex');
const document = Buffer.from('the document, longer than one piece of the stream');
const sample = tnef(
  attribute(1, 0x00069007, Buffer.concat([u32(1252), u32(0)])),
  attribute(1, 0x00069003, properties(named, unicode(0x1000, 'Grüße'), property(0x0b, 0x0e1b, u32(1)))),
  file(
    'PICTUR~1.PNG',
    picture,
    unicode(0x3707, 'picture.png'),
    unicode(0x370e, 'image/png'),
    unicode(0x3712, 'p1@x'),
  ),
  file('Straße.txt', document),
);

describe('a winmail.dat', () => {
  it('gives the names, kinds and places of its files, and its text', async () => {
    const { attachments, text } = await read(sample);
    expect(attachments).toEqual([
      {
        name: 'picture.png',
        contentType: 'image/png',
        contentId: 'p1@x',
        offset: sample.indexOf(picture),
        size: 4,
      },
      {
        name: 'Straße.txt',
        contentType: null,
        contentId: null,
        offset: sample.indexOf(document),
        size: document.length,
      },
    ]);
    expect(text).toEqual({ type: 1, text: 'Grüße' });
  });

  it('with HTML shows that', async () => {
    const html = variable(0x102, 0x1013, Buffer.from('<p>Gr\u00fc\u00dfe</p>', 'latin1'));
    const { text } = await read(
      tnef(
        attribute(1, 0x00069003, properties(property(0x03, 0x3fde, u32(28591)), html, unicode(0x1000, 'x'))),
      ),
    );
    expect(text).toEqual({ type: 2, text: '<p>Grüße</p>' });
  });

  it('cut off anywhere keeps the files that are whole', async () => {
    for (let end = 0; end <= sample.length; end += 3) {
      const { attachments } = await read(sample.subarray(0, end));
      for (const { offset, size } of attachments) expect(offset + size).toBeLessThanOrEqual(end);
    }
    expect((await read(sample.subarray(0, sample.indexOf(document)))).attachments).toHaveLength(1);
  });

  it('of any bytes gives some contents', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(sample.length - 1), fc.nat(255)), { maxLength: 12 }),
        fc.integer({ min: 1, max: 400 }),
        async (changes, size) => {
          const bytes = Buffer.from(sample);
          for (const [at, value] of changes) bytes[at] = value;
          const { attachments } = await readTnef(pieces(bytes, size));
          for (const { offset, size: length } of attachments)
            expect(offset + length).toBeLessThanOrEqual(bytes.length);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('that claims four gigabytes or countless properties is not believed', async () => {
    const begun = performance.now();
    const claims = [
      Buffer.concat([tnef(), Buffer.from([1]), u32(0x00069003), u32(0xffffffff)]),
      tnef(attribute(1, 0x00069003, u32(0xffffffff))),
      tnef(attribute(1, 0x00069003, properties(property(0x1102, 0x1000, u32(0xffffffff))))),
      tnef(...Array.from({ length: 3000 }, () => attribute(2, 0x00069002, Buffer.alloc(1)))),
    ];
    for (const bytes of claims) expect((await read(bytes)).attachments).toEqual([]);
    expect(performance.now() - begun).toBeLessThan(20_000);
  });
});

describe('a file in a winmail.dat', () => {
  const container = mimePart({ part: '1.2', contentType: 'application/ms-tnef', parameters: {} });
  const open = async (index: number, range?: { first: number; last: number }) => {
    const part = await openTnefAttachment(() => pieces(sample), container, index, range);
    const held: Uint8Array[] = [];
    for await (const piece of part.content) held.push(piece);
    return { ...part, content: Buffer.concat(held).toString('latin1') };
  };

  it('is opened by its place in the list, whole or in part', async () => {
    expect(await open(1)).toMatchObject({ contentType: 'image/png', name: 'picture.png', size: 4 });
    expect(await open(2)).toMatchObject({ name: 'Straße.txt', content: document.toString() });
    expect(await open(2, { first: 4, last: 11 })).toMatchObject({
      content: 'document',
      size: document.length,
    });
    expect(await open(2, { first: 4, last: 10_000 })).toMatchObject({
      content: document.subarray(4).toString(),
    });
  });

  it('that is not there is gone, and a range outside of it is invalid', async () => {
    await expect(open(3)).rejects.toMatchObject({ kind: 'gone' });
    await expect(open(1, { first: 4, last: 5 })).rejects.toMatchObject({ kind: 'invalid', reason: 'range' });
    await expect(open(1, { first: 4, last: 5 })).rejects.toBeInstanceOf(BackendError);
  });

  it('has a reference that no part of a mail has', () => {
    expect(parseTnefReference('1.2-3')).toEqual({ part: '1.2', index: 3 });
    for (const name of ['', '1', '1.2', '1-0', '1-', '-1', 'a-1', '1-1-1'])
      expect(parseTnefReference(name)).toBeNull();
  });
});
