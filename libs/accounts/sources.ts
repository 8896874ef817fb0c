import { BackendError, type Backend, type ItemClass, type Submitter } from '#backend';
import type { Account } from './account.js';

/** The sources of one tenant, in terms of accounts: each knows how the tenant writes logins. */
export interface TenantSources {
  /** Item classes there is a source for. */
  readonly itemClasses: readonly ItemClass[];
  /** Opens the source that has items of the class; that of Email judges the password. Throws BackendError: `auth`, `unavailable`, `unsupported`. */
  open(itemClass: ItemClass, account: Account): Promise<Backend>;
  /** Opens what hands over mail; null if the tenant cannot send. */
  openSubmitter(account: Account): Promise<Submitter | null>;
  close(): Promise<void>;
}

export const noSource = (itemClass: ItemClass): BackendError =>
  new BackendError('unsupported', `no source is configured for items of class ${itemClass}`);
