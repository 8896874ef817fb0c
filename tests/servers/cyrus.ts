import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { connect } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { cyrusFolders, imapdConfig, masterConfig, type CyrusLayout } from './cyrus-config.js';
import { lmtpDeliver } from './lmtp.js';
import { answers, freePorts, waitUntil } from './ports.js';
import { endAtExit, isAlive, processTree, signalAll } from './processes.js';

export interface CyrusOptions {
  /** CalDAV and CardDAV, too. */
  readonly dav?: boolean;
}

export interface Cyrus {
  readonly host: '127.0.0.1';
  readonly port: number;
  readonly lmtpPort: number;
  /** Root of CalDAV and CardDAV; answers only if that was asked for. A user's homes appear when he first comes. */
  readonly davUrl: string;
  readonly password: string;
  readonly directory: string;
  /** Makes a user who can sign in with `password`; the mailbox appears at the first sign-in. Returns the name. */
  addUser(name: string): string;
  /** Signs in by IMAP once: before it a user has no mailbox, and DAV answers 500. */
  signIn(user: string): Promise<void>;
  /** Delivers by LMTP; the mail is in the mailbox when it resolves. */
  deliver(user: string, message: string | Uint8Array): Promise<void>;
  /** All processes of the instance at this moment; the master first. */
  pids(): number[];
  log(): string;
  /** Ends the server and removes its folder. */
  stop(): Promise<void>;
}

/** Where scripts/install-cyrus.mjs unpacks it. */
const unpacked = resolve('var/test-services/cyrus');
const domain = 'example.test';

/** Starts a private Cyrus IMAP in a temporary folder. Resolves when it answers. */
export async function startCyrus(options: CyrusOptions = {}): Promise<Cyrus> {
  if (!existsSync(unpacked))
    throw new Error(`no Cyrus IMAP in ${unpacked}: node scripts/install-test-services.mjs unpacks it there`);
  const directory = mkdtempSync(join(tmpdir(), 'godwit-cyrus-'));
  chmodSync(directory, 0o755);
  const [imapPort = 0, lmtpPort = 0, davPort = 0] = await freePorts(3);
  const software = reachable(directory);
  const layout: CyrusLayout = {
    directory,
    programs: join(software, 'usr/lib/cyrus/bin'),
    imapPort,
    lmtpPort,
    davPort: options.dav ? davPort : null,
    ...runsAs(),
  };
  const server = new Instance(layout, software);
  try {
    await server.start();
  } catch (error) {
    await server.stop();
    throw error;
  }
  return server;
}

class Instance implements Cyrus {
  readonly host = '127.0.0.1';
  readonly port: number;
  readonly lmtpPort: number;
  readonly davUrl: string;
  readonly password = 'secret';
  readonly directory: string;
  readonly #layout: CyrusLayout;
  readonly #software: string;
  #master: ChildProcess | null = null;
  #forget: () => void = () => undefined;

  constructor(layout: CyrusLayout, software: string) {
    this.port = layout.imapPort;
    this.lmtpPort = layout.lmtpPort;
    this.davUrl = `http://127.0.0.1:${layout.davPort ?? 0}/`;
    this.directory = layout.directory;
    this.#layout = layout;
    this.#software = software;
  }

  async start(): Promise<void> {
    const { directory } = this;
    for (const folder of cyrusFolders) mkdirSync(join(directory, folder), { recursive: true });
    writeFileSync(join(directory, 'imapd.conf'), imapdConfig(this.#layout));
    writeFileSync(join(directory, 'cyrus.conf'), masterConfig(this.#layout));
    this.#setPassword('cyrus', 'cyrus.test');
    this.#own(directory);
    const files = ['-C', join(directory, 'imapd.conf'), '-M', join(directory, 'cyrus.conf')];
    const logs = ['-p', join(directory, 'master.pid'), '-L', join(directory, 'master.log')];
    const master = spawn(join(this.#layout.programs, 'master'), [...files, ...logs], {
      env: this.#environment(),
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let complaint = '';
    master.stderr.on('data', (data: Buffer) => (complaint += data.toString()));
    this.#master = master;
    this.#forget = endAtExit(() => {
      signalAll(this.pids(), 'SIGKILL');
      rmSync(directory, { recursive: true, force: true });
    });
    await waitUntil(
      'Cyrus to answer',
      async () => {
        if (master.exitCode !== null)
          throw new Error(`Cyrus ended (${master.exitCode}): ${complaint}${this.log()}`);
        const { davPort } = this.#layout;
        return (
          (await answers(this.port, '* OK')) &&
          (await answers(this.lmtpPort, '220')) &&
          (davPort === null || (await answers(davPort)))
        );
      },
      20_000,
    );
  }

  addUser(name: string): string {
    this.#setPassword(name, domain);
    return `${name}@${domain}`;
  }

  signIn(user: string): Promise<void> {
    const socket = connect(this.port, '127.0.0.1');
    let heard = '';
    return new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.once('close', () => reject(new Error(`no sign-in of ${user}: ${heard}`)));
      socket.on('data', (data) => {
        heard += data.toString('latin1');
        if (/^a OK/m.test(heard)) resolve();
        else if (/^a (?:NO|BAD)/m.test(heard)) socket.end();
      });
      socket.write(`a LOGIN "${user}" "${this.password}"\r\n`);
    }).finally(() => socket.destroy());
  }

  deliver(user: string, message: string | Uint8Array): Promise<void> {
    return lmtpDeliver(this.lmtpPort, user, typeof message === 'string' ? Buffer.from(message) : message);
  }

  pids(): number[] {
    const pid = this.#master?.pid;
    return pid === undefined || this.#master?.exitCode !== null ? [] : processTree(pid);
  }

  log(): string {
    const path = join(this.directory, 'master.log');
    return existsSync(path) ? readFileSync(path, 'utf8') : '';
  }

  async stop(): Promise<void> {
    signalAll(this.pids().slice(0, 1), 'SIGSTOP');
    const pids = this.pids();
    signalAll(pids, 'SIGKILL');
    await waitUntil('Cyrus to end', () => pids.every((pid) => !isAlive(pid) || isZombie(pid)));
    this.#master = null;
    this.#forget();
    rmSync(this.directory, { recursive: true, force: true });
  }

  #setPassword(name: string, realm: string): void {
    const database = join(this.directory, 'sasldb2');
    execFileSync(
      join(this.#software, 'usr/sbin/saslpasswd2'),
      ['-p', '-c', '-f', database, '-u', realm, name],
      { input: this.password, env: this.#environment() },
    );
    this.#own(database);
  }

  #environment(): NodeJS.ProcessEnv {
    const libraries = ['usr/lib', 'lib']
      .map((folder) => join(this.#software, folder))
      .filter((folder) => existsSync(folder))
      // Libraries lie in a folder of the machine's kind, `x86_64-linux-gnu`.
      .flatMap((folder) =>
        readdirSync(folder)
          .filter((name) => name.endsWith('-linux-gnu'))
          .map((name) => join(folder, name)),
      );
    return { ...process.env, LD_LIBRARY_PATH: libraries.join(':') };
  }

  /** Gives what root made to the user the server runs as. */
  #own(path: string): void {
    if (process.getuid?.() !== 0) return;
    const [uid, gid] = [systemId('passwd', this.#layout.user), systemId('group', this.#layout.group)];
    chownSync(path, uid, gid);
    if (!statSync(path).isDirectory()) return;
    for (const entry of readdirSync(path)) if (entry !== 'software') this.#own(join(path, entry));
  }
}

/** Cyrus never runs as root: `nobody` then, else the user who runs the tests. */
function runsAs(): { user: string; group: string } {
  if (process.getuid?.() === 0) return { user: 'nobody', group: 'nogroup' };
  const group = execFileSync('id', ['-gn'], { encoding: 'utf8' }).trim();
  return { user: userInfo().username, group };
}

/** The programs where the user the server runs as can reach them: not in root's own home. */
function reachable(directory: string): string {
  if (process.getuid?.() !== 0 || isOpenToAll(unpacked)) return unpacked;
  const copy = join(directory, 'software');
  cpSync(unpacked, copy, { recursive: true, verbatimSymlinks: true });
  return copy;
}

function isOpenToAll(path: string): boolean {
  const isOpen = (statSync(path).mode & 0o005) === 0o005;
  return isOpen && (dirname(path) === path || isOpenToAll(dirname(path)));
}

const systemId = (table: 'passwd' | 'group', name: string): number =>
  Number(execFileSync('getent', [table, name], { encoding: 'utf8' }).split(':')[2]);

/** Ended and waiting to be reaped. */
function isZombie(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2).startsWith('Z');
  } catch {
    return true;
  }
}
