import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  startDovecot,
  startDroppingProxy,
  startGodwit,
  startPostgres,
  startRedis,
  startSmtpSink,
  type Dovecot,
  type DroppingProxy,
  type GodwitProcess,
  type GodwitRole,
  type PostgresServer,
  type RedisServer,
  type SmtpSink,
} from '../../servers/index.js';
import { startBalancer } from '../../stage/balancer.js';

/** What a process of Godwit speaks to. */
export type Service = 'redis' | 'postgres' | 'imap' | 'smtp';

/** A process of Godwit with the lines to all it speaks to, each of which can be cut. */
export interface Member {
  readonly process: GodwitProcess;
  readonly lines: Readonly<Record<Service, DroppingProxy>>;
}

/** All that stands behind Godwit, and how each of it is to be reached. */
interface Services {
  readonly dovecot: Dovecot;
  readonly sink: SmtpSink;
  readonly postgres: PostgresServer;
  redis: RedisServer;
}

/** A whole installation under the hands of somebody who breaks it. */
export interface Site extends Readonly<Services> {
  readonly shape: 'cluster' | 'standalone';
  /** Where phones connect. */
  readonly url: string;
  readonly gateways: readonly Member[];
  readonly hosts: readonly Member[];
  readonly admin: Member;
  /** All of them, each once. */
  readonly members: readonly Member[];
  stopRedis(): Promise<void>;
  startRedis(): Promise<void>;
  stop(): Promise<void>;
}

const SECRET = 'known to every node of this test cluster';

/** Heartbeats and asks are shorter than anybody would have them, so that a minute holds as much as an hour does elsewhere. */
const configurationOf = (lines: Member['lines'], limits: object): Record<string, unknown> => ({
  tenants: [
    {
      domains: ['*'],
      provisioning: 'required',
      mail: { kind: 'imap', host: '127.0.0.1', port: lines.imap.port, tls: 'none' },
      submission: {
        kind: 'smtp',
        host: '127.0.0.1',
        port: lines.smtp.port,
        tls: 'none',
        authenticate: false,
      },
    },
  ],
  heartbeat: { minSeconds: 1, maxSeconds: 600, marginSeconds: 0 },
  limits: { askSeconds: 3, drainSeconds: 10, ...limits },
  watch: { recheckSeconds: 5 },
  signIn: { maxDelaySeconds: 1 },
});

const sharedOf = (lines: Member['lines'], postgres: PostgresServer): Record<string, unknown> => {
  const database = new URL(postgres.url);
  return {
    database: `postgres://${database.username}@127.0.0.1:${lines.postgres.port}${database.pathname}`,
    actors: `redis://127.0.0.1:${lines.redis.port}`,
    secret: SECRET,
  };
};

async function openLines({ redis, postgres, dovecot, sink }: Services): Promise<Member['lines']> {
  const targets = {
    redis: redis.port,
    postgres: postgres.socket,
    imap: dovecot.port,
    smtp: sink.port,
  };
  const opened = await Promise.all(
    Object.entries(targets).map(async ([name, target]) => [name, await startDroppingProxy(target)] as const),
  );
  return Object.fromEntries(opened) as Record<Service, DroppingProxy>;
}

/** `older`: the checkout of a release that does not know all the keys of this one. */
async function startMember(services: Services, role: GodwitRole, older?: string): Promise<Member> {
  const lines = await openLines(services);
  const shared = role === 'serve' ? {} : sharedOf(lines, services.postgres);
  const limits = older === undefined ? { drainDelaySeconds: 1 } : {};
  const configuration = { ...configurationOf(lines, limits), ...shared };
  return { process: await startGodwit(role, configuration, { checkout: older }), lines };
}

async function startServices(): Promise<Services> {
  const [dovecot, sink, postgres, redis] = await Promise.all([
    startDovecot(),
    startSmtpSink(),
    startPostgres(),
    startRedis(),
  ]);
  return { dovecot, sink, postgres, redis };
}

const portOf = ({ process }: Member): number => Number(new URL(process.url).port);

/**
 * Two gateways behind a load balancer that looks at their readiness, two actor hosts, one for administrators. `older`: the
 * checkout of a release that one gateway, one host and the administrators' process are of; they have been there first.
 */
export async function startClusterSite(older?: string): Promise<Site> {
  const services = await startServices();
  const start = (role: GodwitRole, checkout?: string): Promise<Member> =>
    startMember(services, role, checkout);
  const first = await Promise.all([start('gateway', older), start('actors', older), start('admin', older)]);
  const second = await Promise.all([start('gateway'), start('actors')]);
  const gateways = [first[0], second[0]];
  const hosts = [first[1], second[1]];
  return siteOf('cluster', services, { gateways, hosts, admin: first[2] });
}

/** One process with everything in it, database included. Redis and PostgreSQL beside it are nobody's. */
export async function startStandaloneSite(): Promise<Site> {
  const services = await startServices();
  const member = await startMember(services, 'serve');
  return siteOf('standalone', services, { gateways: [member], hosts: [member], admin: member });
}

async function siteOf(
  shape: Site['shape'],
  services: Services,
  { gateways, hosts, admin }: Pick<Site, 'gateways' | 'hosts' | 'admin'>,
): Promise<Site> {
  const members = [...new Set([...gateways, ...hosts, admin])];
  const balancer = await startBalancer(gateways.map(portOf), true);
  return {
    shape,
    url: balancer.url,
    gateways,
    hosts,
    admin,
    members,
    dovecot: services.dovecot,
    sink: services.sink,
    postgres: services.postgres,
    get redis() {
      return services.redis;
    },
    stopRedis: () => services.redis.stop(),
    startRedis: async () => void (services.redis = await startRedis(services.redis.port)),
    stop: async () => {
      keepLogs(members);
      await balancer.stop();
      await Promise.all(members.map(({ process }) => process.kill()));
      await Promise.all(
        members.flatMap(({ lines }) => Object.values(lines)).map((line: DroppingProxy) => line.stop()),
      );
      const { dovecot, sink, postgres, redis } = services;
      await Promise.all([dovecot.stop(), sink.stop(), redis.stop(), postgres.stop()]);
    },
  };
}

/** What the processes wrote, for whoever wants to know why: in var/fault-logs, until the next run. */
function keepLogs(members: readonly Member[]): void {
  const folder = join(process.cwd(), 'var', 'fault-logs');
  mkdirSync(folder, { recursive: true });
  members.forEach((member, index) =>
    writeFileSync(join(folder, `${index}-${member.process.role}.log`), member.process.output()),
  );
}

/** Lines of the logs that tell of a bug, or of a process that ended for a reason of its own. */
export const bugsOf = ({ members }: Pick<Site, 'members'>): string[] =>
  members.flatMap(({ process }) =>
    process
      .output()
      .split('\n')
      .filter((line) => /"event":"(bug|process\.failed|actor\.failed)"/.test(line)),
  );
