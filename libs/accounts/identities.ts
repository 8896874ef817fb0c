import { BackendError, type Directory, type Identity } from '#backend';
import type { Account } from './account.js';
import { configuredAddresses } from './owner.js';
import type { IdentitiesOf } from './sources.js';

/**
 * The addresses an account may send from (trap 73): what the configuration lists for it, what the directory knows of it,
 * and its own. The main one comes first; each stands once. A directory that is down takes nothing from the others.
 */
export async function identitiesOf(
  account: Account,
  directory: () => Promise<Directory | null>,
): Promise<readonly Identity[]> {
  const found = [
    ...configuredAddresses(account).map((address) => ({ address, displayName: null })),
    ...(await known(directory)),
    { address: account.address, displayName: null },
  ];
  const byAddress = new Map<string, Identity>();
  for (const { address, displayName } of found) {
    const key = address.toLowerCase();
    const before = byAddress.get(key);
    byAddress.set(key, { address: key, displayName: before?.displayName ?? displayName });
  }
  return [...byAddress.values()];
}

/** For who needs no more: no directory is asked. */
export const ownAddress =
  ({ address }: Account): IdentitiesOf =>
  async () => [{ address, displayName: null }];

async function known(directory: () => Promise<Directory | null>): Promise<readonly Identity[]> {
  try {
    return (await (await directory())?.identities()) ?? [];
  } catch (error) {
    if (error instanceof BackendError) return [];
    throw error;
  }
}
