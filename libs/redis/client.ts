import { Cluster, Redis, type ClusterOptions, type RedisOptions } from 'ioredis';
import { parseRedisUrl, type RedisPlace } from '#ops';

/** One server, or a cluster of them: commands are the same. */
export type RedisClient = Redis | Cluster;

/**
 * What becomes of a command while Redis is away. `endless`: it waits, however long, and may be sent twice. `brief`: it is
 * sent once at most; it fails when the connection breaks, or cannot be made soon. `none`: it fails at once.
 */
export type Patience = 'endless' | 'brief' | 'none';

export interface ClientOptions {
  readonly patience: Patience;
  /** Milliseconds after which a command fails that was not answered. Default: none. */
  readonly commandTimeout?: number;
}

/** Milliseconds a server may be silent with commands open before the connection is taken for dead: below a lease, above any hiccup. */
const SILENCE = 8_000;
const CONNECT_TIMEOUT = 5_000;
/** Milliseconds between two looks at who is who in a cluster, for a client that rests on no command's being redirected. */
const SLOTS_REFRESH = 10_000;

/** Milliseconds before a command is sent where a node said: two that do not agree yet may send it to and fro. */
const AFTER_MOVED = 20;

export const retryDelay = (attempt: number): number => Math.min(50 * attempt, 1000);

/** What connections to any place have in common. */
export function connectionOptions({ tls, username, password }: RedisPlace): RedisOptions {
  return {
    retryStrategy: retryDelay,
    connectTimeout: CONNECT_TIMEOUT,
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    ...(tls && { tls: {} }),
  };
}

const patienceOptions: Readonly<Record<Patience, RedisOptions>> = {
  endless: { maxRetriesPerRequest: null },
  brief: { maxRetriesPerRequest: 1, autoResendUnfulfilledCommands: false },
  none: { maxRetriesPerRequest: 0, autoResendUnfulfilledCommands: false, enableOfflineQueue: false },
};

/** READONLY: what was the master has become a replica. The command was not carried out, so it may go to the new one. */
const reconnectOnError = (error: Error): 1 | 2 | false => (error.message.startsWith('READONLY') ? 2 : false);

function openCluster(
  { nodes, tls }: Extract<RedisPlace, { kind: 'cluster' }>,
  redisOptions: RedisOptions,
  patience: Patience,
): Cluster {
  const options: ClusterOptions = {
    redisOptions,
    clusterRetryStrategy: retryDelay,
    slotsRefreshInterval: SLOTS_REFRESH,
    // While a master is dead and nobody has its place, a command is sent on and on: by default 16 times, within two seconds.
    // `connect` of ioredis never ends if what it found was not ready at first: who waits for that, as BullMQ does, waits for ever.
    ...(patience === 'endless' && {
      maxRedirections: Infinity,
      retryDelayOnMoved: AFTER_MOVED,
      enableReadyCheck: false,
    }),
    // A command whose connection broke may have been carried out: sent again it might be so twice.
    ...(patience !== 'endless' && { retryDelayOnFailover: 0 }),
    ...(patience === 'none' && { retryDelayOnClusterDown: 0 }),
    // With TLS the names that certificates are for are those of the nodes, not what they resolve to.
    ...(tls && { dnsLookup: (address, callback) => callback(null, address) }),
  };
  return new Cluster([...nodes], options);
}

/** Opens a connection to what a URL names; `parseRedisUrl` tells the forms. It reconnects for ever. */
export function openRedis(url: string, { patience, commandTimeout }: ClientOptions): RedisClient {
  const place = parseRedisUrl(url);
  const options: RedisOptions = {
    ...connectionOptions(place),
    ...patienceOptions[patience],
    socketTimeout: SILENCE,
    reconnectOnError,
    ...(commandTimeout !== undefined && { commandTimeout }),
  };
  if (place.kind === 'cluster') return openCluster(place, options, patience);
  return new Redis({ ...options, ...targetOf(place) });
}

/** Where a single server is found: itself, or by asking sentinels. */
export function targetOf(place: Exclude<RedisPlace, { kind: 'cluster' }>): RedisOptions {
  if (place.kind === 'server') return { ...place.node, db: place.db };
  const { nodes, master, db, tls, sentinelPassword } = place;
  return {
    sentinels: [...nodes],
    name: master,
    db,
    sentinelRetryStrategy: retryDelay,
    // A master that is one no longer may not have been told yet: the sentinels say so at once.
    failoverDetector: true,
    ...(sentinelPassword !== undefined && { sentinelPassword }),
    ...(tls && { enableTLSForSentinelMode: true }),
  };
}

/**
 * Whether a command would be sent now or soon, rather than wait in a queue without end: a cluster none of whose nodes
 * answers keeps commands for as long as that lasts, and would carry them out when nobody waits for them any more.
 */
export const isWithinReach = (client: RedisClient): boolean =>
  client instanceof Redis || client.status === 'ready';
