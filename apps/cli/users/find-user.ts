import type { Api } from '../api/run.js';
import { CommandFailure, misused } from '../exit-codes.js';

/** Tenant and name of a user, for routes that want both. Throws CommandFailure unless it is exactly one. */
export async function userOf(
  { client }: Api,
  user: string,
  tenant: string | undefined,
): Promise<{ tenant: string; user: string }> {
  if (tenant !== undefined) return { tenant, user };
  const { items } = await client.call('GET /users', { query: { q: user, limit: 1000 } });
  const found = items.filter((one) => one.user.toLowerCase() === user.toLowerCase());
  const [only, ...others] = found;
  if (others.length > 0)
    throw misused(`Say which tenant with --tenant: ${found.map((one) => one.tenant).join(', ')}.`);
  if (only) return { tenant: only.tenant, user: only.user };
  // Somebody who never synced is in no list, but can be tried or switched off all the same.
  const tenants = await client.call('GET /tenants', {});
  const [single, ...more] = tenants.items;
  if (single !== undefined && more.length === 0) return { tenant: single.name, user };
  throw new CommandFailure(`No device of ${user} is known yet: say which tenant with --tenant.`);
}
