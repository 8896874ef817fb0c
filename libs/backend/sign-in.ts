import type { Backend } from './port.js';

/** What a phone proved itself with. Sealed on its way between processes, never logged. */
export type Credentials = PasswordCredentials | TokenCredentials | VouchedCredentials;

export interface PasswordCredentials {
  /** The login as the backend wants it, after the tenant's rules. */
  readonly user: string;
  readonly password: string;
}

/**
 * An OAuth access token (RFC 6750) that the gateway has judged: its issuer says that this is the user. A source that knows
 * no tokens lets him in without a password; one that does is given the token.
 */
export interface TokenCredentials {
  readonly user: string;
  /** The newest there is at this moment: tokens live an hour, what is open lives on. To be read anew for each connection. */
  readonly accessToken: string;
}

/**
 * Nothing: the gateway has judged who it is by an app password, whatever the mailbox's own password may be. Only a source
 * with a master user can open his account.
 */
export interface VouchedCredentials {
  readonly user: string;
  readonly isVouched: true;
}

export const hasPassword = (credentials: Credentials): credentials is PasswordCredentials =>
  'password' in credentials;

export const isToken = (credentials: Credentials): credentials is TokenCredentials =>
  'accessToken' in credentials;

/**
 * What tells accounts apart that share what is open: a password that was changed opens all anew, a token that was renewed
 * changes nothing. To be hashed before it is kept.
 */
export const proofOf = (credentials: Credentials): string =>
  JSON.stringify(
    hasPassword(credentials)
      ? [credentials.user, credentials.password]
      : // No password is a boolean.
        isToken(credentials)
        ? [credentials.user]
        : [credentials.user, true],
  );

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
