import { createHmac } from 'node:crypto';

/** The secret's bytes: those of the text, or of the Base64 after `whsec_`. */
const bytesOf = (secret: string): Buffer =>
  secret.startsWith('whsec_') ? Buffer.from(secret.slice(6), 'base64') : Buffer.from(secret);

/** As the Standard Webhooks specification has it: HMAC-SHA256 over id, seconds and body, parted by dots. */
export function signatureOf(secret: string, id: string, seconds: number, body: string): string {
  const digest = createHmac('sha256', bytesOf(secret)).update(`${id}.${seconds}.${body}`).digest('base64');
  return `v1,${digest}`;
}
