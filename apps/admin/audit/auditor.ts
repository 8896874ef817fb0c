import type { Role } from '#admin-api';
import type { Log } from '#ops';
import type { AuditStore } from '#store';
import type { Change, Principal } from '../call.js';

/** Milliseconds in which the same refusal of the same caller is written once. */
const ONCE_IN = 60_000;
/** Callers whose refusals are remembered; beyond that the oldest are forgotten and may be written again. */
const REMEMBERED = 1000;

/** Who a failed sign-in was by is not known. */
const NOBODY = { name: 'nobody', role: 'nobody' } as const;

/** Keeps who changed what, from where and why; and, sparsely, what was refused. */
export class StoredAuditor {
  private readonly refusals = new Map<string, number>();

  constructor(
    private readonly store: AuditStore,
    private readonly log: Log,
    /** Milliseconds. */
    private readonly now: () => number = Date.now,
  ) {}

  /** Throws StoreUnavailable: what cannot be written down is not told as done. */
  async record(principal: Principal, address: string, change: Change): Promise<void> {
    await this.write(principal, address, change);
    const { action, tenant = null, user = null, deviceId = null, target = null } = change;
    this.log.event('admin.changed', {
      who: principal.name,
      address,
      action,
      tenant,
      user,
      device: deviceId,
      target,
    });
  }

  /** Notes what a job of Godwit's own did. */
  system(name: string, change: Change): Promise<void> {
    return this.write({ name, role: 'system' }, '', change);
  }

  /** Notes that somebody was refused, `what` being a route or `sign-in`. Never throws: the refusal is what counts. */
  async refused(principal: Principal | null, address: string, what: string, why: string): Promise<void> {
    const who = principal ?? NOBODY;
    if (!this.isNews(`${who.name} ${address} ${what} ${why}`)) return;
    this.log.event('admin.refused', { address, path: what, who: who.name, reason: why });
    const change: Change = {
      action: principal ? 'refused' : 'session.refused',
      tenant: principal?.tenant ?? null,
      target: what,
      details: { why },
    };
    await this.write(who, address, change).catch((error: unknown) =>
      this.log.event('store.unavailable', { error }),
    );
  }

  private async write(
    { name, role }: { readonly name: string; readonly role: Role | 'nobody' | 'system' },
    address: string,
    { action, tenant, user, deviceId, target, reason, details }: Change,
  ): Promise<void> {
    await this.store.add({
      actor: name,
      role,
      address,
      action,
      tenant: tenant ?? null,
      user: user ?? null,
      deviceId: deviceId ?? null,
      target: target ?? null,
      reason: reason ?? null,
      details: JSON.parse(JSON.stringify(details ?? {})) as Record<string, never>,
    });
  }

  private isNews(key: string): boolean {
    const now = this.now();
    const last = this.refusals.get(key);
    if (last !== undefined && now - last < ONCE_IN) return false;
    this.refusals.delete(key);
    this.refusals.set(key, now);
    const [oldest] = this.refusals.keys();
    if (this.refusals.size > REMEMBERED && oldest !== undefined) this.refusals.delete(oldest);
    return true;
  }
}
