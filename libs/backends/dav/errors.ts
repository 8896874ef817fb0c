import { BackendError, type BackendErrorKind } from '#backend';
import type { Trouble } from '#connections';

/** An answer's status with the preconditions its body named (RFC 4918 16), as `{namespace}local`. */
export interface Refusal {
  readonly status: number;
  readonly preconditions: ReadonlySet<string>;
  /** Seconds, from Retry-After. */
  readonly retryAfter: number | null;
}

/** An answer that is no success, in the gateway's terms, with what the server said. */
export class DavRefused extends BackendError {
  readonly refusal: Refusal;

  constructor(what: string, refusal: Refusal) {
    const { kind, reason, retryAfter } = judge(refusal);
    const said = [...refusal.preconditions].map((name) => name.replace(/^\{.*\}/, '')).join(' ');
    super(kind, `${what}: HTTP ${refusal.status}${said && ` ${said}`}`, {
      reason,
      ...(retryAfter === null ? {} : { retryAfter }),
    });
    this.refusal = refusal;
  }
}

interface Judgement {
  readonly kind: BackendErrorKind;
  readonly reason: string;
  readonly retryAfter: number | null;
}

const localNames = ({ preconditions }: Refusal): string[] =>
  [...preconditions].map((name) => name.replace(/^\{.*\}/, ''));

function judge(refusal: Refusal): Judgement {
  const said = judgePreconditions(localNames(refusal));
  if (said) return { ...said, retryAfter: null };
  const { status, retryAfter } = refusal;
  if (status === 429 || (status === 503 && retryAfter !== null))
    return { kind: 'throttled', reason: 'throttled', retryAfter: retryAfter ?? 30 };
  const known = byStatus.get(status);
  if (known) return { ...known, retryAfter: known.kind === 'unavailable' ? 30 : null };
  return status >= 400 && status < 500
    ? { kind: 'invalid', reason: `http-${status}`, retryAfter: null }
    : { kind: 'unavailable', reason: `http-${status}`, retryAfter: retryAfter ?? 30 };
}

const byStatus: ReadonlyMap<number, { readonly kind: BackendErrorKind; readonly reason: string }> = new Map([
  [401, { kind: 'auth', reason: 'auth' }],
  [403, { kind: 'invalid', reason: 'read-only' }],
  [404, { kind: 'gone', reason: 'gone' }],
  [405, { kind: 'invalid', reason: 'read-only' }],
  [408, { kind: 'unavailable', reason: 'timeout' }],
  // A PUT into a collection that is not there (RFC 4918 9.7.1).
  [409, { kind: 'gone', reason: 'gone' }],
  [410, { kind: 'gone', reason: 'gone' }],
  [412, { kind: 'conflict', reason: 'conflict' }],
  [413, { kind: 'invalid', reason: 'too-big' }],
  [423, { kind: 'unavailable', reason: 'locked' }],
  [501, { kind: 'unsupported', reason: 'http-501' }],
  [507, { kind: 'invalid', reason: 'over-quota' }],
]);

/** Preconditions of RFC 4791 5.3.2.1, 6352 6.3.2.1 and 4331 6; some servers give them with status 409 or 412. */
function judgePreconditions(names: readonly string[]): { kind: BackendErrorKind; reason: string } | null {
  if (names.includes('no-uid-conflict')) return { kind: 'conflict', reason: 'uid-taken' };
  if (names.includes('quota-not-exceeded') || names.includes('sufficient-disk-space'))
    return { kind: 'invalid', reason: 'over-quota' };
  if (names.includes('max-resource-size')) return { kind: 'invalid', reason: 'too-big' };
  if (names.includes('need-privileges')) return { kind: 'invalid', reason: 'read-only' };
  const refused = names.find((name) =>
    /^(?:valid-(?:cal|add|obj)|supported-(?:cal|add)|max-|min-)/.test(name),
  );
  return refused === undefined ? null : { kind: 'invalid', reason: refused };
}

/** Seconds of a Retry-After: a number or a date (RFC 9110 10.2.3); at most an hour, and never nonsense. */
export function retryAfterOf(header: string | undefined, now: number): number | null {
  if (header === undefined) return null;
  const seconds = /^\d+$/.test(header.trim()) ? Number(header) : (Date.parse(header) - now) / 1000;
  return Number.isFinite(seconds) ? Math.min(Math.max(Math.ceil(seconds), 1), 3600) : null;
}

/** What failed below HTTP: all of it is `unavailable`. */
export function connectionError(origin: string, error: unknown): BackendError {
  if (error instanceof BackendError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new BackendError('unavailable', `${origin}: ${message}`, {
    reason: reasonOf(error),
    retryAfter: 10,
    cause: error,
  });
}

/** What a request that got no answer tells of the host (see #connections). */
export function troubleOfRequest(error: unknown): Trouble {
  const code = wordOf(error, 'code');
  if (code === 'UND_ERR_CONNECT_TIMEOUT') return 'host';
  return ['connection-refused', 'no-such-host', 'certificate'].includes(reasonOf(error)) ? 'host' : 'account';
}

const timeouts: ReadonlySet<string> = new Set([
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
  'UND_ERR_CONNECT_TIMEOUT',
  'ETIMEDOUT',
]);

function reasonOf(error: unknown): string {
  const code = wordOf(error, 'code');
  if (timeouts.has(code) || wordOf(error, 'name') === 'TimeoutError') return 'timeout';
  if (code === 'ECONNREFUSED') return 'connection-refused';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'no-such-host';
  if (/CERT|SELF_SIGNED|ERR_TLS|UNABLE_TO/.test(code)) return 'certificate';
  return 'connection-lost';
}

/** `code` of system errors, `name` of others. */
function wordOf(error: unknown, property: 'code' | 'name'): string {
  const word: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, property) : null;
  return typeof word === 'string' ? word : '';
}

/** A kept connection that the server closed just as it was used again: nothing was read, trying again is right. */
export const isStaleConnection = (error: unknown): boolean =>
  ['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE'].includes(wordOf(error, 'code'));
