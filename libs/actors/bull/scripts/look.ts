import { Script, type RedisClient } from '#redis';
import type { QueueLook } from '../../pressure.js';

/**
 * Looks at the queue of activations.
 *
 * KEYS  1 wait   BullMQ's list of waiting jobs, the next one last   2 id   BullMQ's counter of jobs
 * Result: [jobs that wait, number of the next one or 0, last number given]
 */
const look = new Script(`
local head = redis.call('LINDEX', KEYS[1], -1)
return {
  redis.call('LLEN', KEYS[1]),
  head and tonumber(head) or 0,
  tonumber(redis.call('GET', KEYS[2]) or 0)
}
`);

export async function lookAtQueue(redis: RedisClient, wait: string, id: string): Promise<QueueLook> {
  const [waiting, head, last] = (await look.run(redis, [wait, id], [])) as [number, number, number];
  return { waiting, head, last };
}
