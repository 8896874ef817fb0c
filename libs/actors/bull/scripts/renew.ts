import { Script, type RedisClient } from '#redis';
import type { AddressKeys } from './take.js';

/**
 * Prolongs a lease while a message is being processed.
 *
 * KEYS  1 lease, as in post
 * ARGV  1 our lease   2 ms it lasts from now
 * Result: 1 if it is still ours, else 0
 */
const renew = new Script(`
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])
`);

export async function renewLease(
  redis: RedisClient,
  keys: AddressKeys,
  token: string,
  duration: number,
): Promise<boolean> {
  return (await renew.run(redis, [keys.lease], [token, duration])) === 1;
}
