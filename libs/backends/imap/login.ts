import { hasPassword, isToken, masterLogin, noPassword, type Credentials, type MasterUser } from '#backend';

/** How a connection signs in, in imapflow's words. */
export interface ImapLogin {
  readonly user: string;
  readonly pass?: string;
  readonly accessToken?: string;
  /** Who is meant, where `user` is somebody who may act for him (RFC 4616). */
  readonly authzid?: string;
  readonly loginMethod?: 'AUTH=PLAIN';
}

/** The user himself. A token is read now: it may have been renewed since the last time. Throws BackendError. */
export function ownLogin(credentials: Credentials): ImapLogin {
  const { user } = credentials;
  if (hasPassword(credentials)) return { user, pass: credentials.password };
  if (isToken(credentials)) return { user, accessToken: credentials.accessToken };
  throw noPassword('mail');
}

/** The master for the user. LOGIN has no place for two names, so that it must be SASL where they are told apart. */
export function loginOfMaster(master: MasterUser, name: string): ImapLogin {
  const { user, password: pass, authorizeAs } = masterLogin(master, name);
  return authorizeAs === null
    ? { user, pass }
    : { user, pass, authzid: authorizeAs, loginMethod: 'AUTH=PLAIN' };
}
