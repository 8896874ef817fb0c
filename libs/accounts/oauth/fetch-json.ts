import { BackendError } from '#backend';

/** Milliseconds an issuer may take. */
const PATIENCE = 10_000;
const MAX_BYTES = 512 * 1024;
const RETRY_AFTER = 10;

/**
 * Asks an issuer for a JSON object. Goes nowhere it was not configured to go: redirections are refused. Throws BackendError
 * `unavailable`.
 */
export async function fetchJson(url: string, init: RequestInit = {}): Promise<Record<string, unknown>> {
  try {
    const response = await fetch(url, {
      ...init,
      redirect: 'error',
      signal: AbortSignal.timeout(PATIENCE),
      headers: { accept: 'application/json', ...init.headers },
    });
    const text = await limitedText(response);
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw new Error('no JSON object');
    return value as Record<string, unknown>;
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new BackendError('unavailable', `${new URL(url).origin}: ${why}`, {
      reason: 'issuer',
      retryAfter: RETRY_AFTER,
      cause,
    });
  }
}

async function limitedText({ body }: Response): Promise<string> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of (body ?? []) as AsyncIterable<Uint8Array>) {
    length += piece.byteLength;
    if (length > MAX_BYTES) throw new Error('the answer is too long');
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}
