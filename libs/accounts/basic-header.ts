import iconv from 'iconv-lite';

/** User and password as the phone sent them. */
export interface BasicCredentials {
  readonly user: string;
  readonly password: string;
}

/** More than any real login needs; what is longer is not even decoded. */
const MAX_LENGTH = 4096;
const utf8 = new TextDecoder('utf-8', { fatal: true });
/** A login with control characters is none, and would do harm in logs and protocols further on. */
const CONTROL = /\p{Cc}/u;

/**
 * Reads an Authorization header of scheme Basic (RFC 7617). Older Outlooks send ISO-8859-1, everybody else UTF-8
 *. The header does not tell which, but a text with letters beyond ASCII that happens to be
 * valid UTF-8 is UTF-8. Null for anything that is not a login.
 */
export function readBasicHeader(header: string | undefined): BasicCredentials | null {
  const match =
    header !== undefined && header.length <= MAX_LENGTH ? /^Basic +([\w+/-]+={0,2}) *$/i.exec(header) : null;
  if (!match?.[1]) return null;
  const text = decode(Buffer.from(match[1], 'base64'));
  // A password may have colons, a user can't.
  const colon = text.indexOf(':');
  if (colon < 1) return null;
  const user = text.slice(0, colon);
  const password = text.slice(colon + 1);
  return CONTROL.test(user) || password.includes('\0') ? null : { user, password };
}

function decode(bytes: Buffer): string {
  try {
    return utf8.decode(bytes);
  } catch {
    // windows-1252 is ISO-8859-1 with letters such as the euro sign in place of control codes.
    return iconv.decode(bytes, 'windows-1252');
  }
}
