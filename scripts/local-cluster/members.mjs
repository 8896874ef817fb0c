// The processes of a cluster: how each is started, and how it is known to be ready.
import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { answers, waitUntil } from '../../dist/tests/servers/ports.js';
import { root } from '../run.mjs';
import { HOST, writeConfiguration, writeDovecot, writeNginx } from './layout.mjs';
import { beganAt, isAlive } from './ledger.mjs';

/** Milliseconds a start may take on a busy machine: the first one makes a database. */
const PATIENCE = 90_000;
const SCRIPTS = join(root, 'scripts/local-cluster');
const COMMAND = join(root, 'dist/apps/cli/main.js');

export const logOf = (layout, name) => join(layout.logs, `${name}.log`);
const lastLines = (file) => readFileSync(file, 'utf8').trim().split('\n').slice(-12).join('\n');

/** Starts a process that outlives this one, away from its terminal, with its output in a file. */
function launch(layout, { name, command, args, env = {}, stopBy }) {
  const output = openSync(logOf(layout, name), 'w', 0o600);
  const child = spawn(command, args, {
    cwd: layout.folder,
    detached: true,
    stdio: ['ignore', output, output],
    env: { ...process.env, ...env },
  });
  closeSync(output);
  return new Promise((resolve, reject) => {
    child.once('error', (error) => reject(new Error(`${name} could not be started: ${error.message}`)));
    child.once('spawn', () => {
      child.unref();
      resolve({ name, pid: child.pid, began: beganAt(child.pid), ...(stopBy && { stopBy }) });
    });
  });
}

async function untilReady(layout, member, isReady) {
  const look = async () => {
    if (!isAlive(member))
      throw new Error(`${member.name} ended at once:\n${lastLines(logOf(layout, member.name))}`);
    return isReady();
  };
  await waitUntil(`${member.name} to be ready`, look, PATIENCE).catch((error) => {
    if (!error.message.startsWith('timed out')) throw error;
    throw new Error(`${error.message}\n${lastLines(logOf(layout, member.name))}`);
  });
}

/** A node of Godwit: all read one file, each has ports of its own. */
const node = (role, name, port, adminPort, config) => ({
  name,
  command: process.execPath,
  args: [COMMAND, role],
  // What the caller's own shell says of Godwit is about another one.
  env: {
    ...Object.fromEntries(
      Object.keys(process.env)
        .filter((key) => key.startsWith('GODWIT_'))
        .map((key) => [key, undefined]),
    ),
    GODWIT_CONFIG: config,
    GODWIT_LISTEN_PORT: String(port),
    GODWIT_ADMIN_PORT: String(adminPort),
  },
  isReady: async () =>
    (await fetch(`http://${HOST}:${port || adminPort}/health/ready`).catch(() => null))?.ok,
});

/** What stands behind Godwit. */
function behind(layout) {
  const { ports, folder, mail, password } = layout;
  mkdirSync(join(folder, 'redis'), { recursive: true });
  const redis = { bind: HOST, port: ports.redis, dir: join(folder, 'redis'), appendonly: 'yes', save: '' };
  return [
    {
      name: 'postgres',
      command: process.execPath,
      args: [join(SCRIPTS, 'postgres.mjs'), join(folder, 'postgres')],
      isReady: () => databaseOf(layout) !== undefined,
    },
    {
      name: 'redis',
      command: 'redis-server',
      args: [
        ...Object.entries(redis).flatMap(([key, value]) => [`--${key}`, String(value)]),
        // Godwit does not start on a Redis that throws away what it has no room for.
        ...['--maxmemory-policy', 'noeviction'],
      ],
      isReady: () => answers(ports.redis),
    },
    {
      name: 'dovecot',
      command: '/usr/sbin/dovecot',
      args: ['-F', '-c', join(mail, 'dovecot.conf')],
      isReady: async () => (await answers(ports.imap, '* OK')) && (await answers(ports.lmtp, '220')),
    },
    {
      name: 'smtp',
      command: process.execPath,
      args: [join(SCRIPTS, 'smtp.mjs'), String(ports.smtp), String(ports.lmtp)],
      env: { CLUSTER_PASSWORD: password },
      isReady: () => answers(ports.smtp, '220'),
    },
  ];
}

/** The address that the PostgreSQL of this start has told. */
const databaseOf = (layout) =>
  /^postgres:\/\/\S+$/m.exec(readFileSync(logOf(layout, 'postgres'), 'utf8'))?.[0];

/** Starts members side by side. Each is told of as soon as it runs, so that a failed start can be undone. */
async function startAll(layout, members, started) {
  const outcomes = await Promise.allSettled(
    members.map(async ({ isReady, ...how }) => {
      const member = await launch(layout, how);
      started(member);
      await untilReady(layout, member, isReady);
    }),
  );
  const failed = outcomes.find(({ status }) => status === 'rejected');
  if (failed) throw failed.reason;
}

/** Starts everything in three steps, each on what the one before needs. */
export async function startMembers(layout, started) {
  const { ports } = layout;
  writeDovecot(layout);
  await startAll(layout, behind(layout), started);
  const config = writeConfiguration(layout, databaseOf(layout));
  const nodes = [
    node('actors', 'actors1', 0, ports.actors1, config),
    node('actors', 'actors2', 0, ports.actors2, config),
    node('admin', 'admin', 0, ports.admin, config),
    node('gateway', 'gateway1', ports.gateway1, ports.unused, config),
    node('gateway', 'gateway2', ports.gateway2, ports.unused, config),
  ];
  await startAll(layout, nodes, started);
  const nginx = {
    name: 'nginx',
    command: '/usr/sbin/nginx',
    args: ['-e', join(layout.logs, 'nginx.log'), '-c', writeNginx(layout)],
    // 502 would be an answer, too: of nginx, without Godwit.
    isReady: async () =>
      (await fetch(`http://${HOST}:${ports.web}/autodiscover/autodiscover.xml`).catch(() => null))?.status <
      500,
  };
  await startAll(layout, [nginx], started);
}
