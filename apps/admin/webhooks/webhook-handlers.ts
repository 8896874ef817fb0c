import { randomUUID } from 'node:crypto';
import type { DeliveryRow } from '#store';
import { maySee, unknown, type HandlersOf, type Principal } from '../call.js';
import { listed } from '../devices/device-handlers.js';
import type { AdminParts } from '../parts.js';
import type { Endpoint } from './events.js';
import { send } from './send.js';

const told = ({ body: _, ...row }: DeliveryRow) => ({
  ...row,
  createdAt: row.createdAt.toISOString(),
  dueAt: row.dueAt.toISOString(),
  finishedAt: row.finishedAt?.toISOString() ?? null,
});

/** An address without what may be a secret in it. */
function shown(url: string): string {
  const { origin, pathname } = new URL(url);
  return origin + pathname;
}

type Routes =
  | 'GET /webhooks'
  | 'GET /webhook-deliveries'
  | 'POST /webhook-deliveries/{delivery}/retry'
  | 'POST /webhooks/{name}/trial';

/** Who is told of events, and what became of them. Where events go is the configuration's to say. */
export function webhookHandlers({ core, stores }: AdminParts): HandlersOf<Routes> {
  const { webhooks } = stores;
  const visible = (principal: Principal): Endpoint[] =>
    core.configuration.webhooks.filter(({ tenant }) =>
      tenant === undefined ? principal.tenant === null : maySee(principal, tenant),
    );
  return {
    'GET /webhooks': async ({ query, principal }) => {
      const counts = await webhooks.counts();
      const count = (name: string, state: string): number =>
        counts.find((group) => group.endpoint === name && group.state === state)?.count ?? 0;
      const items = visible(principal)
        .filter(({ tenant }) => query.tenant === undefined || tenant === query.tenant)
        .map(({ name, url, events, tenant = null }) => ({
          ...{ name, url: shown(url), events: events ?? ['*'], tenant },
          waiting: count(name, 'waiting'),
          failed: count(name, 'failed'),
        }));
      return { items };
    },
    'GET /webhook-deliveries': async ({ query: { endpoint, state, cursor, limit }, principal }) => {
      const names = principal.tenant === null ? undefined : visible(principal).map(({ name }) => name);
      const endpoints =
        endpoint === undefined ? names : (names ?? [endpoint]).filter((name) => name === endpoint);
      const page = await listed(webhooks.page({ endpoints, state }, { cursor, limit }));
      return { items: page.items.map(told), next: page.next };
    },
    'POST /webhook-deliveries/{delivery}/retry': async (call) => {
      const delivery = await webhooks.get(call.params.delivery);
      const endpoint = visible(call.principal).find(({ name }) => name === delivery?.endpoint);
      if (!delivery || !endpoint) throw unknown('delivery');
      const again = await webhooks.retry(delivery.id);
      await call.audit({ action: 'webhook.retry', tenant: endpoint.tenant ?? null, target: endpoint.name });
      return told(again);
    },
    'POST /webhooks/{name}/trial': async (call) => {
      const endpoint = visible(call.principal).find(({ name }) => name === call.params.name);
      if (!endpoint) throw unknown('webhook');
      const body = {
        type: 'trial',
        timestamp: new Date().toISOString(),
        data: { asked: call.principal.name },
      };
      const sent = await send(endpoint, `godwit-trial-${randomUUID()}`, JSON.stringify(body));
      await call.audit({ action: 'webhook.trial', tenant: endpoint.tenant ?? null, target: endpoint.name });
      return sent;
    },
  };
}
