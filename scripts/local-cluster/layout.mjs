// Where everything of a cluster stands: folders, ports, passwords, and the files its servers read.
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  accessSync,
  chmodSync,
  chownSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { stringify } from 'yaml';
import { dovecotConfig } from '../../dist/tests/servers/dovecot-config.js';
import { freePorts } from '../../dist/tests/servers/ports.js';
import { root } from '../run.mjs';

/** Everything is on this computer, and for this computer only. */
export const HOST = '127.0.0.1';
const inside = [
  ...['gateway1', 'gateway2', 'actors1', 'actors2'],
  ...['redis', 'imap', 'lmtp', 'smtp', 'unused'],
];

/** Accounts that are told of and have something in them; Dovecot takes any other name, too. */
export const ACCOUNTS = ['ada@example.test', 'bob@example.test'];

/** Drawn once (hexadecimal, so that it is no option on a command line): a phone that was set up yesterday still fits after `down` and `up`. */
function secretIn(folder, name) {
  const file = join(folder, 'secrets', name);
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  if (!existsSync(file)) writeFileSync(file, `${randomBytes(16).toString('hex')}\n`, { mode: 0o600 });
  return readFileSync(file, 'utf8').trim();
}

/** Ports of `up`: those people use as they were asked for, those between the servers free ones. */
async function choosePorts({ port, adminPort }) {
  const free = await freePorts(inside.length + 2);
  const ports = Object.fromEntries(inside.map((name, index) => [name, free[index]]));
  return { ...ports, web: port || free.at(-1), admin: adminPort || free.at(-2) };
}

export async function layOut({ folder, port, adminPort }) {
  mkdirSync(join(folder, 'logs'), { recursive: true });
  return {
    folder,
    logs: join(folder, 'logs'),
    ports: await choosePorts({ port, adminPort }),
    mail: mailFolder(folder),
    password: secretIn(folder, 'password'),
    adminToken: secretIn(folder, 'admin-token'),
    seal: secretIn(folder, 'seal'),
  };
}

/** Whether anybody may pass all folders on the way there. */
function isReachable(folder) {
  for (let path = folder; path !== dirname(path); path = dirname(path))
    if (existsSync(path) && (statSync(path).mode & 0o001) === 0) return false;
  return true;
}

/**
 * Dovecot's folder. It reads mail as another user than root, who has to get there, and puts sockets into it, whose paths
 * must be short: where the cluster's own folder will not do, it is one below /var/tmp.
 */
function mailFolder(folder) {
  const own = join(folder, 'dovecot');
  const isRoot = process.getuid() === 0;
  if (own.length <= 70 && (!isRoot || isReachable(folder))) return own;
  const name = Buffer.from(folder).toString('base64url').slice(-24);
  return join('/var/tmp', `godwit-cluster-${process.getuid()}-${name}`);
}

/** Writes what Dovecot reads. */
export function writeDovecot({ mail, ports, password }) {
  for (const name of ['run', 'state', 'users']) mkdirSync(join(mail, name), { recursive: true, mode: 0o755 });
  if (process.getuid() === 0) {
    const id = (table, name) =>
      Number(execFileSync('getent', [table, name], { encoding: 'utf8' }).split(':')[2]);
    chownSync(join(mail, 'users'), id('passwd', 'nobody'), id('group', 'nogroup'));
  }
  writeFileSync(join(mail, 'refused'), '');
  const file = join(mail, 'dovecot.conf');
  const settings = {
    directory: mail,
    imapPort: ports.imap,
    imapsPort: null,
    lmtpPort: ports.lmtp,
    sievePort: null,
    password,
    hide: [],
    format: 'maildir',
    settings: '',
  };
  writeFileSync(file, dovecotConfig(settings), { mode: 0o600 });
  return file;
}

/** Writes the file all nodes of Godwit read; what differs between them is in their environment. */
export function writeConfiguration({ folder, ports, adminToken, seal, password }, database) {
  const files = (name) => ({ kind: 'vdir', path: join(folder, 'items', name, '{user}') });
  const file = join(folder, 'godwit.yaml');
  const configuration = {
    listen: { host: HOST, publicUrl: `http://${HOST}:${ports.web}` },
    admin: { host: HOST, token: adminToken },
    dataDirectory: join(folder, 'godwit'),
    database,
    actors: `redis://${HOST}:${ports.redis}`,
    secret: seal,
    log: { format: 'json' },
    tenants: [
      {
        domains: ['*'],
        provisioning: 'required',
        mail: { kind: 'imap', host: HOST, port: ports.imap, tls: 'none' },
        submission: { kind: 'smtp', host: HOST, port: ports.smtp, tls: 'none' },
        contacts: files('contacts'),
        calendar: files('calendar'),
        tasks: files('tasks'),
        notes: files('notes'),
      },
    ],
  };
  const note = `# Written by scripts/cluster at each start. Password of all accounts: ${password}\n`;
  writeFileSync(file, note + stringify(configuration), { mode: 0o600 });
  return file;
}

/** Writes nginx's configuration: the locations are those of deploy/proxies, the two gateways are ours. */
export function writeNginx({ folder, logs, ports }) {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  mkdirSync(join(folder, 'nginx'), { recursive: true });
  const file = join(folder, 'nginx', 'nginx.conf');
  const text = `# Written by scripts/cluster at each start.
daemon off;
${process.getuid() === 0 ? 'user root;' : ''}
worker_processes 2;
pid ${join(folder, 'nginx', 'nginx.pid')};
error_log ${join(logs, 'nginx.log')} warn;
worker_rlimit_nofile 32768;
events { worker_connections 16384; }
http {
    access_log off;
${temporary.map((name) => `    ${name}_temp_path ${join(folder, 'nginx', name)};`).join('\n')}
    upstream godwit {
        least_conn;
        server ${HOST}:${ports.gateway1};
        server ${HOST}:${ports.gateway2};
    }
    server {
        listen ${HOST}:${ports.web};
        include ${join(root, 'deploy/proxies/nginx/godwit-locations.conf')};
    }
}
`;
  writeFileSync(file, text);
  return file;
}

/** The folder can be written to, and is nobody else's. */
export function requireFolder(folder) {
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o755);
  accessSync(folder, constants.W_OK);
}
