import type { Configuration, WebhookEvent } from '#ops';
import type { NewDelivery, ToldEvent } from '#store';

export type Endpoint = Configuration['webhooks'][number];

/** Kinds of timeline entries, and the events they are told as. */
export const EVENT_OF: Readonly<Record<string, WebhookEvent>> = {
  added: 'device.added',
  quarantined: 'device.quarantined',
  blocked: 'device.blocked',
  allowed: 'device.allowed',
  'wipe-requested': 'device.wipe-requested',
  'wipe-cancelled': 'device.wipe-cancelled',
  'wipe-confirmed': 'device.wiped',
  'wipe-failed': 'device.wipe-failed',
  'sync-loop': 'sync.broken',
  'set-aside': 'sync.broken',
};

/** Whom an entry of a timeline is to be told. */
export function deliveriesOf(endpoints: readonly Endpoint[], told: ToldEvent): NewDelivery[] {
  const event = EVENT_OF[told.kind];
  if (!event) return [];
  const { tenant, user, device, deviceId, kind, details } = told;
  const body = {
    type: event,
    timestamp: told.at.toISOString(),
    data: { tenant, user, device, deviceId, kind, details },
  };
  return endpoints
    .filter(({ events, tenant: only }) => (events?.includes(event) ?? true) && (only ?? tenant) === tenant)
    .map(({ name }) => ({ endpoint: name, event, body }));
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
/** Milliseconds until the next attempt, by those that failed: about a day in all. */
const WAITS = [10 * SECOND, MINUTE, 5 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 4 * HOUR, 8 * HOUR, 8 * HOUR];

/** How long to wait after so many attempts, a fifth more or less so that not all come at once; null gives up. */
export function waitAfter(attempts: number, random: () => number = Math.random): number | null {
  const wait = WAITS[attempts - 1];
  return wait === undefined ? null : Math.round(wait * (0.8 + 0.4 * random()));
}
