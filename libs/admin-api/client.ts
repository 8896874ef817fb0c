import type { AnswerOf, AskedBodyOf, AskedQueryOf, ParamsOf } from './route.js';
import type { RouteName, Routes } from './routes.js';
import type { Problem } from './schemas/common.js';

/** What a call needs: those parts that its route has. */
export type CallOf<R extends RouteName> = (ParamsOf<Routes[R]> extends Record<string, never>
  ? unknown
  : { readonly params: ParamsOf<Routes[R]> }) &
  (AskedQueryOf<Routes[R]> extends undefined ? unknown : { readonly query?: AskedQueryOf<Routes[R]> }) &
  (AskedBodyOf<Routes[R]> extends undefined ? unknown : { readonly body: AskedBodyOf<Routes[R]> });

/** The API refused, or did not answer as an API does. */
export class ApiRefusal extends Error {
  override readonly name = 'ApiRefusal';
  constructor(
    readonly status: number,
    readonly problem: Problem | null,
    text: string,
  ) {
    super(text);
  }
}

export interface ClientOptions {
  /** Origin of the admin server; empty for the one a page came from. */
  readonly origin: string;
  /** Headers of every request: Authorization, X-Godwit-CSRF. */
  readonly headers: () => Readonly<Record<string, string>>;
  readonly fetch?: typeof fetch;
}

/** The typed client of the API, for the command line, the console and tests. Needs no schema at run time. */
export class AdminClient {
  constructor(private readonly options: ClientOptions) {}

  /** Throws ApiRefusal, or what fetch throws. */
  async call<R extends RouteName>(name: R, call: CallOf<R>): Promise<AnswerOf<Routes[R]>> {
    const answer = await this.open(name, call);
    if (answer.status === 204) return undefined as AnswerOf<Routes[R]>;
    return (await answer.json()) as AnswerOf<Routes[R]>;
  }

  /** The answer as it comes, for tables and streams. Throws ApiRefusal. */
  async open<R extends RouteName>(name: R, call: CallOf<R>, signal?: AbortSignal): Promise<Response> {
    const { params, query, body } = call as Loose;
    const [method = 'GET'] = name.split(' ', 1);
    const ask = this.options.fetch ?? fetch;
    const answer = await ask(`${this.options.origin}${addressOf(name, params, query)}`, {
      method,
      headers: {
        ...this.options.headers(),
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal ? { signal } : {}),
    });
    if (answer.ok) return answer;
    const text = await answer.text();
    const problem = problemOf(text);
    throw new ApiRefusal(
      answer.status,
      problem,
      problem?.detail ?? problem?.title ?? `HTTP ${answer.status}`,
    );
  }
}

type Values = Readonly<Record<string, unknown>>;
interface Loose {
  readonly params?: Values;
  readonly query?: Values;
  readonly body?: unknown;
}

const BASE = '/admin/v1';

/** Path and query of a call. */
export function addressOf(name: RouteName, params: Values = {}, query: Values = {}): string {
  const path = name
    .slice(name.indexOf(' ') + 1)
    .replace(/\{(\w+)\}/g, (_, key: string) => encodeURIComponent(String(params[key])));
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== null);
  const search = new URLSearchParams(
    given.map(([key, value]): [string, string] => [key, String(value)]),
  ).toString();
  return `${BASE}${path}${search ? `?${search}` : ''}`;
}

function problemOf(text: string): Problem | null {
  try {
    const value = JSON.parse(text) as Partial<Problem> | null;
    return typeof value?.code === 'string' ? (value as Problem) : null;
  } catch {
    return null;
  }
}
