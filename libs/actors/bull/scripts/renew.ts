import { Script, type RedisClient } from '#redis';
import type { AddressKeys } from './take.js';

/**
 * Prolongs a lease while a message is being processed. One that is gone (Redis forgot it, or it ran out and nobody took
 * it) is taken again.
 *
 * KEYS  1 lease, as in post
 * ARGV  1 our lease   2 ms it lasts from now
 * Result: "held"    it was ours all the time
 *         "regained" it was gone: somebody may have had it in between
 *         "taken"   it is another's
 */
const renew = new Script(`
local lease = redis.call('GET', KEYS[1])
if lease and lease ~= ARGV[1] then return 'taken' end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return lease and 'held' or 'regained'
`);

export type Renewed = 'held' | 'regained' | 'taken';

export async function renewLease(
  redis: RedisClient,
  keys: AddressKeys,
  token: string,
  duration: number,
): Promise<Renewed> {
  return (await renew.run(redis, [keys.lease], [token, duration])) as Renewed;
}
