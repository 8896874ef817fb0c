import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { EmbeddedUnavailable } from './binaries.js';

/** PostgreSQL refuses to run as root. This is who it runs as then; made if it does not exist. */
const serverUser = 'postgres';

interface Ids {
  readonly uid: number;
  readonly gid: number;
}

/** How the server's programs are started, and who owns its files. */
export interface OperatingUser {
  /** Null: we are not root, so everything is ours already. */
  readonly ids: Ids | null;
  /** True if the server may pass directories of others on the way to its own (see `operatingUser`). */
  readonly passing: boolean;
}

interface Finished {
  readonly code: number | null;
  readonly output: string;
}

async function finish(child: ChildProcess): Promise<Finished> {
  const closed = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const [code, out, err] = await Promise.all([
    closed,
    child.stdout ? text(child.stdout) : '',
    child.stderr ? text(child.stderr) : '',
  ]);
  return { code, output: `${out}${err}`.trim() };
}

/** Starts a program as the operating user, away from our terminal, so that Ctrl-C reaches only us. */
export function start(
  user: OperatingUser,
  program: string,
  args: readonly string[],
  stdio: StdioOptions,
): ChildProcess {
  // The C locale keeps messages in the language the log's readers search for.
  const options = {
    stdio,
    cwd: '/',
    detached: true,
    env: { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' },
  };
  if (!user.ids) return spawn(program, args, options);
  if (!user.passing) return spawn(program, args, { ...options, ...user.ids });
  const capability = '+dac_read_search';
  const ids = [`--reuid=${user.ids.uid}`, `--regid=${user.ids.gid}`, '--clear-groups'];
  const capabilities = [`--inh-caps=${capability}`, `--ambient-caps=${capability}`];
  return spawn('setpriv', [...ids, ...capabilities, program, ...args], options);
}

/** Runs a program to its end. Rejects with its output if it fails. */
export async function run(user: OperatingUser, program: string, args: readonly string[]): Promise<string> {
  const { code, output } = await finish(start(user, program, args, ['ignore', 'pipe', 'pipe']));
  if (code !== 0) throw new EmbeddedUnavailable(`${program} ended with ${code}: ${output}`);
  return output;
}

async function lookUp(): Promise<Ids | null> {
  const root: OperatingUser = { ids: null, passing: false };
  try {
    const [uid, gid] = await Promise.all([
      run(root, 'id', ['-u', serverUser]),
      run(root, 'id', ['-g', serverUser]),
    ]);
    return { uid: Number(uid), gid: Number(gid) };
  } catch {
    return null;
  }
}

async function makeUser(): Promise<Ids> {
  const args = ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', serverUser];
  await run({ ids: null, passing: false }, 'useradd', args);
  const ids = await lookUp();
  if (!ids) throw new EmbeddedUnavailable(`the user ${serverUser} was made and cannot be found`);
  return ids;
}

/**
 * Who runs the server: ourselves, or, since it refuses root, the user `postgres`. The installation and the data may lie
 * where that user cannot go (/root). Then it is given the one capability that lets it pass, CAP_DAC_READ_SEARCH: less
 * than we have ourselves. `paths` are what it must reach.
 */
export async function operatingUser(paths: readonly string[]): Promise<OperatingUser> {
  if (process.getuid?.() !== 0) return { ids: null, passing: false };
  const ids = (await lookUp()) ?? (await makeUser());
  const check = 'for path; do test -x "$path" || exit 1; done';
  for (const passing of [false, true]) {
    const user: OperatingUser = { ids, passing };
    const reached = await run(user, '/bin/sh', ['-c', check, 'sh', ...paths]).then(
      () => true,
      () => false,
    );
    if (reached) return user;
  }
  throw new EmbeddedUnavailable(
    `the user ${serverUser}, whom PostgreSQL runs as instead of root, cannot reach ${paths.join(' and ')}: ` +
      'move them out of private directories, or start Godwit as an ordinary user',
  );
}
