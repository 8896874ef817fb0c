import { oauthBearer, xoauth2, type TokenCredentials } from '#backend';
import type SMTPConnection from 'nodemailer/lib/smtp-connection';

/** The name nodemailer finds the handler by; on the wire stands the mechanism's own. */
export const tokenMethod = 'GODWIT-TOKEN';

const ACCEPTED = 235;
/** The server tells why, and wants to hear something before it refuses (RFC 7628 3.2.3). */
const CHALLENGE = 334;

/**
 * Signs in with a token: by XOAUTH2 where the server offers it, else by OAUTHBEARER (RFC 7628). nodemailer's own way would
 * try a refused token a second time.
 */
export const tokenLogin =
  (place: { readonly host: string; readonly port: number }, credentials: TokenCredentials) =>
  async (server: SMTPConnection.CustomAuthenticationContext): Promise<void> => {
    const isKnown = server.authMethods.includes('XOAUTH2');
    const { name, initial, breaker } = isKnown ? xoauth2(credentials) : oauthBearer(credentials, place);
    let answer = await server.sendCommand(`AUTH ${name} ${initial}`);
    if (answer.status === CHALLENGE) answer = await server.sendCommand(breaker);
    if (answer.status !== ACCEPTED) server.reject(new Error('the token was refused'));
  };
