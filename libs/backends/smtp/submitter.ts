import { PassThrough, type Readable } from 'node:stream';
import { BackendError } from '#backend';
import type { Credentials, Envelope, Submitter } from '#backend';
import type { Gate, Slot } from '#connections';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import type { SmtpConfig } from './config.js';
import { toBackendError, troubleOfSubmission } from './errors.js';
import { smtpLogin, type SmtpLogin } from './smtp-login.js';

/** Through which gate connections go, and as whose. */
interface Way {
  readonly gate: Gate;
  readonly account: string;
}

/** Hands mail over by SMTP (RFC 5321, RFC 6409): a connection a message, the message streamed. */
export class SmtpSubmitter implements Submitter {
  readonly kind = 'smtp';
  readonly #config: SmtpConfig;
  readonly #credentials: Credentials | null;
  readonly #open = new Set<SMTPConnection>();

  readonly #way: Way;
  readonly #closing = new AbortController();

  /** Null credentials: the server wants none. */
  constructor(config: SmtpConfig, credentials: Credentials | null, way: Way) {
    this.#config = config;
    this.#credentials = credentials;
    this.#way = way;
  }

  async submit(envelope: Envelope, message: () => Readable, size: number): Promise<void> {
    const { gate, account } = this.#way;
    const slot = await gate.enter({ account, signal: this.#closing.signal });
    try {
      await this.#submitBy(slot, envelope, message, size);
    } finally {
      slot.release();
    }
  }

  async #submitBy(slot: Slot, envelope: Envelope, message: () => Readable, size: number): Promise<void> {
    const login = this.#credentials && smtpLogin(this.#config, this.#credentials);
    const connection = new SMTPConnection(connectionOptions(this.#config, login));
    this.#open.add(connection);
    const content = new MessageContent(connection);
    try {
      const step = stepsOf(connection);
      await step((done) => connection.connect(done));
      if (login) await step((done) => connection.login(login.credentials, done));
      slot.connected();
      await handOver(connection, step, envelope, content.from(message), size);
      slot.answered();
      connection.quit();
    } catch (error) {
      connection.close();
      slot.failed(troubleOfSubmission(error, slot.state === 'opening'));
      const asUser = (this.#config.auth ?? 'user') === 'user' && this.#config.masterUser === undefined;
      throw toBackendError(content.failure ?? error, { allSent: content.complete, asUser });
    } finally {
      this.#open.delete(connection);
      content.discard();
    }
  }

  async close(): Promise<void> {
    this.#closing.abort();
    for (const connection of this.#open) connection.close();
    this.#open.clear();
  }
}

/** Starts a step of the conversation and waits for its end. */
type Step = (start: (done: (error?: Error | null) => void) => void) => Promise<void>;

/** One listener for the connection's whole life: what breaks it ends the step that is under way. */
function stepsOf(connection: SMTPConnection): Step {
  const broken = new Promise<never>((_, reject) => {
    connection.on('error', reject);
    connection.once('end', () => reject(lost()));
  });
  broken.catch(() => undefined);
  return (start) =>
    Promise.race([
      broken,
      new Promise<void>((resolve, reject) => start((error) => (error ? reject(error) : resolve()))),
    ]);
}

async function handOver(
  connection: SMTPConnection,
  step: Step,
  { from, recipients, utf8 }: Envelope,
  content: Readable,
  size: number,
): Promise<void> {
  if (utf8 && !isOffered(connection, 'SMTPUTF8')) {
    // RFC 6531 3.2: such a mail must not be sent here at all, with the address bent or not.
    throw new BackendError('invalid', 'submission: the server takes ASCII addresses only', {
      reason: 'recipient-refused',
    });
  }
  await step((done) =>
    connection.send({ from, to: [...recipients], size, use8BitMime: true }, content, done),
  );
}

const lost = (): BackendError =>
  new BackendError('unavailable', 'submission: the connection was closed', {
    reason: 'connection-lost',
    retryAfter: 30,
  });

/**
 * The message on its way. nodemailer begins to read it when the server is ready for it, and by then knows which
 * recipients were refused. It would go on for the others; here it is all or none, because the phone can show its user
 * one failure and no half success.
 */
class MessageContent {
  /** The last byte was read: from here on the server may have the message. */
  complete = false;
  failure: BackendError | null = null;
  readonly #connection: object;
  #source: Readable | null = null;

  constructor(connection: object) {
    this.#connection = connection;
  }

  from(message: () => Readable): Readable {
    const begin = (): void => {
      const refused = refusedRecipients(this.#connection);
      if (refused.length > 0) {
        this.failure = new BackendError('invalid', `refused recipients: ${refused.join(', ')}`, {
          reason: 'recipient-refused',
        });
        outlet.destroy(this.failure);
        return;
      }
      this.#source = message();
      this.#source.once('error', (error) => outlet.destroy(error));
      this.#source.once('close', () => {
        if (this.#source?.readableEnded === false) outlet.destroy(new Error('the message broke off'));
      });
      this.#source.pipe(outlet);
    };
    const outlet = new Outlet(begin);
    outlet.once('end', () => (this.complete = true));
    return outlet;
  }

  discard(): void {
    this.#source?.destroy();
  }
}

/** Opens its source when somebody begins to read. */
class Outlet extends PassThrough {
  #begin: (() => void) | null;

  constructor(begin: () => void) {
    super();
    this.#begin = begin;
  }

  override _read(size: number): void {
    const begin = this.#begin;
    this.#begin = null;
    begin?.();
    super._read(size);
  }
}

/** nodemailer tells of refused recipients only after it has sent the message; its envelope knows before. */
function refusedRecipients(connection: object): readonly string[] {
  const envelope = '_envelope' in connection ? connection._envelope : null;
  if (typeof envelope !== 'object' || envelope === null || !('rejected' in envelope)) return [];
  return Array.isArray(envelope.rejected) ? envelope.rejected.map(String) : [];
}

/** What the server told to EHLO; nodemailer keeps it to itself. */
function isOffered(connection: object, extension: string): boolean {
  const offered = '_supportedExtensions' in connection ? connection._supportedExtensions : null;
  return Array.isArray(offered) && offered.includes(extension);
}

function connectionOptions(config: SmtpConfig, login: SmtpLogin | null): SMTPConnection.Options {
  const connectTimeout = config.connectTimeout ?? 10_000;
  return {
    host: config.host,
    port: config.port,
    secure: config.tls === 'implicit',
    requireTLS: config.tls === 'starttls',
    ignoreTLS: config.tls === 'none',
    tls: {
      rejectUnauthorized: config.verifyCertificate ?? true,
      ...(config.ca === undefined ? {} : { ca: config.ca }),
    },
    ...(config.clientName === undefined ? {} : { name: config.clientName }),
    ...(login && { customAuth: login.customAuth }),
    connectionTimeout: connectTimeout,
    greetingTimeout: connectTimeout,
    dnsTimeout: connectTimeout,
    socketTimeout: config.commandTimeout ?? 300_000,
  };
}
