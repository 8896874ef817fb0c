import fc from 'fast-check';
import { type MimePart } from './mime-part.js';
import { parseMime, type ParsedMime } from './mime-parser.js';

async function* cut(bytes: Buffer, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const parse = (text: string | Buffer, size = 7): Promise<ParsedMime> =>
  parseMime(cut(Buffer.isBuffer(text) ? text : Buffer.from(text.replace(/\r?\n/g, '\r\n')), size));

/** A tree in few words: `mixed(1 text/plain, 2 application/pdf)`. */
function outline({ part, type, subtype, children }: MimePart): string {
  const inside = children.map(outline).join(', ');
  const name = `${part === '' ? '' : `${part} `}${type === 'multipart' ? subtype : `${type}/${subtype}`}`;
  return children.length > 0 ? `${name}(${inside})` : name;
}

interface Leaf {
  readonly kind: 'leaf';
  readonly content: string;
}
interface Branch {
  readonly kind: 'multipart' | 'message';
  readonly children: readonly Tree[];
}
type Tree = Leaf | Branch;

const content = fc.stringMatching(/^[ -,.-~\n]{0,80}$/).map((text) => text.replace(/\n/g, '\r\n'));
const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    content.map((text): Tree => ({ kind: 'leaf', content: text })),
    fc
      .array(tie('tree'), { minLength: 1, maxLength: 4 })
      .map((children): Tree => ({ kind: 'multipart', children })),
    tie('tree').map((child): Tree => ({ kind: 'message', children: [child] })),
  ),
}));

let boundaries = 0;

function write(node: Tree): string {
  if (node.kind === 'leaf') return `Content-Type: text/plain\r\n\r\n${node.content}`;
  if (node.kind === 'message') return `Content-Type: message/rfc822\r\n\r\n${write(node.children[0]!)}`;
  // One boundary is the begin of the next, as some programs choose them.
  const boundary = `=_${'b'.repeat((boundaries++ % 5) + 1)}_${boundaries}`;
  const parts = node.children.map((child) => `--${boundary}\r\n${write(child)}\r\n`).join('');
  return `Content-Type: multipart/mixed; boundary="${boundary}"\r\n\r\npreamble\r\n${parts}--${boundary}--\r\nepilogue`;
}

function expected(node: Tree, part: string): string {
  const prefix = part === '' ? '' : `${part}.`;
  const label = part === '' ? '' : `${part} `;
  if (node.kind === 'leaf') return `${part} text/plain`;
  if (node.kind === 'message') {
    const child = node.children[0]!;
    return `${part} message/rfc822(${expected(child, child.kind === 'multipart' ? part : `${prefix}1`)})`;
  }
  return `${label}mixed(${node.children.map((child, index) => expected(child, `${prefix}${index + 1}`)).join(', ')})`;
}

const leaves = (node: Tree): string[] =>
  node.kind === 'leaf' ? [node.content] : node.children.flatMap(leaves);

const leafParts = (part: MimePart): MimePart[] =>
  part.children.length > 0 ? part.children.flatMap(leafParts) : [part];

describe('parsing MIME', () => {
  it('finds any tree again, its numbers, and every byte of its leaves', async () => {
    await fc.assert(
      fc.asyncProperty(tree, fc.integer({ min: 1, max: 50 }), async (node, size) => {
        const raw = Buffer.from(write(node));
        const { structure, extents } = await parse(raw, size);
        expect(outline(structure)).toBe(expected(node, node.kind === 'multipart' ? '' : '1'));
        const found = leafParts(structure).map((part) => {
          const { first, end } = extents.get(part)!;
          return raw.subarray(first, end).toString();
        });
        expect(found).toEqual(leaves(node));
      }),
    );
  });

  it('takes any bytes', async () => {
    const words = [
      '--b',
      '--b--',
      '\r\n',
      '\n',
      'Content-Type: multipart/mixed; boundary=b',
      ': ',
      'x',
      '\0',
      '\xff',
      'From x',
    ];
    const garbage = fc.oneof(
      fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
      fc
        .array(fc.constantFrom(...words), { maxLength: 40 })
        .map((list) => Buffer.from(list.join(''), 'latin1')),
    );
    await fc.assert(
      fc.asyncProperty(garbage, fc.integer({ min: 1, max: 40 }), async (raw, size) => {
        const { structure, size: total, extents } = await parse(raw, size);
        expect(total).toBe(raw.length);
        for (const { first, end } of extents.values()) expect(first <= end && end <= raw.length).toBe(true);
        expect(outline(structure)).toBe(outline((await parse(raw, 1000)).structure));
      }),
    );
  });

  it.each([
    ['nothing at all', '', '1 text/plain'],
    ['no header', 'just text without a header\nline two', '1 text/plain'],
    ['a header only', 'Subject: x\n', '1 text/plain'],
    ['a multipart without boundary', 'Content-Type: multipart/mixed\n\ntext', '1 text/plain'],
    ['a multipart without parts', 'Content-Type: multipart/mixed; boundary=b\n\ntext', '1 text/plain'],
    ['a type without a slash', 'Content-Type: text\n\nx', '1 text/plain'],
    ['a part without end', 'Content-Type: multipart/mixed; boundary=b\n\n--b\n\nx', 'mixed(1 text/plain)'],
    [
      'parts of a digest',
      'Content-Type: multipart/digest; boundary=b\n\n--b\n\nSubject: s\n\nx\n--b--',
      'digest(1 message/rfc822(1.1 text/plain))',
    ],
    ['an mbox line on top', 'From ada Mon Jan 1\nContent-Type: text/html\n\nx', '1 text/html'],
    [
      'an encoded message',
      'Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\neA==',
      '1 message/rfc822',
    ],
  ])('makes something of %s', async (_, text, tree) => {
    expect(outline((await parse(text)).structure)).toBe(tree);
  });

  it('goes no deeper and no wider than its limits', async () => {
    const deep = Array.from(
      { length: 100 },
      (_, i) => `Content-Type: multipart/mixed; boundary=b${i}\n\n--b${i}\n`,
    ).join('');
    const depth = (part: MimePart): number => 1 + Math.max(0, ...part.children.map(depth));
    expect(depth((await parse(`${deep}\nend`)).structure)).toBeLessThanOrEqual(32);
    const wide = `Content-Type: multipart/mixed; boundary=b\n\n${'--b\n\nx\n'.repeat(5000)}--b--\n`;
    expect((await parse(wide, 4096)).structure.children.length).toBeLessThanOrEqual(1000);
  });

  it('does not hold a line that never ends, nor a header that never ends', async () => {
    const endless = Buffer.concat([Buffer.from('Subject: '), Buffer.alloc(3_000_000, 'x')]);
    expect((await parse(endless, 65_536)).header.length).toBeLessThanOrEqual(256 * 1024);
    const fields = Buffer.from('X-Field: some value\r\n'.repeat(100_000));
    expect((await parse(fields, 65_536)).header.length).toBeLessThanOrEqual(256 * 1024);
  });

  it('counts what a message with bare line feeds lacks', async () => {
    const parsed = await parse(Buffer.from('Subject: x\n\na\r\nb\n'));
    expect(parsed).toMatchObject({ size: 17, bareLineFeeds: 3 });
  });
});

it('tells which parts only an 8-bit path carries, and not the message around them', async () => {
  const { structure, eightBit } = await parse(
    [
      'Subject: ä',
      'Content-Type: multipart/mixed; boundary=b',
      '',
      'präambel',
      '--b',
      '',
      'plain',
      '--b',
      'Content-Type: text/plain; charset=utf-8',
      '',
      'x'.repeat(50),
      'ä',
      '--b',
      'Content-Transfer-Encoding: base64',
      '',
      'ä',
      '--b',
      'Content-Type: message/rfc822',
      '',
      'Subject: inner',
      '',
      'ö',
      '--b--',
    ].join('\n'),
  );
  expect(structure.children.map((part) => eightBit.has(part))).toEqual([false, true, false, false]);
  expect(eightBit.has(structure)).toBe(false);
});
