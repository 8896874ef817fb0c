import { BackendError, CursorInvalid, type BackendErrorKind } from '#backend';
import { troubleOf, type Trouble } from '#connections';

/** What imapflow hangs on the errors it throws; all of it optional. */
interface ImapFailure {
  readonly message?: string;
  readonly code?: string;
  readonly authenticationFailed?: boolean;
  readonly serverResponseCode?: string;
  readonly responseStatus?: string;
  readonly responseText?: string;
  readonly throttleReset?: number;
  readonly response?: unknown;
}

/** Response codes (RFC 5530, RFC 9051 7.1) and what they mean for who asked. */
const byResponseCode: Readonly<Record<string, Verdict>> = {
  UNAVAILABLE: ['unavailable', 'server-unavailable'],
  INUSE: ['unavailable', 'mailbox-in-use'],
  SERVERBUG: ['unavailable', 'server-bug'],
  CONTACTADMIN: ['unavailable', 'contact-admin'],
  LIMIT: ['throttled', 'limit'],
  AUTHENTICATIONFAILED: ['auth', 'auth'],
  AUTHORIZATIONFAILED: ['auth', 'auth'],
  EXPIRED: ['auth', 'password-expired'],
  NONEXISTENT: ['gone', 'no-such-folder'],
  TRYCREATE: ['gone', 'no-such-folder'],
  OVERQUOTA: ['invalid', 'over-quota'],
  TOOBIG: ['invalid', 'too-big'],
  APPENDLIMIT: ['invalid', 'too-big'],
  NOPERM: ['invalid', 'no-permission'],
  CANNOT: ['invalid', 'cannot'],
  BADCHARSET: ['invalid', 'bad-charset'],
  ALREADYEXISTS: ['conflict', 'exists'],
  HASCHILDREN: ['conflict', 'has-children'],
  EXPUNGEISSUED: ['unavailable', 'expunge-issued'],
};

const temporary: ReadonlySet<string> = new Set([
  'UNAVAILABLE',
  'INUSE',
  'SERVERBUG',
  'CONTACTADMIN',
  'LIMIT',
]);

/** Seconds after which a server that is away is worth another look. */
const retryAfter = 10;

/**
 * Any failure of an IMAP connection in the gateway's terms. A refused sign-in is `auth` only if the server does not say
 * that it just cannot check at the moment: a phone that is told 401 asks its user for a new password.
 */
export function toBackendError(error: unknown, doing: string): BackendError | CursorInvalid {
  if (error instanceof BackendError || error instanceof CursorInvalid) return error;
  const failure: ImapFailure = typeof error === 'object' && error !== null ? error : {};
  const text = failure.responseText ?? failure.message ?? String(error);
  const [kind, reason] = classify(failure, text);
  return new BackendError(kind, `${doing}: ${text}`, {
    reason,
    cause: error,
    retryAfter: secondsToWait(kind, failure),
  });
}

/** Reasons of failures that came before anybody said who he is. */
const unreachedReasons: ReadonlySet<string> = new Set([
  'connect-refused',
  'connect-timeout',
  'dns',
  'tls',
  'no-greeting',
]);

/** The failure to open a connection, of a server that has not greeted: that is nobody's but the server's own. */
export function unreached(error: BackendError | CursorInvalid): BackendError | CursorInvalid {
  if (!(error instanceof BackendError) || error.kind !== 'unavailable') return error;
  if (unreachedReasons.has(error.reason)) return error;
  const { message, retryAfter } = error;
  return new BackendError('unavailable', message, { reason: 'no-greeting', retryAfter, cause: error });
}

/** What a connection that could not be opened tells of its host (see #connections). */
export const troubleOfOpening = (error: unknown): Trouble =>
  troubleOf(
    error,
    error instanceof BackendError && unreachedReasons.has(error.reason) ? 'connecting' : 'connected',
  );

type Verdict = readonly [BackendErrorKind, string];

function classify(failure: ImapFailure, text: string): Verdict {
  const code = (failure.serverResponseCode ?? responseCode(failure.response) ?? '').toUpperCase();
  if (failure.authenticationFailed === true && !temporary.has(code)) return ['auth', 'auth'];
  if (failure.code === 'ETHROTTLE') return ['throttled', 'throttled'];
  const known = byResponseCode[code];
  if (known !== undefined) return known;
  if (failure.responseStatus === 'NO') return refusal(text);
  if (failure.responseStatus === 'BAD') return ['invalid', 'bad-command'];
  return ['unavailable', transportReason(failure.code)];
}

function secondsToWait(kind: BackendErrorKind, failure: ImapFailure): number | undefined {
  if (kind !== 'unavailable' && kind !== 'throttled') return undefined;
  return Math.max(retryAfter, Math.ceil((failure.throttleReset ?? 0) / 1000));
}

/** A NO without a code: older servers say it in words only. */
function refusal(text: string): Verdict {
  if (/quota/i.test(text)) return ['invalid', 'over-quota'];
  if (/already exists/i.test(text)) return ['conflict', 'exists'];
  if (/permission denied/i.test(text)) return ['invalid', 'no-permission'];
  if (
    /(?:no such|does ?n[o']t exist|not found|unknown) ?(?:mailbox|folder)?|mailbox.*(?:n[o']t exist|not found)/i.test(
      text,
    )
  ) {
    return ['gone', 'no-such-folder'];
  }
  return ['invalid', 'refused'];
}

function transportReason(code: string | undefined): string {
  switch (code) {
    case 'ECONNREFUSED':
      return 'connect-refused';
    case 'CONNECT_TIMEOUT':
    case 'GREETING_TIMEOUT':
    case 'UPGRADE_TIMEOUT':
    case 'ETIMEDOUT':
      return 'connect-timeout';
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'dns';
    default:
      return code !== undefined && /CERT|TLS|SSL/.test(code) ? 'tls' : 'connection-lost';
  }
}

/** The first word of a response code: `OVERQUOTA` of `NO [OVERQUOTA] ...`. */
function responseCode(response: unknown): string | undefined {
  if (typeof response !== 'object' || response === null || !('attributes' in response)) return undefined;
  const { attributes } = response as {
    attributes?: readonly ({ section?: readonly ({ value?: unknown } | null)[] } | null)[];
  };
  const value = attributes?.[0]?.section?.[0]?.value;
  return typeof value === 'string' ? value : undefined;
}
