import { signatureOf } from '../../assembly/webhook-signature.js';
import type { Endpoint } from './events.js';

/** Milliseconds until the receiver must have answered. */
const PATIENCE = 10_000;
/** Bytes of an answer that are read: nobody looks at them. */
const ANSWER = 16_384;

export interface Sent {
  readonly ok: boolean;
  /** Null if there was no answer. */
  readonly status: number | null;
  /** What went wrong; empty if nothing did. */
  readonly detail: string;
}

/** Sends an event to a webhook. Redirects are not followed: where events go is the configuration's to say. */
export async function send({ url, secret }: Endpoint, id: string, body: string): Promise<Sent> {
  const seconds = Math.floor(Date.now() / 1000);
  // Only when there is something to send: most installations have no webhook, and it takes megabytes.
  const { request } = await import('undici');
  try {
    const answer = await request(url, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        'User-Agent': 'Godwit',
        'Webhook-Id': id,
        'Webhook-Timestamp': String(seconds),
        'Webhook-Signature': signatureOf(secret, id, seconds, body),
      },
      body,
      signal: AbortSignal.timeout(PATIENCE),
    });
    await answer.body.dump({ limit: ANSWER }).catch(() => undefined);
    const { statusCode: status } = answer;
    const ok = status >= 200 && status < 300;
    return { ok, status, detail: ok ? '' : `answered ${status}` };
  } catch (error) {
    const { name, code } = error as { readonly name?: string; readonly code?: string };
    return {
      ok: false,
      status: null,
      detail: name === 'TimeoutError' ? 'no answer in time' : (code ?? 'no answer'),
    };
  }
}
