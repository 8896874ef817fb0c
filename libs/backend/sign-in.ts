import type { Backend } from './port.js';

/** What a phone proved itself with. Sealed on its way between processes, never logged. */
export interface Credentials {
  /** The login as the backend wants it, after the tenant's rules. */
  readonly user: string;
  readonly password: string;
}

/** Opens an account at a source. One per configured source; holds the pools. */
export interface BackendFactory {
  readonly kind: string;
  /**
   * Signs in. Throws BackendError `auth` when the source refuses the credentials, `unavailable` when it cannot be asked.
   * Sources that know no passwords of their own (`judges` false) accept everybody: another source must judge.
   */
  open(credentials: Credentials): Promise<Backend>;
  readonly judges: boolean;
  close(): Promise<void>;
}
