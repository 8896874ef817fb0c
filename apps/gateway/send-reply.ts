import type { ServerResponse } from 'node:http';
import { encode, encodeToBuffer, type Blob } from '#eas';
import type { DocumentReply, MultipartReply, RawReply, Reply } from '#commands';
import { Disconnected, ResponseSink } from './response-sink.js';

const WBXML = 'application/vnd.ms-sync.wbxml';
const MULTIPART = 'application/vnd.ms-sync.multipart';

/** What an answer is written by. */
export interface Writing {
  /** Protocol version, times ten. */
  readonly version: number;
  /** Seconds of silence after which a streamed answer shows a sign of life (trap 11). */
  readonly keepAlive: number;
  /** Is given the bytes of the document as they leave. They stay as they are. */
  readonly tap?: ((chunk: Uint8Array) => void) | undefined;
}

/** Headers of every answer. Nothing of it may be kept by anybody on the way. */
const COMMON = { 'Cache-Control': 'private, no-store' };

export interface Sent {
  readonly status: number;
  readonly bytes: number;
  /** False: the phone hung up, or a source failed in the middle. */
  readonly whole: boolean;
  readonly error: unknown;
  /** When the first byte of a body left (performance.now); null for an answer without one. */
  readonly begunAt: number | null;
  /** The document's own Status; null where it has none. */
  readonly documentStatus: number | null;
}

/** What left, and when it began to. */
interface Left {
  readonly bytes: number;
  readonly begunAt: number | null;
}

async function sendDocument(
  reply: DocumentReply,
  response: ServerResponse,
  { version, keepAlive, tap }: Writing,
): Promise<Left> {
  const sink = new ResponseSink(response, WBXML, { ...COMMON, ...reply.headers }, tap);
  await encode(reply.schema, reply.value as never, sink, { version, keepAliveAfter: keepAlive * 1000 });
  await sink.end();
  return sink;
}

const INT = 4;

/** Trap 70: the number of parts, then offset and length of each, little-endian, counted from the first byte. */
function multipartHeader(lengths: readonly number[]): Buffer {
  const header = Buffer.alloc(INT + lengths.length * 2 * INT);
  header.writeInt32LE(lengths.length, 0);
  let offset = header.length;
  lengths.forEach((length, index) => {
    header.writeInt32LE(offset, INT + index * 2 * INT);
    header.writeInt32LE(length, 2 * INT + index * 2 * INT);
    offset += length;
  });
  return header;
}

async function* partBytes(part: Blob): AsyncGenerator<Uint8Array> {
  let left = part.length;
  for await (const piece of part.content) {
    left -= piece.byteLength;
    if (left < 0) throw new Error('a part of a multipart answer is longer than announced');
    yield piece;
  }
  if (left > 0) throw new Error('a part of a multipart answer is shorter than announced');
}

async function sendMultipart(
  reply: MultipartReply,
  response: ServerResponse,
  { version, tap }: Writing,
): Promise<Left> {
  const document = await encodeToBuffer(reply.schema, reply.value as never, { version });
  tap?.(document);
  const sink = new ResponseSink(response, MULTIPART, COMMON);
  const write = async (bytes: Uint8Array): Promise<void> => {
    if (!sink.write(bytes)) await sink.drained();
  };
  await write(multipartHeader([document.length, ...reply.parts.map((part) => part.length)]));
  await write(document);
  for (const part of reply.parts) {
    for await (const piece of partBytes(part)) await write(piece);
  }
  await sink.end();
  return sink;
}

async function sendRaw({ contentType, content }: RawReply, response: ServerResponse): Promise<Left> {
  const sink = new ResponseSink(response, contentType, {
    ...COMMON,
    'Content-Length': String(content.length),
    // It is a stranger's content under our name: nobody may take it for a page of ours.
    'X-Content-Type-Options': 'nosniff',
    'Content-Disposition': 'attachment',
  });
  for await (const piece of partBytes(content)) if (!sink.write(piece)) await sink.drained();
  await sink.end();
  return sink;
}

const NOTHING: Left = { bytes: 0, begunAt: null };

function sendBare(
  response: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string | string[]>>,
): Promise<Left> {
  if (response.destroyed) return Promise.reject(new Disconnected());
  return new Promise((resolve) => {
    response.once('close', () => resolve(NOTHING));
    // Trap 4: an empty answer is of the WBXML type too.
    const type = status === 200 ? { 'Content-Type': WBXML } : {};
    response.writeHead(status, { ...COMMON, ...type, ...headers, 'Content-Length': 0 });
    response.end(() => resolve(NOTHING));
  });
}

function send(reply: Reply, response: ServerResponse, writing: Writing): Promise<Left> {
  switch (reply.kind) {
    case 'empty':
      return sendBare(response, 200, {});
    case 'refusal':
      return sendBare(response, reply.status, reply.headers ?? {});
    case 'document':
      return sendDocument(reply, response, writing);
    case 'multipart':
      return sendMultipart(reply, response, writing);
    case 'raw':
      return sendRaw(reply, response);
  }
}

function documentStatusOf(reply: Reply): number | null {
  if (!('value' in reply)) return null;
  const { Status } = reply.value as { readonly Status?: unknown };
  return typeof Status === 'number' ? Status : null;
}

/**
 * Sends a reply. Never throws: what breaks before the first byte is answered by what `instead` makes of it; once a byte is
 * out the only honest way to say so is to break the connection, so that nobody takes half an answer for a whole one.
 */
export async function sendReply(
  reply: Reply,
  response: ServerResponse,
  writing: Writing,
  instead?: (error: unknown) => Promise<Reply>,
): Promise<Sent> {
  const status = reply.kind === 'refusal' ? reply.status : 200;
  const documentStatus = documentStatusOf(reply);
  const ended = 'ended' in reply ? reply.ended : undefined;
  try {
    const { bytes, begunAt } = await send(reply, response, writing);
    await ended?.('sent');
    return { status, bytes, begunAt, documentStatus, whole: true, error: null };
  } catch (error) {
    const second = await ended?.('broken').then(
      () => null,
      (reason: unknown) => reason,
    );
    if (instead && !response.headersSent && !response.destroyed) {
      return sendReply(await instead(error), response, writing);
    }
    response.destroy();
    const both = second ? new AggregateError([error, second], 'answer broken') : error;
    return { status, bytes: 0, begunAt: null, documentStatus, whole: false, error: both };
  }
}
