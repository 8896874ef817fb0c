import type { TokenCredentials } from '#backend';

/** Where an account's calendars or address books are and how they are reached. */
export interface DavConfig {
  readonly kind: 'caldav' | 'carddav';
  /** Root of the server, a principal, a home set or a single collection; `{user}` stands for the login. */
  readonly url: string;
  /** PEM of an authority to trust besides the system's. */
  readonly ca?: string;
  /** False accepts any certificate; for tests and trusted networks only. */
  readonly verifyCertificate?: boolean;
  /** Seconds to be connected, and without a byte of an answer; 30 unless given. */
  readonly timeoutSeconds?: number;
  /** Seconds between two looks at what changed while a phone waits; 60 unless given. */
  readonly pollSeconds?: number;
  /** Connections to one server, for all accounts together; 32 unless given. */
  readonly maxConnections?: number;
  /** Objects that are asked for at once; 100 unless given. */
  readonly batchSize?: number;
  /** Milliseconds a server is left alone after the first failure to reach it, doubled up to a minute; 1,000 unless given. */
  readonly rest?: number;
  /** How servers know us (User-Agent). */
  readonly clientName?: string;
}

/** The same with every default filled in. */
export type DavSettings = Required<Omit<DavConfig, 'ca'>> & Pick<DavConfig, 'ca'>;

export const settingsOf = (config: DavConfig): DavSettings => ({
  verifyCertificate: true,
  timeoutSeconds: 30,
  pollSeconds: 60,
  maxConnections: 32,
  batchSize: 100,
  rest: 1_000,
  clientName: 'Godwit',
  ...config,
});

/** What an account proves itself with at the server. */
export type DavCredentials = (
  | { readonly user: string; readonly password: string }
  /** A token (RFC 6750); the login is still needed where the URL has `{user}`. */
  | { readonly user?: string; readonly token: string }
  /** A phone's own token, renewed from time to time. */
  | TokenCredentials
) & {
  /** Where this account is, instead of the URL all share. */
  readonly address?: string;
};

/** The Authorization header of the next request. */
export const authorizationOf = (credentials: DavCredentials): string =>
  'accessToken' in credentials
    ? `Bearer ${credentials.accessToken}`
    : 'token' in credentials
      ? `Bearer ${credentials.token}`
      : `Basic ${Buffer.from(`${credentials.user}:${credentials.password}`).toString('base64')}`;

/** What tells accounts apart, to be hashed: a token that was renewed is still the same account. */
export const davProofOf = (credentials: DavCredentials): string =>
  JSON.stringify('accessToken' in credentials ? [credentials.user, credentials.address] : credentials);
