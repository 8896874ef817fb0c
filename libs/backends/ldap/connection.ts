import { isIP, connect as connectTcp } from 'node:net';
import type { BackendError } from '#backend';
import type { Gate, Slot, Trouble } from '#connections';
import { Client, SizeLimitExceededError, type Entry, type SearchOptions } from 'ldapts';
import type { LdapConfig } from './config.js';
import { isAnswer, toBackendError } from './errors.js';

/** Milliseconds without a question after which the connection is closed. */
const IDLE = 300_000;

type Question = (client: Client) => Promise<Entry[]>;

/** Who asks. An absent DN asks anonymously. */
export interface Bind {
  readonly dn: string;
  readonly password: string;
}

/**
 * One connection for all who ask with the same bind, opened when it is needed. What the server closed is opened again, once
 * a question. After a failure nobody asks for a while: a phone that searches must not wait for what the last one waited for.
 */
export class LdapConnection {
  #client: Promise<Client> | null = null;
  /** The right to the connection; it rests while nobody asks. */
  #slot: Slot | null = null;
  #closings = 0;
  #asking = 0;
  #down: { readonly until: number; readonly error: BackendError } | null = null;
  #idle: NodeJS.Timeout | undefined;
  readonly #timeout: number;

  constructor(
    private readonly config: LdapConfig,
    private readonly bind: Bind | null,
    private readonly now: () => number,
    private readonly gate: Gate,
  ) {
    this.#timeout = config.timeout ?? 5000;
  }

  /** The entries found, at most `sizeLimit`, which must be given. Throws BackendError `unavailable`. */
  search(base: string, options: SearchOptions & { readonly sizeLimit: number }): Promise<Entry[]> {
    return this.#ask(async (client) => (await client.search(base, options)).searchEntries);
  }

  /**
   * All entries there are, page by page (RFC 2696). Throws as `search` does, and with reason `limit-exceeded` where the
   * server does not give all of them, or there are more than `most`: a part must not be taken for the whole.
   */
  list(
    base: string,
    options: Omit<SearchOptions, 'sizeLimit'> & { readonly pageSize: number; readonly most: number },
  ): Promise<Entry[]> {
    const { pageSize, most, ...rest } = options;
    return this.#ask(async (client) => {
      const entries: Entry[] = [];
      // Without a limit of our own, ldapts passes on that the server kept to its own one.
      for await (const page of client.searchPaginated(base, { ...rest, sizeLimit: 0, paged: { pageSize } })) {
        for (const entry of page.searchEntries) entries.push(entry);
        if (entries.length > most) throw new SizeLimitExceededError(`more than ${most} entries`);
      }
      return entries;
    });
  }

  async #ask(question: Question): Promise<Entry[]> {
    if (this.#down && this.now() < this.#down.until) throw this.#down.error;
    try {
      const entries = await this.#answer(question);
      this.#down = null;
      return entries;
    } catch (error) {
      const failure = toBackendError(error);
      // What the server refuses this question for may not concern the next one.
      if (!isAnswer(error) || failure.reason === 'bind-refused') this.#leaveAlone(failure);
      throw failure;
    }
  }

  async close(): Promise<void> {
    clearTimeout(this.#idle);
    const client = this.#client;
    this.#client = null;
    this.#closings += 1;
    this.#giveBack();
    await client?.then(
      (open) => open.unbind(),
      () => undefined,
    );
  }

  async #answer(question: Question): Promise<Entry[]> {
    this.#asking += 1;
    try {
      return await this.#answerOnce(question);
    } finally {
      this.#asking -= 1;
      if (this.#asking === 0) this.#slot?.rest(() => void this.close().catch(() => undefined));
    }
  }

  async #answerOnce(question: Question): Promise<Entry[]> {
    const wasOpen = this.#client !== null;
    const client = await this.#connected();
    try {
      const entries = await question(client);
      this.#slot?.answered();
      return entries;
    } catch (error) {
      if (isAnswer(error)) throw error;
      this.#forget(client);
      // The server may have closed the connection while nobody asked; a slow server is not asked twice.
      if (!wasOpen || toBackendError(error).reason === 'timeout') throw error;
      return question(await this.#connected());
    }
  }

  #connected(): Promise<Client> {
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => void this.close().catch(() => undefined), IDLE).unref();
    // It may just be closed, because another account needs the room.
    if (this.#client && this.#slot?.resume() !== false) return this.#client;
    const opening = this.#open();
    this.#client = opening;
    opening.catch(() => {
      if (this.#client === opening) this.#client = null;
    });
    return opening;
  }

  async #open(): Promise<Client> {
    const account = this.bind?.dn ?? 'anonymous';
    const closings = this.#closings;
    const { connection, slot } = await this.gate.open({ account }, () => this.#dial(), troubleOfOpening);
    if (closings !== this.#closings) {
      // It was closed while it opened: who closed it ends it, and its place is free.
      slot.release();
      return connection;
    }
    this.#giveBack();
    this.#slot = slot;
    return connection;
  }

  #giveBack(): void {
    this.#slot?.release();
    this.#slot = null;
  }

  async #dial(): Promise<Client> {
    const { url, startTls } = this.config;
    const tlsOptions = trust(this.config);
    const isImplicit = url.toLowerCase().startsWith('ldaps:');
    const lost = (): void => this.#forget(client);
    const client: Client = new Client({
      url,
      timeout: this.#timeout,
      connectTimeout: this.#timeout,
      strictDN: false,
      ...(isImplicit && { tlsOptions }),
      // ldapts does not notice the end of a connection it has protected by StartTLS.
      createConnection: ((port: number, host: string) =>
        connectTcp({ port, host }).once('close', lost)) as typeof connectTcp,
    });
    try {
      if (startTls && !isImplicit) await withTimeout(client.startTLS({ ...tlsOptions }), this.#timeout);
      if (this.bind) await client.bind(this.bind.dn, this.bind.password);
      return client;
    } catch (error) {
      client.unbind().catch(() => undefined);
      throw error;
    }
  }

  #forget(client: Client): void {
    const opening = this.#client;
    opening?.then(
      (open) => {
        if (open !== client || this.#client !== opening) return;
        this.#client = null;
        this.#giveBack();
      },
      () => undefined,
    );
    client.unbind().catch(() => undefined);
  }

  #leaveAlone(error: BackendError): void {
    this.#down = { until: this.now() + (this.config.rest ?? 10_000), error };
  }
}

/** A bind that was answered shows a server that is well, unless it says that it is not. */
function troubleOfOpening(error: unknown): Trouble {
  if (!isAnswer(error)) return 'host';
  return ['busy', 'unavailable'].includes(toBackendError(error).reason) ? 'account' : 'none';
}

function trust({ url, ca, verifyCertificate }: LdapConfig) {
  const host = new URL(url).hostname.replace(/^\[|\]$/g, '');
  return {
    rejectUnauthorized: verifyCertificate !== false,
    host,
    // An address is no name to be asked for (RFC 6066 3).
    ...(isIP(host) === 0 && { servername: host }),
    ...(ca !== undefined && { ca }),
  };
}

async function withTimeout<T>(work: Promise<T>, milliseconds: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('StartTLS timed out')), milliseconds);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
