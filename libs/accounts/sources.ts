import {
  BackendError,
  type Backend,
  type Directory,
  type Identity,
  type ItemClass,
  type OutOfOffice,
  type Submitter,
} from '#backend';
import type { Account } from './account.js';

/** What an account can have beside its items; absent where its tenant has none. */
export interface Services {
  readonly submitter: Submitter;
  readonly directory: Directory;
  readonly outOfOffice: OutOfOffice;
  readonly freeBusy: FreeBusyServer;
}

/** Tells when others are free, as their calendars' server has it. */
export interface FreeBusyServer {
  /** An iCalendar text with VFREEBUSY; null if the server knows nothing of this address. Throws BackendError. */
  ask(address: string, start: Date, end: Date): Promise<string | null>;
  close(): Promise<void>;
}

/** Opens one of a tenant's services for its accounts. */
export interface Opener<Service> {
  open(account: Account): Service;
  close(): Promise<void>;
}

/** Tells the addresses an account may send from, the main one first. */
export type IdentitiesOf = () => Promise<readonly Identity[]>;

/** The sources of one tenant, in terms of accounts: each knows how the tenant writes logins. */
export interface TenantSources {
  /** Item classes there is a source for. */
  readonly itemClasses: readonly ItemClass[];
  /**
   * Opens the source that has items of the class; that of Email judges the password. `identities` says whose meetings are
   * the account's own: its address alone unless given. Throws BackendError: `auth`, `unavailable`, `unsupported`.
   */
  open(itemClass: ItemClass, account: Account, identities?: IdentitiesOf): Promise<Backend>;
  /** Opens what hands over mail, answers for the directory, ...; null if the tenant has nothing of the kind. */
  openService<Name extends keyof Services>(name: Name, account: Account): Promise<Services[Name] | null>;
  close(): Promise<void>;
}

export const noSource = (itemClass: ItemClass): BackendError =>
  new BackendError('unsupported', `no source is configured for items of class ${itemClass}`);
