import { isToken, type Credentials } from '#backend';

/** How a connection signs in, in imapflow's words. */
export interface ImapLogin {
  readonly user: string;
  readonly pass?: string;
  readonly accessToken?: string;
  /** Who is meant, where `user` is somebody who may act for him (RFC 4616). */
  readonly authzid?: string;
  readonly loginMethod?: 'AUTH=PLAIN';
}

/** The user himself. A token is read now: it may have been renewed since the last time. */
export function ownLogin(credentials: Credentials): ImapLogin {
  const { user } = credentials;
  return isToken(credentials)
    ? { user, accessToken: credentials.accessToken }
    : { user, pass: credentials.password };
}
