import { createHash, randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

const derive = promisify<string, Buffer, number, Buffer>(scrypt);
const LENGTH = 32;

/** The form of a password in the configuration that does not show it: `scrypt$SALT$HASH`. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  return `scrypt$${salt.toString('base64url')}$${(await derive(password, salt, LENGTH)).toString('base64url')}`;
}

/** Whether a password is the one the tenant's `passwords` have for the account, hashed or not. */
export async function matchesLocalPassword(
  passwords: Readonly<Record<string, string>>,
  user: string,
  password: string,
): Promise<boolean> {
  const known = Object.entries(passwords).find(([name]) => name.toLowerCase() === user)?.[1];
  if (known === undefined) return false;
  const hashed = /^scrypt\$([\w-]+)\$([\w-]+)$/.exec(known);
  if (hashed?.[1] && hashed[2]) {
    const expected = Buffer.from(hashed[2], 'base64url');
    const given = await derive(password, Buffer.from(hashed[1], 'base64url'), LENGTH);
    return expected.length === LENGTH && timingSafeEqual(expected, given);
  }
  // Hashed first, because the comparison wants equal lengths and must not tell the length either.
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(known), digest(password));
}
