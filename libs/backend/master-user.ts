import { BackendError } from './errors.js';

/** Somebody a server lets act for all its users, with a password of his own. */
export interface MasterUser {
  readonly user: string;
  readonly password: string;
  /**
   * `separator`: the login names both, `ada@example.org*master` (Dovecot's auth_master_user_separator). `authzid`: SASL PLAIN
   * says for whom the master acts (RFC 4616; Cyrus' proxyservers, Dovecot).
   */
  readonly how: 'separator' | 'authzid';
  readonly separator: string;
}

/** What a server is told. */
export interface MasterLogin {
  readonly user: string;
  readonly password: string;
  /** For whom, if the login does not say so itself. */
  readonly authorizeAs: string | null;
}

/** `%` begins a variable in the configuration of servers; what frames SASL PLAIN is a control character. */
const UNFIT = /[\p{Cc}%]/u;

/**
 * A login of this name could mean somebody else once the master's name is put beside it. Throws BackendError `auth`: no
 * account is meant to have such a name.
 */
export function requireOwnName({ separator }: MasterUser, user: string): void {
  if (user === '' || UNFIT.test(user) || user.includes(separator))
    throw new BackendError('auth', 'a login with such characters is nobody’s');
}

/** How the master signs in for a user. Throws BackendError `auth` for a name that is none. */
export function masterLogin(master: MasterUser, user: string): MasterLogin {
  requireOwnName(master, user);
  const { user: name, password, how, separator } = master;
  return how === 'separator'
    ? { user: `${user}${separator}${name}`, password, authorizeAs: null }
    : { user: name, password, authorizeAs: user };
}

/** The one message of SASL PLAIN (RFC 4616 2), in base64. */
export const saslPlain = ({ user, password, authorizeAs }: MasterLogin): string =>
  Buffer.from(`${authorizeAs ?? ''}\0${user}\0${password}`).toString('base64');

/**
 * A server refused the master. The phone's password is as right as it was: this is between the administrator and the
 * server, and must not make phones ask for passwords.
 */
export const masterRefused = (cause: BackendError): BackendError =>
  new BackendError('unavailable', `the master user is refused: ${cause.message}`, {
    reason: 'master-refused',
    retryAfter: 60,
    cause,
  });

/** Who signed in without the mailbox's password, and there is no master user to act for him at this source. */
export const noPassword = (what: string): BackendError =>
  new BackendError('unavailable', `${what}: this account's password is not known here`, {
    reason: 'no-password',
    retryAfter: 300,
  });
