import {
  startGodwit,
  startPostgres,
  startRedis,
  type Dovecot,
  type GodwitProcess,
  type PostgresServer,
  type RedisServer,
  type SmtpSink,
} from '../servers/index.js';
import { startBalancer, type Balancer } from './balancer.js';
import { startNginx } from './proxies.js';

/** Godwit as somebody runs it, in front of a mail server. */
export interface Deployment {
  readonly shape: 'standalone' | 'cluster';
  /** Where phones connect. */
  readonly url: string;
  /** The processes phones talk to. */
  readonly gateways: readonly GodwitProcess[];
  /** The processes that host device actors; in the standalone shape the same one. */
  readonly hosts: readonly GodwitProcess[];
  /** The process administrators speak to; in the standalone shape the same one, in a cluster only if it was asked for. */
  readonly admin?: GodwitProcess | null;
  stop(): Promise<void>;
}

/** Several gateways and actor hosts over Redis and PostgreSQL; a load balancer takes the gateways in turn. */
export interface Cluster extends Deployment {
  readonly shape: 'cluster';
  readonly postgres: PostgresServer;
  readonly redis: RedisServer;
  /** Kills Redis, which forgets everything. */
  stopRedis(): Promise<void>;
  /** Starts it again on the same port. */
  startRedis(): Promise<void>;
}

/** The mail servers behind, and what of the configuration differs from the defaults. */
export interface Setting {
  readonly dovecot: Dovecot;
  readonly sink: SmtpSink;
  readonly more?: Readonly<Record<string, unknown>>;
  /** What the tenant has beside mail and submission: a directory, automatic replies. */
  readonly tenant?: Readonly<Record<string, unknown>>;
  /** Whether a cluster has a process for administrators, too. */
  readonly administered?: boolean;
}

/** Short heartbeats make a Ping's natural end a matter of a second, and short asks an outage one of a few. */
const configurationOf = ({ dovecot, sink, more, tenant }: Setting): Record<string, unknown> => ({
  tenants: [
    {
      domains: ['*'],
      provisioning: 'required',
      mail: { kind: 'imap', host: dovecot.host, port: dovecot.port, tls: 'none' },
      submission: { kind: 'smtp', host: '127.0.0.1', port: sink.port, tls: 'none', authenticate: false },
      ...tenant,
    },
  ],
  heartbeat: { minSeconds: 1, maxSeconds: 600, marginSeconds: 0 },
  limits: { askSeconds: 3, requestBytes: 4 * 1024 * 1024 },
  watch: { recheckSeconds: 5 },
  // The whole test comes from one address, and guesses passwords.
  signIn: { maxDelaySeconds: 1 },
  ...more,
});

export async function startStandalone(setting: Setting): Promise<Deployment> {
  const process = await startGodwit('serve', configurationOf(setting));
  return {
    shape: 'standalone',
    url: process.url,
    gateways: [process],
    hosts: [process],
    admin: process,
    stop: async () => void (await process.stop()),
  };
}

export async function startCluster(
  setting: Setting,
  startProxy: (gateways: readonly number[]) => Promise<Balancer> = startBalancer,
): Promise<Cluster> {
  const [postgres, firstRedis] = await Promise.all([startPostgres(), startRedis()]);
  let redis = firstRedis;
  const configuration = {
    ...configurationOf(setting),
    database: postgres.url,
    actors: redis.url,
    secret: 'known to every node of this test cluster',
  };
  const [gateways, hosts] = await Promise.all([
    Promise.all([startGodwit('gateway', configuration), startGodwit('gateway', configuration)]),
    Promise.all([startGodwit('actors', configuration), startGodwit('actors', configuration)]),
  ]);
  const admin = setting.administered === true ? await startGodwit('admin', configuration) : null;
  const balancer = await startProxy(gateways.map((gateway) => Number(new URL(gateway.url).port)));
  return {
    shape: 'cluster',
    url: balancer.url,
    gateways,
    hosts,
    admin,
    postgres,
    get redis() {
      return redis;
    },
    stopRedis: () => redis.stop(),
    startRedis: async () => void (redis = await startRedis(redis.port)),
    stop: async () => {
      await balancer.stop();
      await admin?.stop();
      await Promise.all(gateways.map((gateway) => gateway.stop()));
      await Promise.all(hosts.map((host) => host.stop()));
      await Promise.all([redis.stop(), postgres.stop()]);
    },
  };
}

/** The shapes to be tested, by name: the cluster behind what stands before a real one. */
export const shapes: readonly [name: string, start: (setting: Setting) => Promise<Deployment>][] = [
  ['standalone', startStandalone],
  ['cluster', (setting) => startCluster(setting, startNginx)],
];
