import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { TokenMechanism } from '#backend';
import { argument, limits, readLine, readStatus, WireError, type Answer, type WireToken } from './answer.js';
import type { ManageSieveConfig } from './config.js';
import { unavailable } from './errors.js';

/** A connection: commands out, whole answers in. Whatever breaks it, a timeout included, ends what is waiting. */
export class Link {
  readonly #config: ManageSieveConfig;
  readonly #timeout: number;
  #socket: Socket;
  #arrived = Buffer.alloc(0);
  #broken: Error | null = null;
  #wake: () => void = () => undefined;

  private constructor(config: ManageSieveConfig, socket: Socket) {
    this.#config = config;
    this.#timeout = config.timeout ?? 10_000;
    this.#socket = socket;
    this.#listen(socket);
  }

  /** Connects; the greeting is still to be read. Throws BackendError `unavailable`. */
  static async open(config: ManageSieveConfig): Promise<Link> {
    const { host, port, tls } = config;
    const socket =
      tls === 'implicit' ? connectTls({ host, port, ...trust(config) }) : connectTcp({ host, port });
    const link = new Link(config, socket);
    await link.#once(tls === 'implicit' ? 'secureConnect' : 'connect');
    return link;
  }

  /** Goes over to TLS after the server's OK to STARTTLS. What came in clear after it is no part of the conversation. */
  async secure(): Promise<void> {
    if (this.#arrived.length > 0) throw unavailable('clear text after STARTTLS', 'protocol');
    const plain = this.#socket;
    plain.removeAllListeners();
    plain.on('error', () => undefined);
    this.#socket = connectTls({ socket: plain, host: this.#config.host, ...trust(this.#config) });
    this.#listen(this.#socket);
    await this.#once('secureConnect');
  }

  /** Sends a command with its strings and waits for the answer. Throws BackendError `unavailable`. */
  async ask(command: string, ...strings: readonly (string | Buffer)[]): Promise<Answer> {
    const parts = strings.flatMap((value) => [Buffer.from(' '), argument(value)]);
    this.#socket.write(Buffer.concat([Buffer.from(command), ...parts, Buffer.from('\r\n')]));
    return this.answer();
  }

  /** Shows a token. The server tells why it refuses one, and says NO once it was answered (RFC 7628 3.2.3). */
  async authenticate({ name, initial, breaker }: TokenMechanism): Promise<Answer> {
    const strings = [name, initial].map((value) => Buffer.concat([Buffer.from(' '), argument(value)]));
    this.#socket.write(Buffer.concat([Buffer.from('AUTHENTICATE'), ...strings, Buffer.from('\r\n')]));
    return this.answer(() => {
      this.#socket.write(Buffer.concat([argument(breaker), Buffer.from('\r\n')]));
    });
  }

  /** The next answer; the greeting is one too. `heard` is told each line before the last. */
  async answer(heard: () => void = () => undefined): Promise<Answer> {
    const timer = setTimeout(() => this.#break(unavailable('no answer in time', 'timeout')), this.#timeout);
    const lines: WireToken[][] = [];
    try {
      for (;;) {
        const tokens = await this.#line();
        const status = readStatus(tokens);
        if (status) return { ...status, lines };
        if (lines.push(tokens) > limits.lines) throw new WireError('too many lines');
        heard();
      }
    } catch (error) {
      const failure = error instanceof WireError ? unavailable(error.message, 'protocol', error) : error;
      this.close();
      throw failure;
    } finally {
      clearTimeout(timer);
    }
  }

  close(): void {
    this.#socket.destroy();
  }

  /** `work` is done once, when the connection has ended. */
  afterwards(work: () => void): void {
    if (this.#socket.destroyed) work();
    else this.#socket.once('close', work);
  }

  async #line(): Promise<WireToken[]> {
    for (;;) {
      const line = readLine(this.#arrived);
      if (line) {
        this.#arrived = this.#arrived.subarray(line.length);
        return line.tokens;
      }
      if (this.#broken) throw this.#broken;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  #listen(socket: Socket): void {
    socket.on('data', (data: Buffer) => {
      this.#arrived = Buffer.concat([this.#arrived, data]);
      this.#wake();
    });
    socket.on('error', (error) => this.#break(unavailable(error.message, 'connection-lost', error)));
    socket.on('close', () => this.#break(unavailable('the connection was closed', 'connection-lost')));
  }

  #break(error: Error): void {
    this.#broken ??= error;
    this.#socket.destroy();
    this.#wake();
  }

  /** Waits for the socket to be connected or protected. */
  async #once(event: 'connect' | 'secureConnect'): Promise<void> {
    const timer = setTimeout(
      () => this.#break(unavailable('not connected in time', 'timeout')),
      this.#timeout,
    );
    let isReady = false;
    this.#socket.once(event, () => {
      isReady = true;
      this.#wake();
    });
    while (!isReady && !this.#broken) await new Promise<void>((resolve) => (this.#wake = resolve));
    clearTimeout(timer);
    if (this.#broken) throw this.#broken;
  }
}

function trust({ host, ca, verifyCertificate }: ManageSieveConfig) {
  return {
    rejectUnauthorized: verifyCertificate !== false,
    // An address is no name to be asked for (RFC 6066 3).
    ...(isIP(host) === 0 && { servername: host }),
    ...(ca !== undefined && { ca }),
  };
}
