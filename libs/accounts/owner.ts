import type { Account } from './account.js';

/** The addresses the configuration lists for the account. A login may be called `constructor`. */
export const configuredAddresses = ({ user, tenant }: Account): readonly string[] =>
  Object.hasOwn(tenant.settings.identities, user) ? (tenant.settings.identities[user] ?? []) : [];

/** Whether a certificate with these names is that of the account's user; null: none was asked for. */
export function isOwner(account: Account, names: readonly string[] | null | undefined): boolean {
  if (names === null || names === undefined) return true;
  const own = [account.user, account.address, ...configuredAddresses(account)].map(plain);
  return names.some((name) => own.includes(plain(name)));
}

const plain = (name: string): string => name.trim().normalize('NFC').toLowerCase();
