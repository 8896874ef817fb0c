import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { API_BASE, anybody, routes, type Route, type RouteName } from '#admin-api';
import { addressOf } from '../gateway/client-address.js';
import { Refused, requireTenant, type Call, type Change, type Handlers, type Principal } from './call.js';
import type { AdminParts } from './parts.js';
import { refusalOf, refuseInvalid, sendProblem } from './problem.js';
import { readJson } from './read-json.js';
import { isStill } from './sign-in/still.js';

/** Finds out who calls; throws Refused 401, 403 (a session without its CSRF token) or 429. */
export interface Guard {
  identify(
    request: FastifyRequest['raw'],
    response: FastifyReply['raw'],
    address: string,
  ): Promise<Principal>;
}

/** Keeps what was changed, and who was turned away. */
export interface Auditor {
  record(principal: Principal, address: string, change: Change): Promise<void>;
  refused(principal: Principal, address: string, what: string, why: string): Promise<void>;
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
      url: addressIn(path),
      handler: async (request: FastifyRequest, reply: FastifyReply) => {
        reply.hijack();
        await answer({ name, declared, handler: handlers[name], method }, request, reply, registered);
      },
    });
  }
  registerRefusals(fastify);
}

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;

/** What is no route is answered as a problem, too: 405 where another method would do, else 404. */
function registerRefusals(fastify: FastifyInstance): void {
  const byPath = new Map<string, Set<string>>();
  for (const name of Object.keys(routes)) {
    const [method = '', path = ''] = name.split(' ');
    byPath.set(path, (byPath.get(path) ?? new Set<string>()).add(method));
  }
  const refuse = (url: string, method: string[], refusal: Refused, allow?: string): void => {
    fastify.route({
      method,
      url,
      handler: (request: FastifyRequest, reply: FastifyReply) => {
        reply.hijack();
        if (allow !== undefined) reply.raw.setHeader('Allow', allow);
        sendProblem(reply.raw, refusal);
        request.raw.resume();
      },
    });
  };
  for (const [path, methods] of byPath) {
    const allow = [...methods].join(', ');
    const others = METHODS.filter((method) => !methods.has(method));
    refuse(addressIn(path), others, new Refused(405, 'wrong-method', `Here one may ${allow}.`), allow);
  }
  refuse(
    `${API_BASE}/*`,
    [...METHODS],
    new Refused(404, 'unknown-path', 'There is nothing at this address.'),
  );
}

/** A path as the router writes it. */
const addressIn = (path: string): string => API_BASE + path.replace(/\{(\w+)\}/g, ':$1');

interface Registered {
  readonly name: RouteName;
  readonly declared: Route;
  readonly method: string;
  readonly handler: (call: Call<RouteName>) => Promise<unknown>;
}

async function answer(
  { name, declared, handler, method }: Registered,
  request: FastifyRequest,
  reply: FastifyReply,
  { parts, guard, auditor }: RegisteredParts,
): Promise<void> {
  const { raw } = reply;
  const address = addressOf(request.raw, parts.core.configuration.listen);
  let caller: Principal | null = null;
  try {
    const principal = declared.who === anybody ? nobody : await guard.identify(request.raw, raw, address);
    caller = principal;
    requireRole(declared, principal);
    // Whoever asks for the head of a stream does not want to hold one.
    if (request.method === 'HEAD' && declared.answer === 'events') {
      raw.writeHead(200, { 'Content-Type': 'text/event-stream' }).end();
      return;
    }
    const params = parsed(declared.params, request.params, 'path');
    const query = parsed(declared.query, request.query, 'query');
    const given = SAFE.has(method) || !declared.body ? undefined : await readJson(request.raw);
    const body = parsed(declared.body, given, 'body');
    for (const part of [params, query, body]) requireNamedTenant(principal, part);
    const call = {
      params,
      query,
      body,
      principal,
      address,
      request: request.raw,
      response: raw,
      isStill: () => isStill(parts.signIn, request.raw, principal),
      audit: (change: Change) => auditor.record(principal, address, change),
    };
    send(reply, declared, await handler(call as never));
  } catch (error) {
    const refusal = refusalOf(error);
    if (caller && caller !== nobody && refusal?.status === 403)
      await auditor.refused(caller, address, name, refusal.code);
    const id = sendProblem(raw, refusal);
    if (id !== null)
      parts.core.log.event('bug', { id, where: `${method} ${request.url.split('?')[0]}`, error });
  } finally {
    // A body nobody read must not hold the connection.
    request.raw.resume();
  }
}

/** Wherever a route takes the name of a tenant, it is one the caller may name. */
function requireNamedTenant(principal: Principal, part: unknown): void {
  const { tenant } = (part ?? {}) as { readonly tenant?: unknown };
  if (principal !== nobody && typeof tenant === 'string') requireTenant(principal, tenant);
}

function requireRole({ who }: Route, { role }: Principal): void {
  if (who !== anybody && !who.includes(role))
    throw new Refused(403, 'forbidden', `This is not for the role ${role}.`);
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
