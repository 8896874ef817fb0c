import { Script, type RedisClient } from '#redis';
import type { AddressKeys } from './take.js';

/**
 * Gives the lease back, if nothing waits: a message that is posted from then on asks for an activation again.
 *
 * KEYS  1 box   2 lease, both as in post
 * ARGV  1 our lease   2 "1" to give it back even if messages wait
 * Result: "lost"      the lease is not ours any more
 *         "more"      messages wait, the lease is kept
 *         "rested"    given back, nothing waits
 *         "left"      given back, messages wait: they need an activation
 */
const rest = new Script(`
if redis.call('GET', KEYS[2]) ~= ARGV[1] then return 'lost' end
local waiting = redis.call('LLEN', KEYS[1]) > 0
if waiting and ARGV[2] == '0' then return 'more' end
redis.call('DEL', KEYS[2])
return waiting and 'left' or 'rested'
`);

export type Rested = 'lost' | 'more' | 'rested' | 'left';

export async function restAddress(
  redis: RedisClient,
  keys: AddressKeys,
  token: string,
  leave: boolean,
): Promise<Rested> {
  return (await rest.run(redis, [keys.box, keys.lease], [token, leave ? 1 : 0])) as Rested;
}
