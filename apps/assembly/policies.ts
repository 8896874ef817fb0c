import { PolicyBook, Provisioning } from '#policy';
import { StoreUnavailable, type Database } from '#store';
import type { Core } from './core.js';

/** What phones must accept if nobody assigned anything else: the configuration's policy, by each tenant's rule. */
const configured = ({ configuration, accounts }: Core) => ({
  settings: configuration.policy,
  ruleOf: (tenant: string) => accounts.tenants.named(tenant)?.settings.provisioning ?? 'required',
});

/** The policies as this host of device actors knows them. Throws StoreUnavailable: without them it lets nobody in. */
export async function openProvisioning(core: Core, database: Database): Promise<Provisioning> {
  const { bus, log } = core;
  const book = new PolicyBook({
    load: () => database.administration.policies.rows(),
    onFailure: (error) =>
      error instanceof StoreUnavailable
        ? log.event('store.unavailable', { error })
        : log.event('bug', { where: 'policies', error }),
  });
  await book.open();
  bus.subscribe('policies-changed', () => book.refresh());
  bus.onGap(() => book.refresh());
  return new Provisioning({ ...configured(core), assigned: (identity) => book.assigned(identity) });
}
