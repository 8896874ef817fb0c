import type { Log, Metrics } from '#ops';
import type { DeliveryRow, Outcome, WebhookStore } from '#store';
import { deliveriesOf, waitAfter, type Endpoint } from './events.js';
import { send } from './send.js';

/** Entries of timelines looked at, and deliveries sent, at a time. */
const ENTRIES = 500;
const AT_ONCE = 16;

export const deliveryId = (id: string): string => `godwit-${id}`;

export interface DispatcherOptions {
  readonly store: WebhookStore;
  readonly endpoints: readonly Endpoint[];
  readonly log: Log;
  readonly metrics: Metrics;
}

/** Turns what happens to devices into deliveries and sends them. Any number of processes may do so beside each other. */
export class WebhookDispatcher {
  constructor(private readonly options: DispatcherOptions) {}

  /** Does what there is to do by now. Throws StoreUnavailable. */
  async run(): Promise<void> {
    const { store, endpoints } = this.options;
    while ((await store.turn((event) => deliveriesOf(endpoints, event), ENTRIES)) === ENTRIES);
    for (;;) {
      const claimed = await store.claim(AT_ONCE);
      await Promise.all(claimed.map((delivery) => this.deliver(delivery)));
      if (claimed.length < AT_ONCE) return;
    }
  }

  private async deliver(delivery: DeliveryRow): Promise<void> {
    const { store, endpoints, log, metrics } = this.options;
    const endpoint = endpoints.find(({ name }) => name === delivery.endpoint);
    const outcome = endpoint
      ? await attempt(endpoint, delivery)
      : ({ state: 'failed', error: 'not configured any more' } as const);
    await store.settle(delivery.id, outcome);
    metrics.webhooks.inc({ outcome: outcome.state === 'waiting' ? 'retry' : outcome.state });
    if (outcome.state === 'failed')
      log.event('webhook.failed', {
        ...{ webhook: delivery.endpoint, delivery: delivery.id, kind: delivery.event },
        ...{ attempts: delivery.attempts, reason: outcome.error },
      });
  }
}

async function attempt(endpoint: Endpoint, { id, body, attempts }: DeliveryRow): Promise<Outcome> {
  const { ok, detail } = await send(endpoint, deliveryId(id), JSON.stringify(body));
  if (ok) return { state: 'delivered' };
  const wait = waitAfter(attempts);
  if (wait === null) return { state: 'failed', error: detail };
  return { state: 'waiting', error: detail, again: new Date(Date.now() + wait) };
}
