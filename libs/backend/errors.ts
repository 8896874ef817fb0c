/** Why a backend could not do what was asked. The kind alone decides whether and when to try again. */
export type BackendErrorKind =
  /** The source refused the credentials: HTTP 401, and the trust in the password ends. */
  | 'auth'
  /** The source is down, unreachable or too slow: HTTP 503 with Retry-After, or Sync Status 5. */
  | 'unavailable'
  /** The source asks for fewer requests; `retryAfter` says when. */
  | 'throttled'
  /** The folder or item does not exist (any more). */
  | 'gone'
  /** Somebody else changed the item in the meantime. */
  | 'conflict'
  /** The source will never accept this: a malformed item, a refused recipient, a message over its size limit. */
  | 'invalid'
  /** The source has no such ability. */
  | 'unsupported';

const retryable: ReadonlySet<BackendErrorKind> = new Set(['unavailable', 'throttled']);

/** A failure of a source behind the gateway, in the gateway's own terms. Anything else a backend throws is a bug. */
export class BackendError extends Error {
  override readonly name = 'BackendError';
  readonly kind: BackendErrorKind;
  /** A short stable word for the administrator and the metrics: `connect-timeout`, `over-quota`, `too-big`. */
  readonly reason: string;
  /** Seconds until a new attempt makes sense; only for `unavailable` and `throttled`. */
  readonly retryAfter: number | undefined;

  constructor(
    kind: BackendErrorKind,
    message: string,
    options: { reason?: string; retryAfter?: number; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.kind = kind;
    this.reason = options.reason ?? kind;
    this.retryAfter = options.retryAfter;
  }

  get retryable(): boolean {
    return retryable.has(this.kind);
  }
}

/**
 * The feed's cursor means nothing to the source any more (UIDVALIDITY changed, history was expunged, token expired).
 * The caller asks again with `cursor: null` and compares the listing with what the phone has.
 */
export class CursorInvalid extends Error {
  override readonly name = 'CursorInvalid';
}
