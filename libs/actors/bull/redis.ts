import { Cluster, Redis, type RedisOptions } from 'ioredis';
import { RuntimeUnavailable } from '../failure.js';
import type { RedisClient } from './scripts/script.js';

/** Redis is set up so that it would lose messages or leases. The message says what to change. */
export class RedisUnfit extends Error {
  override readonly name = 'RedisUnfit';
}

/**
 * Opens a connection: `redis://host:port/db`, `rediss://` for TLS, or `redis-cluster://host:port,host:port`
 * (`rediss-cluster://`). It reconnects for ever.
 */
export function openRedis(url: string, options: RedisOptions): RedisClient {
  const merged: RedisOptions = { retryStrategy: (attempt) => Math.min(50 * attempt, 1000), ...options };
  const cluster = /^(rediss?)-cluster:\/\/(.*)$/.exec(url);
  if (!cluster) return new Redis(url, merged);
  const [, scheme = '', hosts = ''] = cluster;
  const nodes = hosts.split(',').map((host) => new URL(`${scheme}://${host}`));
  const [{ username, password } = new URL('redis://')] = nodes;
  return new Cluster(
    nodes.map(({ hostname, port }) => ({ host: hostname, port: Number(port || 6379) })),
    {
      redisOptions: {
        ...merged,
        ...(username ? { username: decodeURIComponent(username) } : {}),
        ...(password ? { password: decodeURIComponent(password) } : {}),
        ...(scheme === 'rediss' ? { tls: {} } : {}),
      },
      clusterRetryStrategy: (attempt) => Math.min(50 * attempt, 1000),
    },
  );
}

/** Oldest Redis whose commands the scripts use (SET ... PXAT). */
const oldest = [6, 2] as const;

/**
 * Looks whether Redis may be trusted with messages. Throws RedisUnfit if it evicts keys, RuntimeUnavailable if it does not
 * answer; what is only doubtful goes to `warn`.
 */
export async function checkRedis(redis: RedisClient, warn: (message: string) => void): Promise<void> {
  const info = await redis.info().catch((cause: unknown) => {
    throw new RuntimeUnavailable('Redis does not answer', { cause });
  });
  const field = (name: string): string => new RegExp(`^${name}:(.*?)\r?$`, 'm').exec(info)?.[1] ?? '';
  const [major = 0, minor = 0] = field('redis_version').split('.').map(Number);
  if (major < oldest[0] || (major === oldest[0] && minor < oldest[1])) {
    throw new RedisUnfit(`Redis ${oldest.join('.')} or newer is needed, this is ${field('redis_version')}`);
  }
  const policy = field('maxmemory_policy');
  if (policy === 'noeviction') return;
  const advice = `Redis has maxmemory-policy ${policy || 'unknown'}; set it to noeviction, or messages vanish when memory is short`;
  if (policy !== '' && Number(field('maxmemory')) > 0) throw new RedisUnfit(advice);
  warn(advice);
}
