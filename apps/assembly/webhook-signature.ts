import { createHmac, timingSafeEqual } from 'node:crypto';

/** The secret's bytes: those of the text, or of the Base64 after `whsec_`. */
const bytesOf = (secret: string): Buffer =>
  secret.startsWith('whsec_') ? Buffer.from(secret.slice(6), 'base64') : Buffer.from(secret);

/** As the Standard Webhooks specification has it: HMAC-SHA256 over id, seconds and body, parted by dots. */
export function signatureOf(secret: string, id: string, seconds: number, body: string | Uint8Array): string {
  const digest = createHmac('sha256', bytesOf(secret))
    .update(`${id}.${seconds}.`)
    .update(body)
    .digest('base64');
  return `v1,${digest}`;
}

/** Seconds that the clocks of sender and receiver may be apart; what is older may be a repetition by somebody else. */
const TOLERANCE = 300;
/** Signatures that are looked at: a sender that changes its secret sends two for a while. */
const MOST_SIGNATURES = 8;
const LONGEST_ID = 256;

export interface WebhookHeaders {
  readonly 'webhook-id'?: string | undefined;
  readonly 'webhook-timestamp'?: string | undefined;
  readonly 'webhook-signature'?: string | undefined;
}

/** What stands in the head of a signed webhook. */
export interface SignedHead {
  readonly id: string;
  readonly seconds: number;
  readonly signatures: readonly string[];
}

/** The head of a webhook that may be genuine; null if it cannot be, whatever its body: it is no webhook, or too old. */
export function signedHead(headers: WebhookHeaders, now: number): SignedHead | null {
  const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature } = headers;
  if (!id || id.length > LONGEST_ID || !signature || !timestamp || !/^\d{1,12}$/.test(timestamp)) return null;
  const seconds = Number(timestamp);
  if (Math.abs(now / 1000 - seconds) > TOLERANCE) return null;
  return { id, seconds, signatures: signature.split(' ').slice(0, MOST_SIGNATURES) };
}

/** Whether whoever knows the secret has signed this body. Takes the same time for every wrong signature. */
export function isSigned({ id, seconds, signatures }: SignedHead, secret: string, body: Uint8Array): boolean {
  const right = Buffer.from(signatureOf(secret, id, seconds, body));
  return signatures.some((signature) => {
    const given = Buffer.from(signature);
    return given.length === right.length && timingSafeEqual(given, right);
  });
}
