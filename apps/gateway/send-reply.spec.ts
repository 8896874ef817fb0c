import { createServer, request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { BackendError } from '#backend';
import { document, empty, refusal, type MultipartReply, type Reply } from '#commands';
import { decode, FolderSyncResponse, ItemOperationsResponse } from '#eas';
import { sendReply, type Sent } from './send-reply.js';

interface Seen {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** The connection broke in the middle. */
  readonly broken: boolean;
}

async function sent(
  reply: Reply,
  instead?: (error: unknown) => Promise<Reply>,
): Promise<{ seen: Seen | null; outcome: Sent }> {
  let outcome: Promise<Sent> | null = null;
  const server = createServer((_request, response) => {
    outcome = sendReply(reply, response, { version: 141, keepAlive: 10 }, instead);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const seen = await new Promise<Seen | null>((resolve) => {
    const request = httpRequest({ port, method: 'POST' }, (response) => {
      const pieces: Buffer[] = [];
      const end = (broken: boolean): void =>
        resolve({
          status: response.statusCode!,
          headers: response.headers,
          body: Buffer.concat(pieces),
          broken,
        });
      response.on('data', (piece: Buffer) => pieces.push(piece));
      response.on('end', () => end(false));
      response.on('error', () => end(true));
    });
    request.on('error', () => resolve(null));
    request.end();
  });
  server.closeAllConnections();
  server.close();
  return { seen, outcome: await outcome! };
}

async function* pieces(...texts: (string | Error)[]): AsyncGenerator<Buffer> {
  for (const text of texts) {
    if (text instanceof Error) throw text;
    yield Buffer.from(text);
  }
}

const WBXML = 'application/vnd.ms-sync.wbxml';

describe('a reply', () => {
  it('without a body is of the WBXML type all the same (trap 4), and kept by nobody', async () => {
    const { seen } = await sent(empty);
    expect(seen).toMatchObject({ status: 200, body: Buffer.alloc(0) });
    expect(seen?.headers).toMatchObject({
      'content-type': WBXML,
      'content-length': '0',
      'cache-control': 'private, no-store',
    });
  });

  it('by HTTP status has its headers and no body', async () => {
    const { seen, outcome } = await sent(refusal(503, { 'Retry-After': '30' }));
    expect(seen).toMatchObject({ status: 503, headers: { 'retry-after': '30', 'content-length': '0' } });
    expect(outcome).toMatchObject({ status: 503, whole: true });
  });

  it('by document has its length where it is small, and says when it has left', async () => {
    const ended: string[] = [];
    const { seen, outcome } = await sent(
      document(FolderSyncResponse, { Status: 9 }, { ended: async (how) => void ended.push(how) }),
    );
    expect(seen?.headers['content-type']).toBe(WBXML);
    expect(Number(seen?.headers['content-length'])).toBe(seen?.body.length);
    expect((await decode(FolderSyncResponse, seen!.body, { version: 141 })).value).toEqual({ Status: 9 });
    expect(outcome).toMatchObject({ status: 200, bytes: seen!.body.length, whole: true });
    expect(ended).toEqual(['sent']);
  });
});

describe('a multipart reply (MS-ASCMD 2.2.1.10.1; trap 70)', () => {
  const multipart = (parts: MultipartReply['parts'], ended?: MultipartReply['ended']): MultipartReply => ({
    kind: 'multipart',
    schema: ItemOperationsResponse,
    value: { Status: 1, Response: [{ Fetch: { Status: 1, Properties: { Part: 1 } } }] },
    parts,
    ...(ended && { ended }),
  });

  it('is a little-endian table of offsets from the first byte and lengths, then the document, then the parts', async () => {
    const { seen } = await sent(
      multipart([
        { length: 6, content: pieces('abc', 'def') },
        { length: 0, content: pieces() },
        { length: 1, content: pieces('z') },
      ]),
    );
    const { body, headers } = seen!;
    expect(headers['content-type']).toBe('application/vnd.ms-sync.multipart');
    expect(body.readInt32LE(0)).toBe(4);
    const table = [0, 1, 2, 3].map((index) => [
      body.readInt32LE(4 + index * 8),
      body.readInt32LE(8 + index * 8),
    ]);
    const [first, second, third, fourth] = table as [number, number][];
    expect(first![0]).toBe(4 + 4 * 8);
    expect(second).toEqual([first![0] + first![1], 6]);
    expect(third).toEqual([second![0] + 6, 0]);
    expect(fourth).toEqual([second![0] + 6, 1]);
    expect(body.length).toBe(fourth![0] + 1);
    expect(body.subarray(second![0]).toString()).toBe('abcdefz');
    const part0 = body.subarray(first![0], first![0] + first![1]);
    expect((await decode(ItemOperationsResponse, part0, { version: 141 })).value).toMatchObject({
      Status: 1,
    });
  });

  it.each([
    ['shorter', 7],
    ['longer', 5],
  ])('whose part is %s than announced is broken off, never passed for whole', async (_word, length) => {
    const ended: string[] = [];
    const { seen, outcome } = await sent(
      multipart([{ length, content: pieces('abcdef') }], async (how) => void ended.push(how)),
    );
    expect(seen === null || seen.broken).toBe(true);
    expect(outcome.whole).toBe(false);
    expect(ended).toEqual(['broken']);
  });
});

describe('a source that fails', () => {
  const failing = (before: string) => {
    const folders = async function* () {
      if (before) yield { ServerId: 'm1', ParentId: '0', DisplayName: before, Type: 2 };
      throw new BackendError('unavailable', 'down');
    };
    return document(FolderSyncResponse, { Status: 1, SyncKey: 'x', Changes: { Add: folders() } });
  };
  const instead = async () => refusal(503, { 'Retry-After': '5' });

  it('before the first byte is answered by an HTTP status (trap 5)', async () => {
    const { seen, outcome } = await sent(failing(''), instead);
    expect(seen).toMatchObject({ status: 503, broken: false });
    expect(outcome).toMatchObject({ status: 503, whole: true });
  });

  it('after it breaks the connection: half an answer is never taken for a whole one', async () => {
    const { seen, outcome } = await sent(failing('x'.repeat(200_000)), instead);
    expect(seen === null || seen.broken).toBe(true);
    expect(outcome).toMatchObject({ whole: false, error: { message: 'down' } });
  });
});
