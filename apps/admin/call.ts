import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AnswerOf, BodyOf, ParamsOf, QueryOf, Role, RouteName, Routes } from '#admin-api';

/** Who calls. */
export interface Principal {
  /** As the audit log names him: `token helpdesk-1`, `oidc ada@example.org`, `me ada@example.org`. */
  readonly name: string;
  readonly role: Role;
  /** The only tenant he may see; null: all. */
  readonly tenant: string | null;
  /** For `me`: the only user. */
  readonly user: string | null;
}

/** What the audit log is told of a change. */
export interface Change {
  /** `device.wipe`, `policy.change`, ... */
  readonly action: string;
  readonly tenant?: string | null;
  readonly user?: string | null;
  readonly deviceId?: string | null;
  /** What was changed, if it is no device or user: the name of a policy, the id of a rule. */
  readonly target?: string | null;
  readonly reason?: string | null | undefined;
  /** No secrets: it is shown to everybody who may read the log. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/** One call of a route, validated, by somebody who may. */
export interface Call<R extends RouteName> {
  readonly params: ParamsOf<Routes[R]>;
  readonly query: QueryOf<Routes[R]>;
  readonly body: BodyOf<Routes[R]>;
  /** For routes that `anybody` may call it is nobody: role `me` without a user. */
  readonly principal: Principal;
  /** The caller's address. */
  readonly address: string;
  /** For streams, tables, cookies and redirections. */
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** For streams: whether the caller is still signed in, with the same rights. */
  readonly isStill: () => Promise<boolean>;
  /** Writes to the audit log. To be called by every route that changes something, once it has. */
  readonly audit: (change: Change) => Promise<void>;
}

/** JSON for routes that answer it; those that write the response themselves resolve to nothing. */
export type Handler<R extends RouteName> = (
  call: Call<R>,
) => Promise<Routes[R]['answer'] extends string ? void : AnswerOf<Routes[R]>>;

/** A handler for every route: the compiler sees to it that none is missing. */
export type Handlers = { readonly [R in RouteName]: Handler<R> };

/** Some of them, by one subject. */
export type HandlersOf<R extends RouteName> = Pick<Handlers, R>;

/** The call cannot be carried out; answered as a problem (RFC 9457). */
export class Refused extends Error {
  override readonly name = 'Refused';
  constructor(
    readonly status: 400 | 401 | 403 | 404 | 405 | 409 | 413 | 422 | 429 | 502 | 503,
    /** Stable, for programs. */
    readonly code: string,
    detail: string,
    readonly fields?: readonly { readonly path: string; readonly message: string }[],
    /** Seconds, for 429 and 503. */
    readonly retryAfter?: number,
  ) {
    super(detail);
  }
}

export const unknown = (what: string): Refused =>
  new Refused(404, `unknown-${what}`, `There is no such ${what}.`);

/** One field that is wrong: 422. */
export const invalid = (path: string, message: string): Refused =>
  new Refused(422, 'invalid', `${path}: ${message}`, [{ path, message }]);

/**
 * Whether somebody may see what belongs to a tenant, and for `me` to a user. What he may not see is not there for him
 * (404) when it is named by a number; a tenant he names himself is forbidden (403): `requireTenant`.
 */
export const maySee = (principal: Principal, tenant: string, user?: string): boolean =>
  (principal.tenant === null || principal.tenant === tenant) &&
  (principal.user === null || principal.user === user);

export function requireTenant(principal: Principal, tenant: string): void {
  if (!maySee(principal, tenant, principal.user ?? undefined))
    throw new Refused(403, 'forbidden', `This sign-in is not for the tenant ${tenant}.`);
}

/** The tenant a list is limited to: the one asked for, if the caller may see it, else his own; undefined is all. */
export function tenantFor(principal: Principal, asked: string | undefined): string | undefined {
  if (asked !== undefined) requireTenant(principal, asked);
  return asked ?? principal.tenant ?? undefined;
}
