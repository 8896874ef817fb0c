import { z } from 'zod';
import { key } from './declare.js';

const PREFIX = 'whsec_';
/** Bytes below which a secret can be guessed. */
const LEAST = 16;

/** A key that is cut short by a wrong letter, or none at all, would let anybody sign. */
function isLongEnough(secret: string): boolean {
  if (!secret.startsWith(PREFIX)) return secret.length >= LEAST;
  const encoded = secret.slice(PREFIX.length).replace(/=+$/, '');
  return /^[A-Za-z0-9+/]*$/.test(encoded) && Buffer.from(encoded, 'base64').length >= LEAST;
}

const SHORT = `must be ${LEAST} characters at least, or ${PREFIX} and the Base64 of as many bytes`;
const schema = z.string().refine(isLongEnough, SHORT);
const note = { secret: true, expects: `at least ${LEAST} characters, or \`${PREFIX}\` and Base64` };

/** What Standard Webhooks are signed with. */
export const signingSecret = (prose: string) => key(schema.clone(), prose, note);

/** As `signingSecret`, where there may be none. */
export const optionalSigningSecret = (prose: string) => key(schema.optional(), prose, note);
