import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { AdminClient, type Role } from '#admin-api';
import { loadConfiguration, silentLog, type Log } from '#ops';
import { openDatabase, type Database, type DeviceRow } from '#store';
import { startPostgres, type PostgresServer } from '../../../tests/servers/index.js';
import { Closers } from '../../assembly/closers.js';
import { openCore, type Core } from '../../assembly/core.js';
import { Admin } from '../admin.js';
import { digestOf, makeToken } from '../tokens/make-token.js';

/** Two tenants, each with a user `ada` and one `bob`, whose password is `pässword`. */
export const TENANTS = ['acme', 'globex'] as const;
export const PASSWORD = 'pässword';
export const userOf = (name: string, tenant: string): string => `${name}@${tenant}.example`;

export interface Holder {
  readonly role: Role;
  /** Unless given: null for `provider`, `acme` for all others. */
  readonly tenant?: string | null;
  /** Unless given: ada for `me`, nobody for all others. */
  readonly user?: string | null;
  readonly expiresAt?: Date;
}

export interface AdminStageOptions {
  /** More keys of the configuration, by section. */
  readonly configuration?: Readonly<Record<string, unknown>>;
  readonly log?: Log;
}

/**
 * The administrators' server as `godwit serve` opens it, in this process, over a PostgreSQL of its own: for tests of what
 * the routes do. `core.bus` is one in this process; nobody hosts device actors.
 */
export class AdminStage {
  private constructor(
    private readonly folder: string,
    private readonly postgres: PostgresServer,
    readonly database: Database,
    readonly core: Core,
    /** Without a slash at the end. */
    readonly url: string,
    /** Of the first administrator. */
    readonly token: string,
    private readonly closers: Closers,
  ) {}

  static async open({ configuration = {}, log = silentLog }: AdminStageOptions = {}): Promise<AdminStage> {
    const folder = mkdtempSync(join(tmpdir(), 'godwit-admin-'));
    const postgres = await startPostgres();
    const token = 'the-first-administrator-of-a-test';
    const loaded = loadConfiguration({
      env: {},
      path: writeConfiguration(folder, {
        database: postgres.url,
        dataDirectory: folder,
        tenants: TENANTS.map((tenant) => tenantIn(folder, tenant)),
        secret: 'a secret of more than sixteen',
        ...configuration,
        admin: { host: '127.0.0.1', port: 0, token, ...(configuration.admin as object | undefined) },
      }),
    });
    const database = await openDatabase({ url: postgres.url });
    const closers = new Closers();
    const core = await openCore(loaded.configuration, { log, stores: database, defer: closers.defer });
    const admin = await Admin.open(core, database, { firstToken: token });
    closers.defer('administration', ({ left }) => admin.close(left()));
    return new AdminStage(folder, postgres, database, core, admin.url, token, closers);
  }

  /** The first administrator, who may do everything. */
  get first(): AdminClient {
    return this.bearer(this.token);
  }

  /** Who brings this token; null: nobody. */
  bearer(token: string | null): AdminClient {
    return new AdminClient({
      origin: this.url,
      headers: (): Record<string, string> => (token === null ? {} : { Authorization: `Bearer ${token}` }),
    });
  }

  /** Somebody with a token of his own. */
  async as(holder: Holder): Promise<AdminClient> {
    return this.bearer(await this.tokenFor(holder));
  }

  async tokenFor({ role, tenant, user, expiresAt }: Holder): Promise<string> {
    const token = makeToken();
    const owner = tenant === undefined ? (role === 'provider' ? null : 'acme') : tenant;
    await this.database.administration.tokens.add({
      name: `${role} of ${owner ?? 'all'}`,
      digest: digestOf(token),
      role,
      tenant: owner,
      user: user === undefined && role === 'me' ? userOf('ada', owner ?? 'acme') : (user ?? null),
      createdBy: 'the test',
      expiresAt: expiresAt ?? null,
    });
    return token;
  }

  /** Makes a device as its first request would. */
  device(deviceId = 'phone1', user = 'ada', tenant: string = 'acme'): Promise<DeviceRow> {
    return this.database.devices.create(
      { tenant, user: userOf(user, tenant), deviceId },
      { deviceType: 'Test', userAgent: 'Test/1.0' },
      {},
    );
  }

  async close(): Promise<void> {
    const open = await this.closers.run('end of the test', 5000, silentLog);
    if (open.length > 0) throw new Error(`not closed: ${open.join()}`);
    await this.database.close();
    await this.postgres.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function writeConfiguration(folder: string, keys: object): string {
  const path = join(folder, 'godwit.yaml');
  writeFileSync(path, stringify(keys));
  return path;
}

function tenantIn(folder: string, tenant: string): object {
  const users = ['ada', 'bob'].map((name) => userOf(name, tenant));
  for (const user of users) mkdirSync(join(folder, tenant, user), { recursive: true });
  return {
    name: tenant,
    domains: [`${tenant}.example`],
    provisioning: 'off',
    mail: {
      kind: 'maildir',
      path: join(folder, tenant, '{user}'),
      passwords: Object.fromEntries(users.map((user) => [user, PASSWORD])),
    },
    submission: { kind: 'local' },
  };
}
