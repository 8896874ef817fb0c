import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { API_BASE, anybody, routes, type Route, type RouteName } from '#admin-api';
import { addressOf } from '../gateway/client-address.js';
import { Refused, type Call, type Change, type Handlers, type Principal } from './call.js';
import type { AdminParts } from './parts.js';
import { refusalOf, refuseInvalid, sendProblem } from './problem.js';
import { readJson } from './read-json.js';

/** Finds out who calls; throws Refused 401, 403 (a session without its CSRF token) or 429. */
export interface Guard {
  identify(request: FastifyRequest['raw'], address: string): Promise<Principal>;
}

/** Keeps what was changed. */
export interface Auditor {
  record(principal: Principal, address: string, change: Change): Promise<void>;
}

export interface RegisteredParts {
  readonly parts: AdminParts;
  readonly guard: Guard;
  readonly auditor: Auditor;
}

/** A caller nobody asked for a name. */
const nobody: Principal = { name: 'nobody', role: 'me', tenant: null, user: null };

const SAFE: ReadonlySet<string> = new Set(['GET', 'HEAD']);

function parsed(schema: z.ZodType | undefined, value: unknown, where: string): unknown {
  if (!schema) return undefined;
  const result = schema.safeParse(value ?? {});
  if (!result.success) throw refuseInvalid(result.error, where);
  return result.data;
}

/**
 * Puts every route of the table on the server: who calls is found out and held against the route's list before anything
 * of the request is looked at; then path, query and body are validated; what the handler throws becomes a problem.
 */
export function registerRoutes(
  fastify: FastifyInstance,
  handlers: Handlers,
  registered: RegisteredParts,
): void {
  for (const name of Object.keys(routes) as RouteName[]) {
    const declared: Route = routes[name];
    const [method = 'GET', path = ''] = name.split(' ');
    fastify.route({
      method,
      url: API_BASE + path.replace(/\{(\w+)\}/g, ':$1'),
      handler: async (request: FastifyRequest, reply: FastifyReply) => {
        reply.hijack();
        await answer({ declared, handler: handlers[name], method }, request, reply, registered);
      },
    });
  }
}

interface Registered {
  readonly declared: Route;
  readonly method: string;
  readonly handler: (call: Call<RouteName>) => Promise<unknown>;
}

async function answer(
  { declared, handler, method }: Registered,
  request: FastifyRequest,
  reply: FastifyReply,
  { parts, guard, auditor }: RegisteredParts,
): Promise<void> {
  const { raw } = reply;
  const address = addressOf(request.raw, parts.core.configuration.listen.trustedProxies);
  try {
    const principal = await permitted(declared, request.raw, address, guard);
    const params = parsed(declared.params, request.params, 'path');
    const query = parsed(declared.query, request.query, 'query');
    const given = SAFE.has(method) || !declared.body ? undefined : await readJson(request.raw);
    const body = parsed(declared.body, given, 'body');
    const call = {
      params,
      query,
      body,
      principal,
      address,
      request: request.raw,
      response: raw,
      audit: (change: Change) => auditor.record(principal, address, change),
    };
    send(reply, declared, await handler(call as never));
  } catch (error) {
    const refusal = refusalOf(error);
    const id = sendProblem(raw, refusal);
    if (id !== null)
      parts.core.log.event('bug', { id, where: `${method} ${request.url.split('?')[0]}`, error });
  } finally {
    // A body nobody read must not hold the connection.
    request.raw.resume();
  }
}

async function permitted(
  { who }: Route,
  request: FastifyRequest['raw'],
  address: string,
  guard: Guard,
): Promise<Principal> {
  if (who === anybody) return nobody;
  const principal = await guard.identify(request, address);
  if (!who.includes(principal.role))
    throw new Refused(403, 'forbidden', `This is not for the role ${principal.role}.`);
  return principal;
}

function send({ raw }: FastifyReply, { answer: kind }: Route, value: unknown): void {
  if (typeof kind === 'string') {
    if (kind === 'nothing' && !raw.headersSent) raw.writeHead(204, { 'Cache-Control': 'no-store' }).end();
    return;
  }
  // Whatever else a handler's value holds stays here: only what the route declares leaves.
  const body = JSON.stringify(kind.parse(value));
  raw.writeHead(200, {
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': Buffer.byteLength(body),
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
  });
  raw.end(body);
}
