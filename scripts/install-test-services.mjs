/**
 * Installs the servers the integration tests and the benchmark start for themselves (Debian, Ubuntu; as root):
 * Dovecot, OpenLDAP, Redis, nginx, Caddy, Prometheus, Radicale, Xandikos, the WBXML and XML tools, and Chromium for the console. Nothing is removed, and no service is started or enabled.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { installCyrus } from './install-cyrus.mjs';

/** Package, and a file that shows it is there. */
const wanted = [
  ['dovecot-imapd', '/usr/lib/dovecot/imap'],
  ['dovecot-lmtpd', '/usr/lib/dovecot/lmtp'],
  ['dovecot-sieve', '/usr/lib/dovecot/modules/lib90_sieve_plugin.so'],
  ['dovecot-managesieved', '/usr/lib/dovecot/managesieve'],
  ['slapd', '/usr/sbin/slapd'],
  ['redis-server', '/usr/bin/redis-server'],
  ['nginx', '/usr/sbin/nginx'],
  ['caddy', '/usr/bin/caddy'],
  // promtool comes with it.
  ['prometheus', '/usr/bin/promtool'],
  ['radicale', '/usr/bin/radicale'],
  ['xandikos', '/usr/bin/xandikos'],
  ['libwbxml2-utils', '/usr/bin/wbxml2xml'],
  ['libxml2-utils', '/usr/bin/xmllint'],
  ['chromium', '/usr/bin/chromium'],
];
const policy = '/usr/sbin/policy-rc.d';
const kept = `${policy}.before-test-services`;

const say = (text) => process.stdout.write(`test services: ${text}\n`);

function fail(text) {
  process.stderr.write(`test services: ${text}\n`);
  process.exit(1);
}

function run(command, args) {
  const { status, error } = spawnSync(command, args, {
    stdio: 'inherit',
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  if (error !== undefined) fail(`${command} could not be run: ${error.message}`);
  return status === 0;
}

// Cyrus is only unpacked inside this project, whatever else is there.
try {
  say(installCyrus());
} catch (error) {
  fail(`Cyrus IMAP could not be unpacked: ${error.message}`);
}
const missing = wanted.filter(([, file]) => !existsSync(file)).map(([name]) => name);
if (missing.length === 0) {
  say(`all present (${wanted.map(([name]) => name).join(', ')})`);
  process.exit(0);
}
const byHand = `install them yourself: ${missing.join(' ')}`;
if (process.platform !== 'linux' || !existsSync('/usr/bin/apt-get'))
  fail(`no apt-get on this system; ${byHand}`);
if (process.getuid() !== 0) fail(`root is needed: sudo node scripts/install-test-services.mjs, or ${byHand}`);

say(`installing ${missing.join(', ')}`);
// invoke-rc.d asks this file whether a service may be started; 101 is "no" (Debian policy 9.3.3.1).
if (existsSync(policy)) renameSync(policy, kept);
writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
let installed = false;
try {
  const install = ['install', '-y', '--no-install-recommends', '--no-remove', ...missing];
  installed = run('apt-get', install) || (run('apt-get', ['update']) && run('apt-get', install));
} finally {
  rmSync(policy, { force: true });
  if (existsSync(kept)) renameSync(kept, policy);
}
const absent = wanted.filter(([, file]) => !existsSync(file)).map(([name]) => name);
if (!installed || absent.length > 0)
  fail(`could not install ${absent.join(', ') || missing.join(', ')}; ${byHand}`);
say(`installed ${missing.join(', ')}; their services were not started`);
