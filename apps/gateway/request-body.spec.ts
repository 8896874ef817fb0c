import { Agent, createServer, request as httpRequest, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { BodyTooLarge, requestBody } from './request-body.js';

const LIMIT = 100;
let server: Server;
let look: (request: IncomingMessage) => Promise<string>;

beforeAll(async () => {
  server = createServer((request, response) => {
    look(request)
      .then((text) => response.end(text))
      .catch((error: Error) => response.writeHead(413).end(error.name))
      .finally(() => request.resume());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

async function posted(
  pieces: readonly string[],
  headers: Record<string, string> = {},
  agent = new Agent(),
): Promise<string> {
  const { port } = server.address() as AddressInfo;
  return new Promise((resolve, reject) => {
    const request = httpRequest({ port, method: 'POST', agent, headers });
    request.on('error', reject);
    request.on('response', (response) => {
      let text = `${response.statusCode} `;
      response.on('data', (piece) => (text += String(piece)));
      response.on('end', () => resolve(text));
    });
    for (const piece of pieces) request.write(piece);
    request.end();
  });
}

const described = async (request: IncomingMessage): Promise<string> => {
  const body = await requestBody(request, LIMIT);
  const pieces: Uint8Array[] = [];
  for await (const piece of body.content) pieces.push(piece);
  return `${body.isPresent} ${Buffer.concat(pieces).toString()} ${body.bytes()}`;
};

describe("a request's body", () => {
  it('comes as it was sent, and is counted', async () => {
    look = described;
    expect(await posted(['abc'], { 'Content-Length': '3' })).toBe('200 true abc 3');
    expect(await posted(['abc', 'def'], { 'Transfer-Encoding': 'chunked' })).toBe('200 true abcdef 6');
  });

  it('is none for a Ping that a proxy sends on in chunks of nothing, as for one without length', async () => {
    look = described;
    expect(await posted([], { 'Transfer-Encoding': 'chunked' })).toBe('200 false  0');
    expect(await posted([], { 'Content-Length': '0' })).toBe('200 false  0');
    expect(await posted([])).toBe('200 false  0');
  });

  it('over the limit is refused by its head, or where it gets too long, and the answer still arrives', async () => {
    look = described;
    const large = 'x'.repeat(LIMIT + 1);
    expect(await posted([large], { 'Content-Length': String(large.length) })).toBe('413 BodyTooLarge');
    expect(await posted(['x'.repeat(60), 'x'.repeat(60)], { 'Transfer-Encoding': 'chunked' })).toBe(
      '413 BodyTooLarge',
    );
    expect(new BodyTooLarge(LIMIT).bytes).toBe(LIMIT);
  });

  it('that is read only in part does not take the connection with it', async () => {
    look = async (request) => {
      const { content } = await requestBody(request, LIMIT);
      for await (const piece of content) return `read ${piece.length > 0}`;
      return 'nothing';
    };
    expect(await posted(['abc', 'def'], { 'Transfer-Encoding': 'chunked' })).toBe('200 read true');
  });

  it('that is read only in part leaves the connection to the next request', async () => {
    const large = 'x'.repeat(1_000_000);
    look = async (request) => {
      const { content, discard } = await requestBody(request, large.length);
      for await (const piece of content) {
        void discard();
        return `read ${piece.length > 0}`;
      }
      return 'nothing';
    };
    const one = new Agent({ keepAlive: true, maxSockets: 1 });
    for (let time = 0; time < 3; time++) expect(await posted([large], {}, one)).toBe('200 read true');
    expect(await posted([large], { 'Content-Length': String(large.length) }, one)).toBe('200 read true');
    one.destroy();
  });
});
