import { NestFactory } from '@nestjs/core';
import type { DynamicModule } from '@nestjs/common';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import type { Log } from '#ops';
import { nestLogger } from './nest-logger.js';

/** Longest pause of a phone between two requests on one connection, in milliseconds; more than proxies allow. */
const KEEP_ALIVE = 75_000;
/** New connections that may wait to be taken: those of a gateway that died come all at once. The kernel may allow fewer. */
const BACKLOG = 4096;
/** A phone on a bad network may take its time with the head of a request, but not forever. */
const HEADERS = 60_000;

/**
 * A Nest application on Fastify whose request bodies are left alone: routes read them as streams. `extend` may put routes of
 * its own on the server.
 */
export async function openHttpServer(
  module: DynamicModule,
  listen: { host: string; port: number },
  log: Log,
  extend: (fastify: FastifyInstance) => void = () => undefined,
): Promise<{ app: NestFastifyApplication; url: string }> {
  const adapter = new FastifyAdapter({
    keepAliveTimeout: KEEP_ALIVE,
    // What comes over a connection that was open before the door was closed is answered like anything else.
    return503OnClosing: false,
    routerOptions: { caseSensitive: false, ignoreTrailingSlash: true },
  });
  const fastify = adapter.getInstance();
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('*', (_request, _payload, done) => done(null));
  // Held requests and large mails take as long as they take.
  fastify.server.requestTimeout = 0;
  fastify.server.headersTimeout = HEADERS;
  const app = await NestFactory.create<NestFastifyApplication>(module, adapter, {
    bodyParser: false,
    logger: nestLogger(log),
  });
  extend(fastify);
  await app.listen({ host: listen.host, port: listen.port, backlog: BACKLOG });
  return { app, url: await app.getUrl() };
}

/** Milliseconds between two looks for connections that have become idle. */
const IDLE_LOOK = 200;

/** Closes the door, lets running requests end, and breaks off those that take longer than `patience` milliseconds. */
export async function closeHttpServer(app: NestFastifyApplication, patience: number): Promise<void> {
  const server = app.getHttpServer();
  const late = setTimeout(() => server.closeAllConnections(), Math.max(0, patience));
  // A connection that is busy now is closed with its answer; idle ones that phones keep open would hold us up.
  const idle = setInterval(() => server.closeIdleConnections(), IDLE_LOOK);
  try {
    await app.close();
  } finally {
    clearTimeout(late);
    clearInterval(idle);
  }
}
