import type { AdminParts } from '../parts.js';

/**
 * Lists show at once which devices must be given another policy, and everybody is told: hosts of actors load the policies
 * anew, gateways have waiting phones look again, a few at a time. `changed` is the policy whose content is another one.
 */
export async function policiesChanged(
  { stores, bus }: AdminParts,
  tenant: string | null,
  changed: string | null = null,
): Promise<void> {
  await stores.policies.markDevices(changed);
  bus.publish('policies-changed', { tenant });
}
