import {
  hasPassword,
  isToken,
  masterLogin,
  noPassword,
  saslPlain,
  type Credentials,
  type MasterLogin,
} from '#backend';
import type SMTPConnection from 'nodemailer/lib/smtp-connection';
import type { SmtpConfig } from './config.js';
import { tokenLogin, tokenMethod } from './token-login.js';

type CustomAuth = NonNullable<SMTPConnection.Options['customAuth']>;

/** How a connection signs in, in nodemailer's words: what it has to be made with, and what it is told then. */
export interface SmtpLogin {
  readonly customAuth: CustomAuth;
  readonly credentials: Parameters<SMTPConnection['login']>[0];
}

const proxyMethod = 'GODWIT-PROXY';
const ACCEPTED = 235;

/** Throws BackendError: `auth` for a name that is none, `unavailable` where there is neither a password nor a master user. */
export function smtpLogin(config: SmtpConfig, credentials: Credentials): SmtpLogin {
  const { masterUser } = config;
  const { user } = credentials;
  if (masterUser && (config.auth ?? 'user') === 'user') {
    const login = masterLogin(masterUser, user);
    return login.authorizeAs === null
      ? { customAuth: {}, credentials: { user: login.user, pass: login.password } }
      : { customAuth: { [proxyMethod]: proxyLogin(login) }, credentials: { method: proxyMethod, user } };
  }
  if (hasPassword(credentials)) return { customAuth: {}, credentials: { user, pass: credentials.password } };
  if (!isToken(credentials)) throw noPassword('submission');
  return {
    customAuth: { [tokenMethod]: tokenLogin(config, credentials) },
    credentials: { method: tokenMethod, user },
  };
}

/** SASL PLAIN with the name of whom the master acts for, which nodemailer's own has no place for. */
const proxyLogin =
  (login: MasterLogin) =>
  async (server: SMTPConnection.CustomAuthenticationContext): Promise<void> => {
    const { status } = await server.sendCommand(`AUTH PLAIN ${saslPlain(login)}`);
    if (status !== ACCEPTED) server.reject(new Error('the master user was refused'));
  };
