import { setImmediate as turn, setTimeout as delay } from 'node:timers/promises';
import { judge, sameJudgement } from '#policy';
import type { AccessRules, JudgedDevice } from '#store';
import type { AdminParts } from '../parts.js';

/** Devices judged at a time: the process goes on with other things in between. */
const BATCH = 500;

/** Milliseconds a change waits for the devices to be judged: in a small installation that is done when it is answered. */
const PATIENCE = 2_000;

type Needed = Pick<AdminParts, 'bus' | 'stores'> & { readonly report: (error: unknown) => void };

/**
 * Judges devices again when rules or a tenant's settings changed, and tells those that are served otherwise than before:
 * a waiting phone comes back at once. One walk through the devices at a time; a change during it begins another one after
 * it, by the rules as they are then.
 */
export class Rejudging {
  private running: Promise<void> | null = null;
  /** Null: all tenants; undefined: nobody asked. */
  private next: string | null | undefined;

  constructor(private readonly parts: Needed) {}

  /** Tells everybody that the rules changed, and judges the devices of a tenant, or of all. Resolves when that is done. */
  async changed(tenant: string | null): Promise<void> {
    this.parts.bus.publish('rules-changed', { tenant });
    this.ask(tenant);
    this.running ??= this.walks().finally(() => (this.running = null));
    await this.running;
  }

  /** The same, waited for a moment only: what is left goes on by itself. */
  async soon(tenant: string | null): Promise<void> {
    const enough = new AbortController();
    const pause = delay(PATIENCE, undefined, { signal: enough.signal }).catch(() => undefined);
    await Promise.race([this.changed(tenant), pause]);
    enough.abort();
  }

  private ask(tenant: string | null): void {
    this.next = this.next === undefined || this.next === tenant ? tenant : null;
  }

  private async walks(): Promise<void> {
    while (this.next !== undefined) {
      const tenant = this.next;
      this.next = undefined;
      try {
        await this.walk(tenant);
      } catch (error) {
        this.parts.report(error);
      }
    }
  }

  private async walk(tenant: string | null): Promise<void> {
    const { access } = this.parts.stores;
    const rules = await access.all();
    for (let after = '0'; ;) {
      const devices = await access.devices(after, tenant, BATCH);
      if (!(await this.judgeBatch(rules, devices))) {
        // Another process changed the rules; whose walk is the faster one must not matter.
        this.ask(tenant);
        return;
      }
      const last = devices.at(-1);
      if (!last || devices.length < BATCH) return;
      after = last.id;
      await turn();
    }
  }

  /** False: the rules are not in force any more. */
  private async judgeBatch(rules: AccessRules, devices: readonly JudgedDevice[]): Promise<boolean> {
    const judged = devices.flatMap((device) => {
      const { judgement } = judge(rules, device);
      return sameJudgement(judgement, device.judgement) ? [] : [{ device, judgement }];
    });
    const written = judged.map(({ device: { id }, judgement }) => ({ id, judgement }));
    if (!(await this.parts.stores.access.judge(written, rules.revision))) return false;
    for (const { device } of judged) {
      const { tenant, user, deviceId } = device.identity;
      this.parts.bus.publish('device-changed', { tenant, user, device: deviceId });
    }
    return true;
  }
}
