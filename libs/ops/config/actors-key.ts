import { z } from 'zod';
import { key } from './declare.js';
import { parseRedisUrl, RedisUrlInvalid } from './redis-url.js';

/** What is wrong with the value, or null. */
function problemOf(value: string): string | null {
  if (value === 'local') return null;
  if (!/^rediss?[-:]/.test(value)) return 'expected local or the URL of a Redis';
  try {
    parseRedisUrl(value);
    return null;
  } catch (error) {
    if (error instanceof RedisUrlInvalid) return error.message;
    throw error;
  }
}

/** Where device actors run, and with them everything that processes tell each other. */
export const actorsKey = key(
  z
    .string()
    .superRefine((value, context) => {
      const message = problemOf(value);
      if (message !== null) context.addIssue({ code: 'custom', message });
    })
    .default('local'),
  'Where device actors run: `local` in this process, or in the processes that share a Redis. One server: `redis://user:password@host:port/db`. A Redis Cluster, by some of its nodes: `redis-cluster://user:password@host:port,host:port`. A master that sentinels watch, by its name: `redis-sentinel://user:password@host:port,host:port/name?db=0&sentinelPassword=...`. With `rediss` in place of `redis` over TLS.',
  { secret: true, expects: '`local` or the URL of a Redis' },
);
