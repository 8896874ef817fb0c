/**
 * Unpacks Cyrus IMAP, the second IMAP server and the strict CalDAV and CardDAV server of the integration tests, into var/test-services/cyrus. It cannot be
 * installed beside Dovecot (each package removes the other), so that its packages are only downloaded and unpacked,
 * together with the libraries this machine lacks. Needs no root, and changes nothing outside of that folder.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const services = fileURLToPath(new URL('../var/test-services', import.meta.url));
export const cyrusFolder = join(services, 'cyrus');
const wanted = ['cyrus-imapd', 'cyrus-common', 'cyrus-caldav', 'sasl2-bin'];
/** Of each package that has a server one program: an older unpacking that lacks one is replaced. */
const programs = ['usr/lib/cyrus/bin/imapd', 'usr/lib/cyrus/bin/httpd'];

/** Output of a program, or null if it failed. */
function output(command, args, cwd) {
  const { status, stdout } = spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return status === 0 ? stdout : null;
}

const isInstalled = (name) =>
  output('dpkg-query', ['-W', '-f', '${db:Status-Status}', name])?.trim() === 'installed';

/** The libraries a package file needs and this machine has not; of alternatives the first. */
function missingLibraries(file) {
  const fields = output('dpkg-deb', ['-f', file, 'Depends', 'Pre-Depends']) ?? '';
  return fields
    .replace(/^(?:Pre-)?Depends:/gm, ',')
    .split(',')
    .map((alternatives) => alternatives.split('|').map((each) => each.trim().split(/[ :(]/)[0]))
    .filter(
      (names) => names[0].startsWith('lib') && !/^lib.*-perl$/.test(names[0]) && !names.some(isInstalled),
    )
    .map(([name]) => name);
}

/** Downloads the packages and, round by round, the libraries they lack. Returns the names; throws what went wrong. */
function download(folder) {
  const names = new Set();
  for (let next = wanted; next.length > 0;) {
    const get = () => output('apt-get', ['download', ...next], folder);
    if (get() === null) {
      spawnSync('apt-get', ['update'], { stdio: 'ignore' });
      if (get() === null) throw new Error(`apt-get cannot download ${next.join(', ')}`);
    }
    for (const name of next) names.add(name);
    const files = readdirSync(folder).filter((file) => file.endsWith('.deb'));
    const lacking = files.flatMap((file) => missingLibraries(join(folder, file)));
    next = [...new Set(lacking)].filter((name) => !names.has(name));
  }
  return [...names];
}

/** Unpacks Cyrus unless it is there. Returns what it did, in words; throws if that failed. */
export function installCyrus() {
  if (programs.every((program) => existsSync(join(cyrusFolder, program))))
    return `Cyrus IMAP is unpacked in ${cyrusFolder}`;
  mkdirSync(services, { recursive: true });
  const folder = mkdtempSync(join(services, 'download-'));
  try {
    const names = download(folder);
    const unpacked = join(folder, 'unpacked');
    mkdirSync(unpacked);
    for (const file of readdirSync(folder).filter((name) => name.endsWith('.deb'))) {
      if (output('dpkg', ['-x', join(folder, file), unpacked]) === null)
        throw new Error(`dpkg -x ${file} failed`);
    }
    rmSync(cyrusFolder, { recursive: true, force: true });
    renameSync(unpacked, cyrusFolder);
    return `unpacked Cyrus IMAP into ${cyrusFolder} (${names.join(', ')}); nothing was installed`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
