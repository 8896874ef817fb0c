import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dovecotConfig, type DovecotLayout } from './dovecot-config.js';
import { lmtpDeliver } from './lmtp.js';
import { seedMaildir, type SeedMail } from './maildir-seed.js';
import { answers, freePorts, waitUntil } from './ports.js';
import { endAtExit, isAlive, processTree, signalAll } from './processes.js';

export interface DovecotOptions {
  /** Password of every user; any user name exists. Default `secret`. */
  readonly password?: string;
  readonly format?: 'maildir' | 'sdbox';
  /** Capabilities the server keeps to itself, e.g. `['QRESYNC']`. SPECIAL-USE also takes the marks off the folders. */
  readonly hide?: readonly string[];
  /** Adds implicit TLS on its own port, and STARTTLS on the plain one, with a self-signed certificate. */
  readonly tls?: boolean;
  /** ManageSieve on its own port, and Sieve at delivery. Without `submission_host` in `settings` no reply leaves. */
  readonly sieve?: boolean;
  /** Name of a master user, whose password is `master-<password>`. */
  readonly masterUser?: string;
  /** More dovecot.conf lines. */
  readonly settings?: string;
}

export interface Dovecot {
  readonly host: '127.0.0.1';
  readonly port: number;
  /** Port of implicit TLS; null without `tls`. */
  readonly tlsPort: number | null;
  readonly lmtpPort: number;
  readonly sievePort: number | null;
  readonly password: string;
  readonly directory: string;
  /** All processes of the instance at this moment; the master first. */
  pids(): number[];
  /** Delivers by LMTP, in the name of `sender` (SMTP's envelope); the mail is in the mailbox when it resolves. */
  deliver(user: string, message: string | Uint8Array, sender?: string): Promise<void>;
  /** Writes mails straight into the Maildir of `folder` (INBOX by default). */
  seed(user: string, mails: Iterable<SeedMail>, folder?: string): number;
  /** Path of a folder's Maildir. */
  maildir(user: string, folder?: string): string;
  /** From now on the user's password is wrong. */
  refuse(user: string): void;
  /** Undoes `refuse`. */
  allow(user: string): void;
  /** Freezes every process: connections stay open, nothing answers. */
  pause(): void;
  resume(): void;
  /** Ends all at once, as a crash does. */
  kill(): Promise<void>;
  /** Starts again on the same ports with the same mail. */
  start(): Promise<void>;
  /** Starts again with these dovecot.conf lines in place of those it was started with. */
  reconfigure(settings: string): Promise<void>;
  /** Connections to its IMAP port at this moment, whoever has them. */
  connections(): number;
  /** Kills the connections of signed-in users (of one user, if named); the server stays. */
  kick(user?: string): void;
  log(): string;
  /** Ends the server and removes its folder. */
  stop(): Promise<void>;
}

/** Starts a private Dovecot in a temporary folder. Resolves when it answers. */
export async function startDovecot(options: DovecotOptions = {}): Promise<Dovecot> {
  const directory = mkdtempSync(join(tmpdir(), 'godwit-dovecot-'));
  const [imapPort = 0, imapsPort = 0, lmtpPort = 0, sievePort = 0] = await freePorts(4);
  const layout: DovecotLayout = {
    directory,
    imapPort,
    imapsPort: options.tls === true ? imapsPort : null,
    lmtpPort,
    sievePort: options.sieve === true ? sievePort : null,
    password: options.password ?? 'secret',
    hide: options.hide ?? [],
    format: options.format ?? 'maildir',
    settings: options.settings ?? '',
    masterUser: options.masterUser ?? null,
  };
  prepare(layout);
  const server = new Instance(layout);
  await server.start();
  return server;
}

class Instance implements Dovecot {
  readonly host = '127.0.0.1';
  readonly port: number;
  readonly tlsPort: number | null;
  readonly lmtpPort: number;
  readonly sievePort: number | null;
  readonly password: string;
  readonly directory: string;
  readonly #refused = new Set<string>();
  #master: ChildProcess | null = null;
  #forget: () => void = () => undefined;

  constructor(private readonly layout: DovecotLayout) {
    this.port = layout.imapPort;
    this.tlsPort = layout.imapsPort;
    this.lmtpPort = layout.lmtpPort;
    this.sievePort = layout.sievePort;
    this.password = layout.password;
    this.directory = layout.directory;
  }

  pids(): number[] {
    const pid = this.#master?.pid;
    return pid === undefined || this.#master?.exitCode !== null ? [] : processTree(pid);
  }

  async start(): Promise<void> {
    const master = spawn('/usr/sbin/dovecot', ['-F', '-c', join(this.directory, 'dovecot.conf')], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let complaint = '';
    master.stderr?.on('data', (data: Buffer) => (complaint += data.toString()));
    this.#master = master;
    this.#forget = endAtExit(() => {
      signalAll(this.pids(), 'SIGKILL');
      rmSync(this.directory, { recursive: true, force: true });
    });
    await waitUntil('Dovecot to answer', async () => {
      if (master.exitCode !== null)
        throw new Error(`Dovecot ended (${master.exitCode}): ${complaint}${this.log()}`);
      const listening = [answers(this.port, '* OK'), answers(this.lmtpPort, '220')];
      if (this.sievePort !== null) listening.push(answers(this.sievePort, '"IMPLEMENTATION"'));
      return (await Promise.all(listening)).every((isThere) => isThere);
    });
  }

  async reconfigure(settings: string): Promise<void> {
    await this.kill();
    writeFileSync(join(this.directory, 'dovecot.conf'), dovecotConfig({ ...this.layout, settings }));
    await this.start();
  }

  connections(): number {
    return establishedAt(this.port);
  }

  async deliver(user: string, message: string | Uint8Array, sender?: string): Promise<void> {
    const bytes = typeof message === 'string' ? Buffer.from(message) : message;
    await lmtpDeliver(this.lmtpPort, user, bytes, sender);
  }

  seed(user: string, mails: Iterable<SeedMail>, folder = 'INBOX'): number {
    const home = join(this.directory, 'users', user);
    for (const parent of [home, join(home, 'mail')]) ownedFolder(parent);
    return seedMaildir(this.maildir(user, folder), mails, mailOwner());
  }

  maildir(user: string, folder = 'INBOX'): string {
    const mail = join(this.directory, 'users', user, 'mail');
    return folder === 'INBOX' ? mail : join(mail, `.${folder.replaceAll('/', '.')}`);
  }

  refuse(user: string): void {
    this.#refused.add(user);
    this.#writeRefused();
  }

  allow(user: string): void {
    this.#refused.delete(user);
    this.#writeRefused();
  }

  #writeRefused(): void {
    writeRefused(this.directory, [...this.#refused]);
  }

  pause(): void {
    signalAll(this.pids(), 'SIGSTOP');
  }

  resume(): void {
    signalAll(this.pids(), 'SIGCONT');
  }

  kick(user?: string): void {
    const imap = this.pids().filter((pid) => commandName(pid) === 'imap');
    signalAll(user === undefined ? imap : imap.filter((pid) => serves(pid, user)), 'SIGKILL');
  }

  async kill(): Promise<void> {
    // The master is stopped first: a child it forks between the look and the kill would outlive it, and keep its sockets.
    signalAll(this.pids().slice(0, 1), 'SIGSTOP');
    const pids = this.pids();
    signalAll(pids, 'SIGKILL');
    await waitUntil('Dovecot to end', () => pids.every((pid) => !isAlive(pid) || commandName(pid) === ''));
    this.#master = null;
    this.#forget();
    rmSync(join(this.directory, 'run', 'master.pid'), { force: true });
  }

  log(): string {
    const path = join(this.directory, 'dovecot.log');
    return existsSync(path) ? readFileSync(path, 'utf8') : '';
  }

  async stop(): Promise<void> {
    if (this.#master !== null) await this.kill();
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** Name of the program a process runs; empty for one that has ended and waits to be reaped. */
function commandName(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    if (stat.slice(stat.lastIndexOf(')') + 2).startsWith('Z')) return '';
    return stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
  } catch {
    return '';
  }
}

const ESTABLISHED = '01';

/** Connections that somebody has to a port of this machine, seen from the side of the server. */
function establishedAt(port: number): number {
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  const rows = readFileSync('/proc/net/tcp', 'latin1').split('\n').slice(1);
  return rows.filter((row) => {
    const [, local, , state] = row.trim().split(/ +/);
    return local?.endsWith(`:${hex}`) === true && state === ESTABLISHED;
  }).length;
}

/** Whether an imap process works for the user: it has files of his home open. */
function serves(pid: number, user: string): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) => {
      try {
        return readlinkSync(`/proc/${pid}/fd/${fd}`).includes(`/users/${user}/`);
      } catch {
        return false;
      }
    });
  } catch {
    return false;
  }
}

function prepare(layout: DovecotLayout): void {
  const { directory } = layout;
  chmodSync(directory, 0o755);
  ownedFolder(join(directory, 'users'));
  for (const folder of ['run', 'state']) mkdirSync(join(directory, folder));
  writeRefused(directory, []);
  const masters = join(directory, 'masters');
  writeFileSync(
    masters,
    layout.masterUser === null ? '' : `${layout.masterUser}:{PLAIN}master-${layout.password}\n`,
  );
  chmodSync(masters, 0o644);
  if (layout.imapsPort !== null) selfSigned(directory);
  writeFileSync(join(directory, 'dovecot.conf'), dovecotConfig(layout));
}

function writeRefused(directory: string, users: readonly string[]): void {
  const path = join(directory, 'refused');
  writeFileSync(path, users.map((user) => `${user}:{PLAIN}x\n`).join(''));
  chmodSync(path, 0o644);
}

/** Makes tls.key and tls.pem (for 127.0.0.1 and localhost, a week) in the folder. */
export function selfSigned(directory: string): { key: string; cert: string } {
  const key = join(directory, 'tls.key');
  const cert = join(directory, 'tls.pem');
  const names = 'subjectAltName=DNS:localhost,IP:127.0.0.1';
  const options = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '7'];
  execFileSync(
    'openssl',
    ['req', '-x509', ...options, '-subj', '/CN=localhost', '-addext', names, '-keyout', key, '-out', cert],
    { stdio: 'ignore' },
  );
  return { key, cert };
}

/** `nobody:nogroup` when root runs the tests, else the user who runs them. */
function mailOwner(): { uid: number; gid: number } {
  if (process.getuid?.() !== 0) return { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
  return { uid: systemId('passwd', 'nobody'), gid: systemId('group', 'nogroup') };
}

const ids = new Map<string, number>();

function systemId(table: 'passwd' | 'group', name: string): number {
  let id = ids.get(name);
  if (id === undefined) {
    id = Number(execFileSync('getent', [table, name], { encoding: 'utf8' }).split(':')[2]);
    ids.set(name, id);
  }
  return id;
}

function ownedFolder(path: string): void {
  if (existsSync(path)) return;
  mkdirSync(path, { recursive: true });
  const { uid, gid } = mailOwner();
  if (process.getuid?.() === 0) chownSync(path, uid, gid);
}
