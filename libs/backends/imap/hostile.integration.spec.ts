import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import type { Backend, ReadResult, View } from '#backend';
import { canAppend, canReadPart } from '#backend';
import { plainView, sampleMail } from '#backend/contract';
import { startDovecot, type Dovecot } from '../../../tests/servers/index.js';
import { ImapFactory } from './index.js';
import { configOf, freshUser } from './testing/dovecot-fixture.js';

let server: Dovecot;
let factory: ImapFactory;
beforeAll(async () => {
  server = await startDovecot();
  factory = new ImapFactory(configOf(server));
});
afterAll(async () => {
  await factory.close();
  await server.stop();
});

const nested = (depth: number): string =>
  depth === 0
    ? 'Content-Type: text/plain\n\ndeep down\n'
    : `Content-Type: multipart/mixed; boundary="b${depth}"\n\n--b${depth}\n${nested(depth - 1)}\n--b${depth}--\n`;

/** Mails as they come from broken programs and from people who mean ill. */
const hostile: Readonly<Record<string, string | Buffer>> = {
  empty: '',
  'header only': 'Subject: header only\n',
  'body only': '\n\nno header at all\n',
  'thirty levels': `Subject: thirty levels\nMIME-Version: 1.0\n${nested(30)}`,
  'two hundred levels': `Subject: two hundred levels\nMIME-Version: 1.0\n${nested(200)}`,
  'huge header': `Subject: huge header\nX-Long: ${'a'.repeat(900_000)}\n\nbody\n`,
  'many recipients': `Subject: many\nTo: ${Array.from({ length: 5_000 }, (_, i) => `u${i}@example.test`).join(',\n ')}\n\nbody\n`,
  'NUL bytes': Buffer.from('Subject: NUL\0bytes\nContent-Type: text/plain\n\nbefore\0after\n'),
  'no closing boundary':
    'Subject: open\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n\n--x\n\ntext\n',
  'boundary missing': 'Subject: none\nMIME-Version: 1.0\nContent-Type: multipart/alternative\n\ntext\n',
  'unknown charset':
    'Subject: charset\nMIME-Version: 1.0\nContent-Type: text/plain; charset=klingon\n\ntext\n',
  'wrong base64':
    'Subject: b64\nMIME-Version: 1.0\nContent-Type: text/plain\nContent-Transfer-Encoding: base64\n\n@@@@ not base64 ????\n',
  'raw latin1 header': Buffer.from(
    'Subject: Gr\xfc\xdfe\nFrom: J\xf6rg <j@example.test>\n\nbody\n',
    'latin1',
  ),
  'quotes and brackets':
    'Subject: "quote\\" {10}\nFrom: "a\\"b" <x@y>\nContent-Type: text/plain; name="a\\"b{3}"\n\nbody\n',
  'thousand parts': `Subject: parts\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n\n${'--x\n\np\n'.repeat(1_500)}--x--\n`,
};

async function mailbox(mails: readonly (string | Buffer)[]): Promise<{ backend: Backend; ids: string[] }> {
  const user = freshUser();
  server.seed(
    user,
    mails.map((source) => ({ source })),
  );
  const backend = await factory.open({ user, password: server.password });
  const { changed } = await backend.changes({
    folder: 'INBOX',
    cursor: null,
    scope: { sinceDay: null },
    limit: 500,
  });
  return { backend, ids: changed.map(({ id }) => id).sort() };
}

async function read(backend: Backend, ids: readonly string[], view: View): Promise<ReadResult[]> {
  const results: ReadResult[] = [];
  for await (const result of backend.read('INBOX', ids, view)) {
    const data = 'item' in result ? result.item.Body?.Data : undefined;
    if (typeof data === 'object')
      for await (const piece of data) expect(piece.length).toBeLessThan(2_000_000);
    results.push(result);
  }
  return results;
}

it.each([1, 2, 4] as const)(
  'one bad mail never keeps the others from the phone (body type %i)',
  async (type) => {
    const names = Object.keys(hostile);
    const { backend, ids } = await mailbox([...Object.values(hostile), sampleMail('a good one')]);
    expect(ids).toHaveLength(names.length + 1);
    const results = await read(backend, ids, {
      ...plainView,
      bodyPreferences: [{ type }],
      mimeSupport: type === 4 ? 2 : 0,
    });
    const failed = results.flatMap((result, index) =>
      'failure' in result ? [`${names[index]}: ${result.reason}`] : [],
    );
    expect(failed).toEqual([]);
    expect(results.at(-1)).toMatchObject({ item: { Subject: 'a good one' } });
  },
);

it('reads an attachment whose base64 is regular only at its begin and end, in the end whole', async () => {
  const content = randomBytes(3_000_000);
  const lines = content.toString('base64').match(/.{1,76}/g) ?? [];
  // In the middle one line is cut in two and two are joined: nothing forbids it, and the length stays the same.
  const middle = Math.floor(lines.length / 2);
  const line = lines[middle] ?? '';
  lines.splice(middle, 3, line.slice(0, 20), line.slice(20), `${lines[middle + 1]}${lines[middle + 2]}`);
  const { backend, ids } = await mailbox([attachment(lines.join('\r\n'))]);
  if (!canReadPart(backend)) throw new Error('cannot');
  const first = await backend.readPart('INBOX', ids[0] ?? '', '1');
  await expect(gather(first.content)).rejects.toMatchObject({
    kind: 'unavailable',
    reason: 'irregular-encoding',
  });
  const again = await backend.readPart('INBOX', ids[0] ?? '', '1');
  expect(again.size).toBe(content.length);
  expect((await gather(again.content)).equals(content)).toBe(true);
});

it.each([1, 56, 57, 58, 1_000, 57 * 20_000, 57 * 20_000 + 1, 2_500_000])(
  'knows the size of %i bytes of base64, and hands them out as bytes and as text',
  async (size) => {
    const content = randomBytes(size);
    const { backend, ids } = await mailbox([
      attachment((content.toString('base64').match(/.{1,76}/g) ?? []).join('\r\n')),
    ]);
    if (!canReadPart(backend)) throw new Error('cannot');
    const part = await backend.readPart('INBOX', ids[0] ?? '', '1');
    expect(part.size).toBe(size);
    expect((await gather(part.content)).equals(content)).toBe(true);
    const text = (await backend.readPart('INBOX', ids[0] ?? '', '1')).base64?.();
    if (text !== undefined) expect((await gather(text)).toString('latin1')).toBe(content.toString('base64'));
  },
);

it('appends fifty megabytes without holding them', async () => {
  const { backend } = await mailbox([]);
  if (!canAppend(backend)) throw new Error('cannot');
  const piece = Buffer.alloc(64 * 1024, 'z').fill('\r\n', 64 * 1024 - 2);
  const head = Buffer.from('Subject: large\r\n\r\n');
  let peak = 0;
  const before = process.memoryUsage().arrayBuffers;
  const pieces = (function* () {
    yield head;
    for (let i = 0; i < 800; i += 1) {
      peak = Math.max(peak, process.memoryUsage().arrayBuffers - before);
      yield Buffer.from(piece);
    }
  })();
  const { id } = await backend.append('INBOX', Readable.from(pieces), head.length + 800 * piece.length, {});
  expect(id).not.toBeNull();
  // Freed pieces wait for the collector; all of them together would be 50 MB.
  expect(peak).toBeLessThan(40 * 1024 * 1024);
});

const attachment = (base64: string): string =>
  `Subject: data\r\nMIME-Version: 1.0\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n\r\n${base64}\r\n`;

async function gather(content: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of content) pieces.push(Buffer.from(piece));
  return Buffer.concat(pieces);
}
