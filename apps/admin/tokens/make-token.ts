import { createHash, randomBytes } from 'node:crypto';

/** What every token begins with: secret scanners and people know it for what it is. */
export const TOKEN_PREFIX = 'gwt_';

/** A new token: 256 random bits, which nobody guesses, so a plain hash of it is enough. */
export const makeToken = (): string => TOKEN_PREFIX + randomBytes(32).toString('base64url');

/** What is kept of a token. */
export const digestOf = (token: string): string => createHash('sha256').update(token).digest('base64url');
