/**
 * Who the phones' users are. A login is understood (`parseLogin`), its domain finds the tenant, the tenant's mail source
 * judges the password, and what is open for the account is shared by everybody in this process who leases it.
 * `Accounts` is the door: `authenticate` for the gateway, `seal` and `backends` for the way to a device actor, `lease` for
 * both. `connectTenant` opens the sources the configuration names.
 */
export { Account } from './account.js';
export { appPasswordDigest, appPasswordIn, drawAppPassword, type AppPasswords } from './app-passwords.js';
export { Accounts, type AccountIdentity, type AccountsOptions } from './accounts.js';
export { connectTenant } from './connect.js';
export {
  addressKey,
  freeGuesses,
  LocalFailureCounts,
  type FailureCounts,
  type Guess,
  type GuessKind,
} from './failures.js';
export type { Sealer } from './sealer.js';
export { storedNames } from './name-books.js';
export type { PimShared } from './pim-sources.js';
export type { Lease } from './pool.js';
export type { Circumstances, Refusal, RefusalReason, SignInResult } from './sign-in.js';
export type { TenantSources } from './sources.js';
export { fill, parseLogin, Tenants, type Login, type Tenant } from './tenants.js';
export { examine, type Examination, type SourceStep } from './examine.js';
