import type { TenantSettings } from '#ops';
import type { Account } from './account.js';
import { fill } from './tenants.js';

/** How a source writes logins; those without a login of their own know accounts by their name. */
const templateOf = (source: object | undefined): string =>
  source && 'login' in source && typeof source.login === 'string' ? source.login : '{user}';

/**
 * What the servers of an account call it, in lower case: the mail's first, then all others, and the account's own name, by
 * which people know it. Whoever tells of changes may use any of them.
 */
export function loginsOf({ tenant: { settings }, login }: Account): [string, ...string[]] {
  const { mail, calendar, contacts, tasks, notes }: TenantSettings = settings;
  const names = [mail, calendar, contacts, tasks, notes].map((source) =>
    fill(templateOf(source), login).toLowerCase(),
  );
  const [first, ...others] = new Set([...names, login.user]);
  return [first ?? login.user, ...others];
}
