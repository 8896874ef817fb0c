import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Connections } from '#connections';
import { settingsOf } from './config.js';
import { DavHttp, Pools } from './http.js';
import { Rest } from './rest.js';

const url = new URL('https://dav.example/');
const soon = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** How many of ten requests of an account are let in together, and whether another account is then let in. */
async function letIn(maxConnections: number): Promise<{ own: number; other: boolean }> {
  const pools = new Pools(settingsOf({ kind: 'caldav', url: url.href, maxConnections }), new Connections());
  const gate = pools.gateOf(url);
  const cancel = new AbortController();
  const enter = async (account: string): Promise<void> => {
    await gate.enter({ account, signal: cancel.signal });
  };
  let own = 0;
  let other = false;
  const asked = Array.from({ length: 10 }, () => enter('ada').then(() => void own++));
  await soon();
  asked.push(enter('bob').then(() => void (other = true)));
  await soon();
  const now = { own, other };
  cancel.abort();
  await Promise.allSettled(asked);
  return now;
}

it('an account reads several answers side by side, which else would wait for each other; and leaves room for others', async () => {
  expect(await letIn(32)).toEqual({ own: 8, other: true });
  expect(await letIn(8)).toEqual({ own: 4, other: true });
  expect(await letIn(4)).toMatchObject({ own: 4 });
  expect(await letIn(1)).toMatchObject({ own: 1 });
});

it('an answer that is on hand leaves its place to the next request, though a slow phone has not read it', async () => {
  const text = 'x'.repeat(300_000);
  const server = createServer((request, response) => void response.end(request.url === '/large' ? text : ''));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const home = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  const settings = settingsOf({ kind: 'caldav', url: home.href, maxConnections: 1 });
  const pools = new Pools(settings, new Connections());
  try {
    const http = new DavHttp(settings, home, pools, () => 'Basic ', new Rest(1), 'ada');
    const large = await http.ask({ method: 'GET', url: new URL('/large', home) });
    for (let more = 0; more < 3; more++) await http.do({ method: 'GET', url: new URL('/small', home) });
    const pieces: Uint8Array[] = [];
    for await (const piece of large.body) pieces.push(piece);
    expect(Buffer.concat(pieces).toString()).toBe(text);
  } finally {
    await pools.close();
    server.close();
  }
});
