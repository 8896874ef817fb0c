import {
  BackendError,
  hasPassword,
  isToken,
  masterLogin,
  masterRefused,
  noPassword,
  oauthBearer,
  saslPlain,
  xoauth2,
  type Credentials,
  type MasterLogin,
  type TokenCredentials,
} from '#backend';
import { utf8, type Answer } from './answer.js';
import type { ManageSieveConfig } from './config.js';
import { refusal, unavailable, unreached } from './errors.js';
import { Link } from './link.js';

/** What a server said of itself (RFC 5804 1.7). */
export interface SieveCapabilities {
  /** Sieve extensions, lower-cased: `vacation`, `include`, ... */
  readonly extensions: ReadonlySet<string>;
  readonly mechanisms: ReadonlySet<string>;
  readonly startTls: boolean;
  /** Lists `:list` can test against (RFC 6134). */
  readonly lists: ReadonlySet<string>;
  /** Whether there is CHECKSCRIPT: it came with version 1.0. */
  readonly checks: boolean;
}

export interface ScriptName {
  readonly name: string;
  readonly active: boolean;
}

/** A signed-in conversation with a ManageSieve server (RFC 5804). Throws BackendError. */
export class SieveClient {
  #capabilities: SieveCapabilities;

  private constructor(
    private readonly link: Link,
    greeting: Answer,
  ) {
    this.#capabilities = readCapabilities(greeting);
  }

  /** Connects and signs in: `auth` if the server refuses the password, `unavailable` if it cannot be asked. */
  static async open(config: ManageSieveConfig, credentials: Credentials): Promise<SieveClient> {
    const { link, greeting } = await greeted(config);
    try {
      const client = new SieveClient(link, greeting);
      if (config.tls === 'starttls') await client.startTls();
      await client.signIn(config, credentials);
      return client;
    } catch (error) {
      link.close();
      throw error;
    }
  }

  get capabilities(): SieveCapabilities {
    return this.#capabilities;
  }

  async listScripts(): Promise<ScriptName[]> {
    const { lines } = await this.ask('LISTSCRIPTS');
    return lines.flatMap(([name, flag]) =>
      name?.kind === 'string'
        ? [{ name: utf8(name.value), active: flag?.value.toUpperCase() === 'ACTIVE' }]
        : [],
    );
  }

  /** The script's bytes, each a character. Throws BackendError `gone` if there is none of the name. */
  async getScript(name: string): Promise<string> {
    const { lines } = await this.ask('GETSCRIPT', name);
    return lines[0]?.[0]?.value ?? '';
  }

  /** Stores a script, over one of the same name. Throws BackendError `invalid` if it does not compile. */
  async putScript(name: string, script: string): Promise<void> {
    await this.ask('PUTSCRIPT', name, Buffer.from(script, 'latin1'));
  }

  /** Throws BackendError `invalid` if the script does not compile. */
  async checkScript(script: string): Promise<void> {
    if (this.#capabilities.checks) await this.ask('CHECKSCRIPT', Buffer.from(script, 'latin1'));
  }

  /** Makes the script the one that runs; null: none. */
  async setActive(name: string | null): Promise<void> {
    await this.ask('SETACTIVE', name ?? '');
  }

  /** `work` is done once, when the connection has ended. */
  afterwards(work: () => void): void {
    this.link.afterwards(work);
  }

  /** Says goodbye without waiting for the answer. */
  close(): void {
    this.link.ask('LOGOUT').then(
      () => this.link.close(),
      () => this.link.close(),
    );
  }

  private async startTls(): Promise<void> {
    if (!this.#capabilities.startTls) throw unavailable('the server has no STARTTLS', 'no-starttls');
    await this.ask('STARTTLS');
    await this.link.secure();
    // What was said in clear may have been said by anybody (RFC 5804 2.2).
    this.#capabilities = readCapabilities(accepted('STARTTLS', await this.link.answer()));
  }

  private async signIn(config: ManageSieveConfig, credentials: Credentials): Promise<void> {
    const { user } = credentials;
    if (config.masterUser) return this.authenticateMaster(masterLogin(config.masterUser, user));
    if (hasPassword(credentials))
      return this.authenticate({ user, password: credentials.password, authorizeAs: null });
    if (isToken(credentials)) return this.showToken(credentials, config);
    throw noPassword('managesieve');
  }

  private async authenticateMaster(login: MasterLogin): Promise<void> {
    try {
      await this.authenticate(login);
    } catch (error) {
      throw error instanceof BackendError && error.kind === 'auth' ? masterRefused(error) : error;
    }
  }

  private async showToken(
    credentials: TokenCredentials,
    place: { readonly host: string; readonly port: number },
  ): Promise<void> {
    const { mechanisms } = this.#capabilities;
    const mechanism = mechanisms.has('OAUTHBEARER')
      ? oauthBearer(credentials, place)
      : mechanisms.has('XOAUTH2')
        ? xoauth2(credentials)
        : null;
    if (!mechanism) throw unavailable('the server takes no tokens (OAUTHBEARER, XOAUTH2)', 'no-mechanism');
    accepted('AUTHENTICATE', await this.link.authenticate(mechanism));
    this.#capabilities = readCapabilities(await this.ask('CAPABILITY'));
  }

  private async authenticate(login: MasterLogin): Promise<void> {
    if (!this.#capabilities.mechanisms.has('PLAIN')) {
      throw unavailable('the server has no SASL mechanism PLAIN', 'no-mechanism');
    }
    await this.ask('AUTHENTICATE', 'PLAIN', saslPlain(login));
    this.#capabilities = readCapabilities(await this.ask('CAPABILITY'));
  }

  private async ask(command: string, ...strings: readonly (string | Buffer)[]): Promise<Answer> {
    return accepted(command, await this.link.ask(command, ...strings));
  }
}

/** Connects, and hears the greeting. */
async function greeted(config: ManageSieveConfig): Promise<{ link: Link; greeting: Answer }> {
  let link: Link | null = null;
  try {
    link = await Link.open(config);
    return { link, greeting: accepted('greeting', await link.answer()) };
  } catch (error) {
    link?.close();
    throw unreached(error);
  }
}

function accepted(command: string, answer: Answer): Answer {
  if (answer.status !== 'OK') throw refusal(command, answer);
  return answer;
}

function readCapabilities({ lines }: Answer): SieveCapabilities {
  const said = new Map(lines.map(([name, value]) => [name?.value.toUpperCase() ?? '', value?.value ?? '']));
  const words = (name: string) => (said.get(name) ?? '').split(/\s+/).filter((word) => word !== '');
  return {
    extensions: new Set(words('SIEVE').map((word) => word.toLowerCase())),
    mechanisms: new Set(words('SASL').map((word) => word.toUpperCase())),
    startTls: said.has('STARTTLS'),
    lists: new Set(words('EXTLISTS')),
    checks: said.has('VERSION'),
  };
}
