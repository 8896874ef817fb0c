import { BlockList, isIP } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type { Configuration } from '#ops';
import { addressOf } from '../../gateway/client-address.js';
import { Refused } from '../call.js';
import { refusalOf, sendProblem } from '../problem.js';
import type { Limits } from './limits.js';

/** An orchestrator and a Prometheus ask these from wherever they are. */
const OPERATIONS = /^\/(health|metrics)(\/|\?|$)/i;

function listOf(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', prefix] = network.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    if (prefix === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(prefix), family);
  }
  return list;
}

/** Turns away who may not come from there, or comes too often, before anything else is looked at. */
export function guardTheDoor(
  fastify: FastifyInstance,
  { admin, listen }: Pick<Configuration, 'admin' | 'listen'>,
  limits: Limits,
): void {
  const allowed = admin.allowFrom.length > 0 ? listOf(admin.allowFrom) : null;
  fastify.addHook('onRequest', async (request, reply) => {
    if (OPERATIONS.test(request.url)) return;
    const address = addressOf(request.raw, listen);
    try {
      const family = isIP(address);
      // A proxy may tell `unknown`.
      const isAllowed = !allowed || (family !== 0 && allowed.check(address, family === 6 ? 'ipv6' : 'ipv4'));
      if (!isAllowed) throw new Refused(403, 'forbidden-address', `Nobody may come from ${address}.`);
      await limits.request(address);
    } catch (error) {
      reply.hijack();
      sendProblem(reply.raw, refusalOf(error));
      request.raw.resume();
    }
  });
}
