import type { Log } from '#ops';

/** Milliseconds between two lines about the same tenant. */
const PAUSE = 60_000;
/** Tenants that are told apart, and characters of their names: senders give any name they like. */
const MOST = 100;

/** The reason of a refusal at a place where there is nothing. */
export const UNKNOWN_TENANT = 'unknown-tenant';

export interface Refusal {
  readonly tenant: string;
  readonly kind: 'dovecot' | 'signed';
  readonly reason: string;
  readonly address: string;
}

/** Writes that notices were not taken, once a minute for each tenant, kind and reason: whoever sends them does so often. */
export class Refusals {
  private readonly told = new Map<string, { at: number; since: number }>();

  constructor(
    private readonly log: Pick<Log, 'event'>,
    private readonly now: () => number = () => performance.now(),
  ) {}

  add(refusal: Refusal): void {
    const tenant = refusal.tenant.slice(0, MOST);
    // Of names that nobody has there are as many as a stranger likes: they are one.
    const key = `${refusal.kind} ${refusal.reason} ${refusal.reason === UNKNOWN_TENANT ? '' : tenant}`;
    const before = this.told.get(key);
    const now = this.now();
    if (before && now - before.at < PAUSE) return void before.since++;
    if (this.told.size >= MOST) this.told.clear();
    this.told.set(key, { at: now, since: 0 });
    this.log.event('push.refused', {
      ...refusal,
      tenant,
      count: (before?.since ?? 0) + 1,
    });
  }
}
