import { type z } from 'zod';

/**
 * Who may do what:
 * - `provider`: everything, for all tenants.
 * - `tenant`: everything within one tenant.
 * - `helpdesk`: devices and users of one tenant, or of all: look, test, wipe the account's data, block, allow, resync.
 * - `read-only`: look at everything of one tenant, or of all.
 * - `me`: one's own devices.
 */
export const roles = ['provider', 'tenant', 'helpdesk', 'read-only', 'me'] as const;
export type Role = (typeof roles)[number];

export const readers: readonly Role[] = ['provider', 'tenant', 'helpdesk', 'read-only'];
export const helpers: readonly Role[] = ['provider', 'tenant', 'helpdesk'];
export const managers: readonly Role[] = ['provider', 'tenant'];
export const providers: readonly Role[] = ['provider'];
export const everybody: readonly Role[] = [...roles];
export const selves: readonly Role[] = ['me'];
/** No sign-in is asked for. */
export const anybody = 'anybody';

/** What an answer that is no JSON is: a table for a spreadsheet, a stream of server-sent events, nothing at all, a page to go to. */
export type BareAnswer = 'csv' | 'events' | 'nothing' | 'redirect';

/** One route of the API. Everything about it follows from here: guard, validation, OpenAPI, the typed client. */
export interface Route {
  /** One line for the reference. */
  readonly summary: string;
  readonly who: readonly Role[] | typeof anybody;
  /** Values in the path: always texts. */
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  readonly answer: z.ZodType | BareAnswer;
}

/** Says what kind of thing a route table's values are, and keeps what each of them is exactly. */
export const route = <const R extends Route>(declared: R): R => declared;

type OutOf<T> = T extends z.ZodType ? z.output<T> : never;
type IntoOf<T> = T extends z.ZodType ? z.input<T> : never;

export type ParamsOf<R extends Route> = R extends { params: infer P } ? OutOf<P> : Record<never, never>;
/** As a handler gets it: with defaults filled in. */
export type QueryOf<R extends Route> = R extends { query: infer Q } ? OutOf<Q> : Record<never, never>;
export type BodyOf<R extends Route> = R extends { body: infer B } ? OutOf<B> : undefined;
/** As a caller gives it. */
export type AskedQueryOf<R extends Route> = R extends { query: infer Q } ? IntoOf<Q> : undefined;
export type AskedBodyOf<R extends Route> = R extends { body: infer B } ? IntoOf<B> : undefined;
export type AnswerOf<R extends Route> = R['answer'] extends z.ZodType ? z.output<R['answer']> : never;
