import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readFileSync, existsSync } from 'node:fs';
import { extname, join } from 'node:path';
import { securityHeaders } from '../../apps/admin/security-headers.js';
import { administration } from './sample-administration.js';
import * as sample from './sample-data.js';

const folder = join(process.cwd(), 'dist', 'apps', 'console');
const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};

type Answerer = (query: URLSearchParams, match: RegExpExecArray) => unknown;

function devices(query: URLSearchParams): unknown {
  const from = Number(query.get('cursor') ?? 0);
  const q = query.get('q') ?? '';
  const all = Array.from({ length: 120 }, (_, index) => sample.deviceOf(index)).filter(
    (device) =>
      (!query.has('standing') || device.standing === query.get('standing')) &&
      `${device.user} ${device.model} ${device.deviceId}`.toLowerCase().includes(q.toLowerCase()),
  );
  return { items: all.slice(from, from + 50), next: from + 50 < all.length ? String(from + 50) : null };
}

const answers: readonly (readonly [string, RegExp, Answerer])[] = [
  ...administration,
  ['GET', /^\/session\/ways$/, () => ({ oidc: true, oidcLabel: 'Sign in with Company SSO', self: true })],
  ['GET', /^\/session$/, () => sample.session],
  ['GET', /^\/overview$/, () => sample.overview()],
  ['GET', /^\/statistics$/, (query) => ({ items: sample.statistics(Number(query.get('minutes') ?? 60)) })],
  ['GET', /^\/devices$/, devices],
  ['GET', /^\/devices\/\d+$/, () => sample.detail()],
  ['GET', /^\/devices\/\d+\/timeline$/, () => ({ items: sample.timeline(), next: null })],
  ['GET', /^\/devices\/\d+\/trace$/, () => ({ items: sample.trace(), next: null })],
  [
    'POST',
    /^\/devices\/\d+\/resync$/,
    () => ({
      dryRun: true,
      hierarchy: true,
      folders: sample.detail().folders.map(({ id, name, items }) => ({ id, name, items })),
    }),
  ],
];

/** A running sample; nothing in it can be changed. */
export interface SampleApi {
  readonly url: string;
  /** How often a route was asked for, by method and path. */
  readonly asked: readonly string[];
  /** Lets everybody be signed out, and in again. */
  signedOut: boolean;
  close(): Promise<void>;
}

/**
 * The console before an API that has a big company's data: for looking at it, and for what a test cannot bring about in
 * seconds. What the API really does is tested with the real one.
 */
export async function startSampleApi(liveCount = 2000): Promise<SampleApi> {
  const asked: string[] = [];
  const state = { signedOut: false };
  const streams = new Set<ServerResponse>();
  const api = (
    request: IncomingMessage,
    response: ServerResponse,
    path: string,
    query: URLSearchParams,
  ): void => {
    asked.push(`${request.method} ${path}`);
    if (state.signedOut && !path.startsWith('/session/'))
      return json(response, 401, { code: 'unauthorized', title: 'Sign in first', status: 401 });
    if (path === '/live' || path.endsWith('/trace/live')) {
      streams.add(response);
      response.writeHead(200, { 'Content-Type': 'text/event-stream' });
      response.write(
        path === '/live'
          ? `event: whole\ndata: ${JSON.stringify(sample.live(liveCount))}\n\n`
          : ': begins\n\n',
      );
      return;
    }
    for (const [method, pattern, answer] of answers) {
      const match = request.method === method ? pattern.exec(path) : null;
      if (match) return json(response, 200, answer(query, match));
    }
    json(response, 503, {
      code: 'sample',
      title: 'Not in the sample',
      status: 503,
      detail: `${request.method} ${path}`,
    });
  };
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://sample');
    if (pathname.startsWith('/admin/v1')) return api(request, response, pathname.slice(9), searchParams);
    const file = pathname !== '/' && existsSync(join(folder, pathname)) ? pathname : '/index.html';
    response.writeHead(200, { ...securityHeaders, 'Content-Type': types[extname(file)] ?? 'text/plain' });
    response.end(readFileSync(join(folder, file)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    get signedOut() {
      return state.signedOut;
    },
    set signedOut(value) {
      state.signedOut = value;
    },
    close: () => {
      for (const stream of streams) stream.end();
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function json(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json' });
  response.end(JSON.stringify(value));
}
