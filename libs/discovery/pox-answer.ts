import { Schema } from './schemas.js';

/** Who asked, as the answer names him. */
export interface AnsweredUser {
  /** The mail address, not the login (trap 107). */
  readonly address: string;
  readonly displayName: string;
}

/** A mail server as desktop programs are told of it. */
export interface MailServerHint {
  readonly host: string;
  readonly port: number;
  /** TLS from the first byte. Without it programs use STARTTLS. */
  readonly tls: boolean;
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escape = (text: string): string =>
  text
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '')
    .replace(/[&<>"]/g, (c) => entities[c]!);
const element = (name: string, text: string): string => `<${name}>${escape(text)}</${name}>`;

const answer = (response: string): string =>
  `<?xml version="1.0" encoding="utf-8"?>\n<Autodiscover xmlns="${Schema.response}">${response}</Autodiscover>\n`;

const mobileSync = ({ address, displayName }: AnsweredUser, action: string): string =>
  answer(
    `<Response xmlns="${Schema.mobileSyncResponse}"><Culture>en:us</Culture>` +
      `<User>${element('DisplayName', displayName)}${element('EMailAddress', address)}</User>` +
      `<Action>${action}</Action></Response>`,
  );

/** Where the phone's server is (MS-ASCMD 2.2.3.158.1 Settings). */
export const mobileSyncSettings = (user: AnsweredUser, url: string): string =>
  mobileSync(
    user,
    `<Settings><Server><Type>MobileSync</Type>${element('Url', url)}${element('Name', url)}</Server></Settings>`,
  );

/** Ask again for this address, at its domain (2.2.3.147 Redirect). */
export const mobileSyncRedirect = (user: AnsweredUser, address: string): string =>
  mobileSync(user, element('Redirect', address));

/** Nothing is known of the address (2.2.3.177.1: 2, protocol error, is the only Status there is). */
export const mobileSyncError = (user: AnsweredUser, message: string): string =>
  mobileSync(
    user,
    `<Error><Status>2</Status>${element('Message', message)}<DebugData>User</DebugData></Error>`,
  );

const protocol = (type: string, { host, port, tls }: MailServerHint, login: string): string =>
  `<Protocol>${element('Type', type)}${element('Server', host)}${element('Port', String(port))}` +
  `<DomainRequired>off</DomainRequired>${element('LoginName', login)}<SPA>off</SPA>` +
  `${element('SSL', tls ? 'on' : 'off')}${tls ? '' : element('Encryption', 'TLS')}` +
  `<AuthRequired>on</AuthRequired></Protocol>`;

/** The account in the Outlook schema: mail servers for desktop programs, and ActiveSync. */
export function outlookSettings(
  user: AnsweredUser,
  about: {
    readonly login: string;
    readonly url: string;
    readonly imap?: MailServerHint | undefined;
    readonly smtp?: MailServerHint | undefined;
  },
): string {
  const protocols = [
    ...(about.imap ? [protocol('IMAP', about.imap, about.login)] : []),
    ...(about.smtp ? [protocol('SMTP', about.smtp, about.login)] : []),
    `<Protocol><Type>MobileSync</Type>${element('Server', about.url)}${element('Name', about.url)}</Protocol>`,
  ];
  return answer(
    `<Response xmlns="${Schema.outlookResponse}">` +
      `<User>${element('DisplayName', user.displayName)}${element('AutoDiscoverSMTPAddress', user.address)}</User>` +
      `<Account><AccountType>email</AccountType><Action>settings</Action>${protocols.join('')}</Account></Response>`,
  );
}

/** The account in the Outlook schema is elsewhere: ask again for this address. */
export const outlookRedirect = (user: AnsweredUser, address: string): string =>
  answer(
    `<Response xmlns="${Schema.outlookResponse}"><User>${element('DisplayName', user.displayName)}</User>` +
      `<Account><AccountType>email</AccountType><Action>redirectAddr</Action>` +
      `${element('RedirectAddr', address)}</Account></Response>`,
  );

/** The request itself is refused: 600 is "invalid request", 601 "schema not provided" (MS-ASCMD 2.2.3.61 ErrorCode). */
export function poxError(code: 600 | 601, now: Date): string {
  const message = code === 600 ? 'Invalid Request' : 'Requested schema version not supported';
  // The seconds of the day with hundredths and some number: what Exchange's own errors carry, for who reads a log.
  const time = now.toISOString().slice(11, 23);
  return answer(
    `<Response><Error Time="${time}" Id="${Math.floor(now.getTime() / 1000) % 2 ** 31}">` +
      `<ErrorCode>${code}</ErrorCode><Message>${message}</Message><DebugData/></Error></Response>`,
  );
}
