import { randomBytes, scrypt, timingSafeEqual, type ScryptOptions } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';

/** Cost 2^15, block 8, one lane: 32 MB and about 60 ms a try. */
const cost = { ln: 15, r: 8, p: 1 };
const keyLength = 32;
const hashPattern =
  /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]{8,})\$([A-Za-z0-9+/]{16,})$/;

function derive(password: string, salt: Buffer, length: number, { ln, r, p }: typeof cost): Promise<Buffer> {
  const options: ScryptOptions = { N: 2 ** ln, r, p, maxmem: 256 * 2 ** ln * r };
  return new Promise((resolve, reject) => {
    scrypt(password.normalize('NFC'), salt, length, options, (error, key) =>
      error ? reject(error) : resolve(key),
    );
  });
}

const base64 = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '');

/** A hash for a password file: `$scrypt$ln=15,r=8,p=1$salt$hash`, the form of passlib. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const key = await derive(password, salt, keyLength, cost);
  return `$scrypt$ln=${cost.ln},r=${cost.r},p=${cost.p}$${base64(salt)}$${base64(key)}`;
}

/** Compares in constant time. False for a hash that cannot be understood or would cost too much. */
export async function verifyPassword(password: string, hash: string): Promise<boolean> {
  const match = hashPattern.exec(hash.trim());
  if (!match) return false;
  const [ln, r, p] = [Number(match[1]), Number(match[2]), Number(match[3])];
  if (ln < 1 || ln > 18 || r < 1 || r > 16 || p < 1 || p > 4) return false;
  const expected = Buffer.from(match[5]!, 'base64');
  const key = await derive(password, Buffer.from(match[4]!, 'base64'), expected.length, { ln, r, p });
  return timingSafeEqual(key, expected);
}

/** Stands in for the hash of a user who does not exist, so that asking for one takes as long as for any other. */
const nobody = `$scrypt$ln=${cost.ln},r=${cost.r},p=${cost.p}$${'A'.repeat(22)}$${'A'.repeat(43)}`;

/**
 * Passwords from a file of `user:hash` lines (`#` begins a comment). The file is read again when it changed. Rejects
 * with the file system's error if it cannot be read.
 */
export function passwordFile(path: string): (user: string, password: string) => Promise<boolean> {
  let users = new Map<string, string>();
  let stamp = '';
  return async (user, password) => {
    const { mtimeMs, size, ino } = await stat(path);
    const current = `${ino}.${size}.${mtimeMs}`;
    if (current !== stamp) {
      users = parseUsers(await readFile(path, 'utf8'));
      stamp = current;
    }
    const hash = users.get(user.toLowerCase());
    const right = await verifyPassword(password, hash ?? nobody);
    return right && hash !== undefined;
  };
}

function parseUsers(text: string): Map<string, string> {
  const users = new Map<string, string>();
  for (const line of text.split(/\r?\n/)) {
    const colon = line.indexOf(':');
    if (colon > 0 && !line.startsWith('#'))
      users.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
  return users;
}
