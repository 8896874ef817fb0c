// The servers a cluster needs besides Godwit, and what to install where one is missing.
import { accessSync, constants } from 'node:fs';

/** By Debian package, a file of it that shows it is there. */
const packages = [
  ['redis-server', '/usr/bin/redis-server'],
  ['dovecot-imapd', '/usr/lib/dovecot/imap'],
  ['dovecot-lmtpd', '/usr/lib/dovecot/lmtp'],
  ['nginx', '/usr/sbin/nginx'],
];

function isThere(file) {
  try {
    accessSync(file, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}

/** Throws a sentence that names what is missing. */
export function requirePrograms() {
  if (process.platform !== 'linux')
    throw new Error('a cluster of plain processes needs Linux: it reads /proc');
  const missing = packages.filter(([, file]) => !isThere(file)).map(([name]) => name);
  if (missing.length === 0) return;
  throw new Error(
    `these Debian packages are missing: ${missing.join(', ')}. ` +
      `sudo apt-get install --no-install-recommends ${missing.join(' ')}, ` +
      'or sudo node scripts/install-test-services.mjs, which starts no service',
  );
}
