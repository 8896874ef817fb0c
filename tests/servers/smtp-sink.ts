import type { AddressInfo } from 'node:net';
import { readFileSync } from 'node:fs';
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';

export interface SinkMessage {
  readonly from: string;
  readonly recipients: readonly string[];
  readonly source: Buffer;
  /** User who signed in, or null. */
  readonly user: string | null;
  readonly utf8: boolean;
  readonly size: number | null;
}

export interface SmtpSinkOptions {
  /** Only these may sign in, and everybody has to. Absent: no AUTH at all. */
  readonly users?: Readonly<Record<string, string>>;
  /** Recipients answered with 550. */
  readonly refuse?: readonly string[];
  /** False: messages are counted and thrown away. */
  readonly keep?: boolean;
  /** The SIZE extension's limit in bytes. */
  readonly maxSize?: number;
  /** Extensions it does not offer. */
  readonly without?: readonly ('8BITMIME' | 'SMTPUTF8')[];
  readonly tls?: { readonly key: string; readonly cert: string; readonly mode: 'implicit' | 'starttls' };
}

/** How the sink behaves towards the next messages; may be set at any time. */
export interface SinkManners {
  /** `before-answer`: takes the whole message and hangs up instead of answering. `at-data`: hangs up in mid-message. */
  drop: 'never' | 'at-data' | 'before-answer';
  /** Milliseconds before the answer to DATA. */
  delay: number;
  /** Answers DATA with this code, e.g. 451 or 554. */
  code: number | null;
}

export interface SmtpSink {
  readonly port: number;
  readonly messages: readonly SinkMessage[];
  readonly manners: SinkManners;
  stop(): Promise<void>;
}

/** Starts an SMTP server on 127.0.0.1 that keeps what it is given. */
export async function startSmtpSink(options: SmtpSinkOptions = {}): Promise<SmtpSink> {
  const messages: SinkMessage[] = [];
  const manners: SinkManners = { drop: 'never', delay: 0, code: null };
  const server = new SMTPServer({
    secure: options.tls?.mode === 'implicit',
    hideSTARTTLS: options.tls?.mode !== 'starttls',
    ...(options.tls === undefined
      ? {}
      : { key: readFileSync(options.tls.key), cert: readFileSync(options.tls.cert) }),
    authOptional: options.users === undefined,
    disabledCommands: options.users === undefined ? ['AUTH'] : [],
    allowInsecureAuth: true,
    hide8BITMIME: options.without?.includes('8BITMIME') ?? false,
    hideSMTPUTF8: options.without?.includes('SMTPUTF8') ?? false,
    disableReverseLookup: true,
    // Without a limit the server would not offer SIZE at all.
    size: options.maxSize ?? 1024 ** 3,
    closeTimeout: 100,
    onAuth: (auth, _session, done) => {
      const known = auth.username !== undefined && options.users?.[auth.username] === auth.password;
      if (known) done(null, { user: auth.username });
      else done(Object.assign(new Error('Invalid user name or password'), { responseCode: 535 }));
    },
    onRcptTo: (address, _session, done) => {
      if (options.refuse?.includes(address.address) !== true) done();
      else done(Object.assign(new Error('No such user here'), { responseCode: 550 }));
    },
    onData: (stream, session, done) => {
      receive(stream, session, { manners, keep: options.keep ?? true, connections: server.connections }).then(
        (message) => {
          if (message === null) return;
          messages.push(message);
          done();
        },
        (error: Error) => done(error),
      );
    },
  });
  // Clients that hang up are part of the tests.
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.server.address() as AddressInfo;
  return { port, messages, manners, stop: () => new Promise((resolve) => server.close(() => resolve())) };
}

/** Null if the sink's manners made it hang up. */
async function receive(
  stream: SMTPServerDataStream,
  session: SMTPServerSession,
  { manners, keep, connections }: { manners: SinkManners; keep: boolean; connections: Iterable<unknown> },
): Promise<SinkMessage | null> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    if (keep) chunks.push(chunk);
    if (manners.drop === 'at-data') return hangUp(session, connections);
  }
  if (manners.delay > 0) await new Promise((resolve) => setTimeout(resolve, manners.delay).unref());
  if (manners.drop === 'before-answer') return hangUp(session, connections);
  if (stream.sizeExceeded) throw Object.assign(new Error('Message too big'), { responseCode: 552 });
  if (manners.code !== null)
    throw Object.assign(new Error('As you were told'), { responseCode: manners.code });
  const { mailFrom, rcptTo } = session.envelope;
  const args = mailFrom === false ? {} : ((mailFrom.args || {}) as Record<string, string | boolean>);
  return {
    from: mailFrom === false ? '' : mailFrom.address,
    recipients: rcptTo.map((recipient) => recipient.address),
    source: Buffer.concat(chunks),
    user: typeof session.user === 'string' ? session.user : null,
    utf8: args.SMTPUTF8 === true,
    size: typeof args.SIZE === 'string' ? Number(args.SIZE) : null,
  };
}

/** Cuts the client off without an answer. smtp-server gives its handlers no socket; its list of connections has it. */
function hangUp(session: SMTPServerSession, connections: Iterable<unknown>): null {
  for (const connection of connections as Iterable<{ id?: string; _socket?: { destroy(): void } }>) {
    if (connection.id === session.id) connection._socket?.destroy();
  }
  return null;
}
