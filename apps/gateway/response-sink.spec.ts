import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Disconnected, ResponseSink } from './response-sink.js';

/** Serves one answer by `serve` and gives what the phone sees. */
async function answered(
  serve: (sink: ResponseSink, response: ServerResponse) => Promise<void>,
  read: (message: IncomingMessage) => Promise<Buffer> = whole,
): Promise<{ message: IncomingMessage; body: Buffer }> {
  const served: Promise<void>[] = [];
  const server = createServer((_request, response) => {
    served.push(serve(new ResponseSink(response, 'text/x', { 'X-Test': '1' }), response));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const message = await new Promise<IncomingMessage>((resolve, reject) => {
      const { port } = server.address() as AddressInfo;
      httpRequest({ port }, resolve).on('error', reject).end();
    });
    const body = await read(message);
    await Promise.all(served);
    return { message, body };
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

async function whole(message: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of message) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}

describe('an answer', () => {
  it('of one chunk has a Content-Length; an empty one is an empty document', async () => {
    const small = await answered(async (sink) => {
      sink.write(Buffer.from('abc'));
      await sink.end();
      expect(sink.bytes).toBe(3);
    });
    expect(small.message.headers).toMatchObject({
      'content-length': '3',
      'content-type': 'text/x',
      'x-test': '1',
    });
    expect(small.body.toString()).toBe('abc');
    const none = await answered((sink) => sink.end());
    expect(none.message.headers['content-length']).toBe('0');
  });

  it('leaves in chunks as soon as there is a second one', async () => {
    const { message, body } = await answered(async (sink) => {
      sink.write(Buffer.from('abc'));
      sink.write(Buffer.from('def'));
      await sink.end();
    });
    expect(message.headers['transfer-encoding']).toBe('chunked');
    expect(body.toString()).toBe('abcdef');
  });

  it('goes at the pace of the phone: nobody gathers what it does not take', async () => {
    const piece = Buffer.alloc(256 * 1024);
    const total = 64;
    let most = 0;
    const { body } = await answered(async (sink, response) => {
      for (let count = 0; count < total; count++) {
        if (!sink.write(piece)) await sink.drained();
        most = Math.max(most, response.writableLength);
      }
      await sink.end();
    });
    expect(body.length).toBe(total * piece.length);
    expect(most).toBeLessThan(4 * piece.length);
  });

  it('to a phone that hung up ends in Disconnected, also while it waits for room', async () => {
    let failure: unknown;
    await answered(
      async (sink) => {
        try {
          for (;;) if (!sink.write(Buffer.alloc(256 * 1024))) await sink.drained();
        } catch (error) {
          failure = error;
        }
        await expect(sink.end()).rejects.toBeInstanceOf(Disconnected);
      },
      async (message) => {
        message.destroy();
        return Buffer.alloc(0);
      },
    );
    expect(failure).toBeInstanceOf(Disconnected);
  });
});
