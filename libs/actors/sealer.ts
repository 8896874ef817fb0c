import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

/** A sealed text cannot be opened: another key, another context, or somebody changed it. */
export class SealBroken extends Error {
  override readonly name = 'SealBroken';
}

/** Hides JSON values on their way between processes, and in storage. */
export interface Sealer {
  /** `context` says what the text is for and for whom; opening it for anything else fails. */
  readonly seal: (value: unknown, context: string) => string;
  /** Throws SealBroken. */
  readonly open: (sealed: string, context: string) => unknown;
}

const cipherName = 'aes-256-gcm';
const nonceSize = 12;
const tagSize = 16;
const idSize = 6;
/** What the derived bytes are for (HKDF info): the same secret gives other keys to other uses. */
const purpose = 'godwit/seal/1';
const shortestSecret = 16;

interface Key {
  readonly id: string;
  readonly bytes: Buffer;
}

function deriveKey(secret: string): Key {
  if (secret.length < shortestSecret) {
    throw new RangeError(`a secret needs ${shortestSecret} characters at least`);
  }
  const derived = Buffer.from(hkdfSync('sha256', secret, '', purpose, 32 + idSize));
  // The id tells which secret sealed a text; it comes from the same derivation and says nothing of the key.
  return { bytes: derived.subarray(0, 32), id: derived.subarray(32).toString('base64url') };
}

/**
 * AES-256-GCM under keys derived from configured secrets. New texts are sealed with `secret`; those sealed with one of
 * `previous` can still be opened, so a secret is changed by first giving every process both.
 *
 * A sealed text is `<key id>.<nonce, ciphertext and tag>`, both base64url. Nonces are random: 96 bits serve for 2^32
 * texts under one secret, which is years of sign-ins.
 */
export function sealer(secret: string, previous: readonly string[] = []): Sealer {
  const current = deriveKey(secret);
  const keys = new Map([current, ...previous.map(deriveKey)].map((key) => [key.id, key.bytes]));
  return {
    seal(value, context) {
      const nonce = randomBytes(nonceSize);
      const cipher = createCipheriv(cipherName, current.bytes, nonce, { authTagLength: tagSize });
      cipher.setAAD(Buffer.from(`${current.id}.${context}`));
      const text = Buffer.concat([cipher.update(JSON.stringify(value), 'utf8'), cipher.final()]);
      return `${current.id}.${Buffer.concat([nonce, text, cipher.getAuthTag()]).toString('base64url')}`;
    },
    open(sealed, context) {
      const [id = '', body = ''] = sealed.split('.', 2);
      const bytes = keys.get(id);
      if (!bytes) throw new SealBroken('sealed with a secret that is not configured here');
      const data = Buffer.from(body, 'base64url');
      if (data.length < nonceSize + tagSize) throw new SealBroken('not a sealed text');
      const decipher = createDecipheriv(cipherName, bytes, data.subarray(0, nonceSize), {
        authTagLength: tagSize,
      });
      decipher.setAAD(Buffer.from(`${id}.${context}`));
      decipher.setAuthTag(data.subarray(-tagSize));
      try {
        const text = Buffer.concat([decipher.update(data.subarray(nonceSize, -tagSize)), decipher.final()]);
        return JSON.parse(text.toString('utf8')) as unknown;
      } catch (cause) {
        throw new SealBroken('changed on the way, or sealed for something else', { cause });
      }
    },
  };
}
