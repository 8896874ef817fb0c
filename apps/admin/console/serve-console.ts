import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { API_BASE } from '#admin-api';
import { Refused } from '../call.js';
import { sendProblem } from '../problem.js';
import { securityHeaders } from '../security-headers.js';

/** Paths under these are no pages of the console, whether they exist or not. */
const reserved = [API_BASE, '/health', '/metrics', '/assets'];

/** Milliseconds a file whose name tells its content is kept by browsers. */
const YEAR = 365 * 86_400_000;

const NOT_BUILT =
  'The console is not here: it was not built (npm install, then npm run build). The API is at /admin/v1.\n';

/** Path without the query, in lower case as the router compares; null if it is no path. */
function pathOf(url: string): string | null {
  try {
    return decodeURIComponent(url.split('?', 1)[0] ?? '/');
  } catch {
    return null;
  }
}

function isReserved(path: string): boolean {
  const lower = path.toLowerCase();
  return reserved.some((prefix) => lower === prefix || lower.startsWith(`${prefix}/`));
}

/**
 * Serves the built console from a folder: its files, and the page itself for every other path, which the page's own router
 * understands. Files under /assets are named by their content and never change; the page is asked for each time.
 */
export function serveConsole(fastify: FastifyInstance, folder: string): void {
  const isBuilt = existsSync(join(folder, 'index.html'));
  // Only what is there now is ever opened: no path of a request reaches the file system.
  const files = new Set(
    isBuilt
      ? readdirSync(folder, { recursive: true, withFileTypes: true })
          .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
          .map((entry) => join(entry.parentPath, entry.name).slice(folder.length).replaceAll('\\', '/'))
      : [],
  );
  if (isBuilt) void fastify.register(fastifyStatic, { root: folder, serve: false, preCompressed: true });
  fastify.get('/*', (request, reply) => {
    const path = pathOf(request.url);
    if (path === null || (isReserved(path) && !files.has(path))) {
      reply.hijack();
      sendProblem(reply.raw, new Refused(404, 'unknown-path', 'There is nothing at this address.'));
      return;
    }
    void reply.headers(securityHeaders);
    if (!isBuilt) return reply.code(503).type('text/plain; charset=utf-8').send(NOT_BUILT);
    if (path.startsWith('/assets/'))
      return reply.sendFile(path.slice(1), { maxAge: YEAR, immutable: true, cacheControl: true });
    if (path !== '/index.html' && files.has(path)) return reply.sendFile(path.slice(1));
    return reply.header('Cache-Control', 'no-store').sendFile('index.html', { cacheControl: false });
  });
}
