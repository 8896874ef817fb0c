import { isIP, connect as connectTcp } from 'node:net';
import type { BackendError } from '#backend';
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
  #down: { readonly until: number; readonly error: BackendError } | null = null;
  #idle: NodeJS.Timeout | undefined;
  readonly #timeout: number;

  constructor(
    private readonly config: LdapConfig,
    private readonly bind: Bind | null,
    private readonly now: () => number,
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
    await client?.then(
      (open) => open.unbind(),
      () => undefined,
    );
  }

  async #answer(question: Question): Promise<Entry[]> {
    const wasOpen = this.#client !== null;
    const client = await this.#connected();
    try {
      return await question(client);
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
    if (this.#client) return this.#client;
    const opening = this.#open();
    this.#client = opening;
    opening.catch(() => {
      if (this.#client === opening) this.#client = null;
    });
    return opening;
  }

  async #open(): Promise<Client> {
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
        if (open === client && this.#client === opening) this.#client = null;
      },
      () => undefined,
    );
    client.unbind().catch(() => undefined);
  }

  #leaveAlone(error: BackendError): void {
    this.#down = { until: this.now() + (this.config.rest ?? 10_000), error };
  }
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
