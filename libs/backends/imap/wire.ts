import type { Writable } from 'node:stream';
import { BackendError } from '#backend';
import { ImapFlow, type ImapFlowOptions } from 'imapflow';
import type { ImapSettings } from './config.js';
import { toBackendError, unreached } from './errors.js';
import type { ImapLogin } from './login.js';
import type { Untagged } from './nodes.js';

/**
 * The part of imapflow that this backend stands on. imapflow's own commands keep one message after another whole in
 * memory, know no NOTIFY, append only what is in memory and hide events that come while a command runs. Its connection,
 * sign-in, parser and command queue are sound, and `exec`, which its own commands are made of, gives all of them.
 */
interface CommandQueue {
  exec(command: string, attributes: readonly Attribute[] | false, options: ExecOptions): Promise<Executed>;
  readonly untaggedHandlers: Record<string, ((untagged: Untagged) => Promise<void>) | null>;
  readonly writeSocket: Writable;
}
type Attribute =
  { readonly type: 'TEXT'; readonly value: string } | { readonly type: 'LITERAL'; readonly value: Buffer };
interface ExecOptions {
  readonly onPlusTag?: () => Promise<void>;
}
interface Executed {
  readonly response: Untagged;
  /** Lets the connection read on. */
  next(): void;
}

const isCommandQueue = (client: object): client is CommandQueue =>
  'exec' in client &&
  typeof client.exec === 'function' &&
  'untaggedHandlers' in client &&
  'writeSocket' in client;

/** The untagged answers that are handed on; imapflow keeps CAPABILITY and BYE for itself. */
const watched = [
  'EXISTS',
  'EXPUNGE',
  'VANISHED',
  'FETCH',
  'STATUS',
  'LIST',
  'LSUB',
  'MYRIGHTS',
  'METADATA',
  'SEARCH',
  'ESEARCH',
  'OK',
  'NO',
] as const;
export type UntaggedName = (typeof watched)[number];

/** What names of mailboxes begin with (nothing, `INBOX.`, `Other Users/`), and the sign that parts their levels. */
export interface Namespace {
  readonly prefix: string;
  readonly delimiter: string | null;
}

/** What follows a command's name, as text or in pieces: text goes out as it stands, bytes as a literal. */
export type Arguments = string | readonly (string | Uint8Array)[];

/** Sees each untagged answer while a command runs. True if it belongs to the command, false if it is news. */
export type Tap = (name: UntaggedName, untagged: Untagged) => boolean;

/** Commands sent at once: more would only wait in the buffers of both sides. */
const mostInFlight = 100;

const notMine: Tap = () => false;

/** One signed-in connection: commands as text, one at a time. Its owner sees to it that calls do not overlap. */
export class Wire {
  readonly capabilities: ReadonlySet<string>;
  /** Extensions that ENABLE confirmed. */
  readonly enabled = new Set<string>();
  /** Hears of everything the server says unasked. */
  onNews: (name: UntaggedName, untagged: Untagged) => void = () => undefined;
  onClose: () => void = () => undefined;
  #afterwards: () => void = () => undefined;
  #client: ImapFlow & CommandQueue;
  #tap: Tap = notMine;
  #lastActivity = 0;
  #timedOut = false;
  readonly #commandTimeout: number;

  /** Connects and signs in. Throws BackendError `auth` or `unavailable`. */
  static async connect(settings: ImapSettings, login: ImapLogin): Promise<Wire> {
    if (login.pass === '') throw new BackendError('auth', 'an empty password is never right');
    const client = new ImapFlow(clientOptions(settings, login));
    // A connection that breaks between two commands tells it by this event; its next command fails anyhow.
    client.on('error', () => undefined);
    const limit = setTimeout(() => client.close(), settings.connectTimeout);
    try {
      await client.connect();
    } catch (error) {
      client.close();
      const failure = toBackendError(error, `sign-in at ${settings.host}:${settings.port}`);
      throw client.greeting === undefined ? unreached(failure) : failure;
    } finally {
      clearTimeout(limit);
    }
    if (!isCommandQueue(client)) throw new Error('this release of imapflow has no exec()');
    return new Wire(client, settings.commandTimeout);
  }

  private constructor(client: ImapFlow & CommandQueue, commandTimeout: number) {
    this.#client = client;
    this.#commandTimeout = commandTimeout;
    this.capabilities = new Set([...client.capabilities.keys()].map((name) => name.toUpperCase()));
    for (const name of watched) {
      client.untaggedHandlers[name] = async (untagged) => {
        this.#lastActivity = Date.now();
        if (!this.#tap(name, untagged)) this.onNews(name, untagged);
      };
    }
    client.on('close', () => this.#ended());
  }

  get closed(): boolean {
    return this.#client.isClosed;
  }

  /** NAMESPACE (RFC 2342); of a server without it what LIST tells of its root. */
  get namespaces(): { readonly [Kind in 'personal' | 'other' | 'shared']: readonly Namespace[] } {
    const { personal, other, shared } = this.#client.namespaces ?? {};
    const read = (spaces: typeof personal | false): Namespace[] =>
      (spaces || []).map(({ prefix, delimiter }) => ({ prefix, delimiter: delimiter ?? null }));
    return { personal: read(personal), other: read(other), shared: read(shared) };
  }

  has(capability: string): boolean {
    return this.capabilities.has(capability);
  }

  /** Runs a command. `args` goes out as it stands: the caller quotes. Resolves with the tagged OK, throws BackendError. */
  async run(command: string, args: Arguments = '', tap: Tap = notMine): Promise<Untagged> {
    return this.#supervised(command, tap, () => this.#client.exec(command, argument(args), {}));
  }

  /**
   * Runs many small commands without waiting for one before the next is sent. Their answers come by `tap`; whether one
   * was refused is not told, because imapflow passes over tags that it did not give out. Of no use for literals. Returns the answer to the NOOP at its end.
   */
  async runAll(commands: readonly string[], tap: Tap = notMine): Promise<Untagged | null> {
    let done: Untagged | null = null;
    for (let from = 0; from < commands.length; from += mostInFlight) {
      const lines = commands.slice(from, from + mostInFlight);
      done = await this.#supervised('NOOP', tap, () => {
        // imapflow's own tags are hexadecimal. Its NOOP goes out behind ours, and its answer comes after all of theirs.
        this.#client.writeSocket.write(lines.map((line, index) => `P${index} ${line}\r\n`).join(''));
        return this.#client.exec('NOOP', false, {});
      });
    }
    return done;
  }

  /**
   * Runs a command that ends in a literal of exactly `size` bytes, which are streamed at the pace of the connection. If
   * the server refuses before it has seen them, `content` is left untouched.
   */
  async runWithLiteral(
    command: string,
    args: string,
    size: number,
    content: AsyncIterable<Uint8Array>,
  ): Promise<Untagged> {
    let failure: unknown;
    const pump = async (): Promise<void> => {
      try {
        await this.#pour(content, size);
      } catch (error) {
        // Half a literal is out: nothing but a new connection brings both sides together again.
        failure = error;
        this.destroy();
      }
    };
    try {
      return await this.#supervised(command, notMine, () =>
        this.#client.exec(command, argument(`${args} {${size}}`), {
          // Not awaited: the connection has to go on reading, or a refusal in mid-message would not be heard.
          onPlusTag: async () => void pump(),
        }),
      );
    } catch (error) {
      throw failure === undefined ? error : toBackendError(failure, command);
    }
  }

  /** Starts IDLE; news come by `onNews`. Resolves once the server listens, with the way to end it. */
  async idle(): Promise<{ readonly ended: Promise<void>; done(): void }> {
    const client = this.#client;
    let listening = (): void => undefined;
    const started = new Promise<void>((resolve) => (listening = resolve));
    const ended = client
      .exec('IDLE', false, { onPlusTag: async () => listening() })
      .then((executed) => executed.next())
      .catch((error: unknown) => {
        throw toBackendError(error, 'IDLE');
      });
    await Promise.race([started, ended]);
    return { ended, done: () => void client.writeSocket.write('DONE\r\n') };
  }

  /** Says goodbye; ends at once if the server does not answer within a second. Never throws. */
  async close(): Promise<void> {
    if (this.closed) return;
    const limit = setTimeout(() => this.destroy(), 1_000);
    await this.#client.logout().catch(() => undefined);
    clearTimeout(limit);
    this.destroy();
  }

  /** Ends the connection at once; a running command fails. */
  destroy(): void {
    this.#client.close();
    this.#ended();
  }

  /** `work` is done once, when the connection has ended, however that came about. */
  afterwards(work: () => void): void {
    this.#afterwards = work;
    if (this.closed) this.#ended();
  }

  #ended(): void {
    const work = this.#afterwards;
    this.#afterwards = () => undefined;
    work();
    this.onClose();
  }

  async #supervised(command: string, tap: Tap, start: () => Promise<Executed>): Promise<Untagged> {
    this.#tap = tap;
    this.#lastActivity = Date.now();
    let timer = setTimeout(() => this.#check(check), this.#commandTimeout);
    const check = (again: NodeJS.Timeout): void => void (timer = again);
    try {
      const executed = await start();
      executed.next();
      return executed.response;
    } catch (error) {
      if (!this.#timedOut) throw toBackendError(error, command);
      throw new BackendError('unavailable', `${command}: no answer in time`, {
        reason: 'timeout',
        retryAfter: 10,
        cause: error,
      });
    } finally {
      clearTimeout(timer);
      this.#tap = notMine;
    }
  }

  /** Only silence ends a command: as long as answers come, a long listing may take its time. */
  #check(rearm: (timer: NodeJS.Timeout) => void): void {
    const silent = Date.now() - this.#lastActivity;
    if (silent < this.#commandTimeout) {
      rearm(setTimeout(() => this.#check(rearm), this.#commandTimeout - silent));
      return;
    }
    this.#timedOut = true;
    this.destroy();
  }

  async #pour(content: AsyncIterable<Uint8Array>, size: number): Promise<void> {
    const { writeSocket } = this.#client;
    let left = size;
    for await (const piece of content) {
      left -= piece.length;
      if (left < 0) break;
      this.#lastActivity = Date.now();
      if (!writeSocket.write(piece)) await drained(writeSocket);
    }
    if (left !== 0)
      throw new BackendError('invalid', `the message is not ${size} bytes long`, { reason: 'wrong-size' });
    writeSocket.write('\r\n');
  }
}

function argument(args: Arguments): readonly Attribute[] | false {
  if (args === '') return false;
  return (typeof args === 'string' ? [args] : args).map((piece) =>
    typeof piece === 'string'
      ? { type: 'TEXT', value: piece }
      : { type: 'LITERAL', value: Buffer.from(piece.buffer, piece.byteOffset, piece.length) },
  );
}

function drained(socket: Writable): Promise<void> {
  return new Promise((resolve, reject) => {
    const onDrain = (): void => {
      socket.off('close', onClose);
      resolve();
    };
    const onClose = (): void => {
      socket.off('drain', onDrain);
      reject(
        new BackendError('unavailable', 'the connection was lost', {
          reason: 'connection-lost',
          retryAfter: 10,
        }),
      );
    };
    socket.once('drain', onDrain);
    socket.once('close', onClose);
    if (socket.destroyed) onClose();
  });
}

function clientOptions(settings: ImapSettings, login: ImapLogin): ImapFlowOptions {
  return {
    host: settings.host,
    port: settings.port,
    secure: settings.tls === 'implicit',
    doSTARTTLS: settings.tls === 'starttls',
    tls: {
      rejectUnauthorized: settings.verifyCertificate,
      ...(settings.ca === undefined ? {} : { ca: settings.ca }),
    },
    // With a token: OAUTHBEARER, or XOAUTH2 where the server has only that.
    auth: login,
    clientInfo: { name: settings.clientName, version: '', vendor: '', 'support-url': '' },
    logger: false,
    disableAutoIdle: true,
    disableAutoEnable: true,
    disableCompression: true,
    disableIMAP4rev2: true,
    connectionTimeout: settings.connectTimeout,
    greetingTimeout: settings.connectTimeout,
    // Longer than an IDLE may last; silence in a command is watched over here.
    socketTimeout: 31 * 60_000,
    // What a server may make us hold: a row of a FETCH is at most a batch's part or a chunk of a large one.
    maxLiteralSize: 16 * 1024 * 1024,
    maxLineLength: 16 * 1024 * 1024,
    maxResponseSize: 64 * 1024 * 1024,
  };
}
