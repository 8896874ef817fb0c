import { Redis, type Cluster } from 'ioredis';
import type { RedisClient } from './client.js';

/** Redis is set up so that it would lose messages or leases. The message says what to change. */
export class RedisUnfit extends Error {
  override readonly name = 'RedisUnfit';
}

/** Redis does not answer. */
export class RedisSilent extends Error {
  override readonly name = 'RedisSilent';
}

/** Oldest Redis whose commands the scripts use (SET ... PXAT). */
const oldest = [6, 2] as const;

/** Resolves when the cluster told who is who; throws if none of the nodes that were named answers. */
async function mastersOf(cluster: Cluster): Promise<Redis[]> {
  if (cluster.status !== 'ready') {
    await new Promise<void>((resolve, reject) => {
      const settle = (how: () => void) => (): void => {
        cluster.off('ready', ready);
        cluster.off('error', failed);
        how();
      };
      const ready = settle(resolve);
      const failed = settle(() => reject(new RedisSilent('no node of the Redis Cluster answers')));
      cluster.on('ready', ready);
      cluster.on('error', failed);
    });
  }
  return cluster.nodes('master');
}

async function inspect(server: Redis, warn: (message: string) => void): Promise<void> {
  const info = await server.info().catch((cause: unknown) => {
    throw new RedisSilent('Redis does not answer', { cause });
  });
  const field = (name: string): string => new RegExp(`^${name}:(.*?)\r?$`, 'm').exec(info)?.[1] ?? '';
  const [major = 0, minor = 0] = field('redis_version').split('.').map(Number);
  if (major < oldest[0] || (major === oldest[0] && minor < oldest[1])) {
    throw new RedisUnfit(`Redis ${oldest.join('.')} or newer is needed, this is ${field('redis_version')}`);
  }
  if (field('role') === 'slave') {
    throw new RedisUnfit(
      'this Redis is a replica and takes no writes: name its master, or the sentinels that know it',
    );
  }
  const policy = field('maxmemory_policy');
  if (policy === 'noeviction') return;
  const advice = `Redis has maxmemory-policy ${policy || 'unknown'}; set it to noeviction, or messages vanish when memory is short`;
  if (policy !== '' && Number(field('maxmemory')) > 0) throw new RedisUnfit(advice);
  warn(advice);
}

/**
 * Looks whether Redis may be trusted with messages: each master of a cluster. Throws RedisUnfit if one is too old, evicts
 * keys or takes no writes, RedisSilent if one does not answer; what is only doubtful goes to `warn`.
 */
export async function checkRedis(client: RedisClient, warn: (message: string) => void): Promise<void> {
  const servers = client instanceof Redis ? [client] : await mastersOf(client);
  await Promise.all(servers.map((server) => inspect(server, warn)));
}
