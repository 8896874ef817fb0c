import type { MasterUser } from '#backend';

/** Where mail is handed over for delivery. */
export interface SmtpConfig {
  readonly host: string;
  readonly port: number;
  /** `starttls` insists on it. */
  readonly tls: 'implicit' | 'starttls' | 'none';
  /** PEM of an authority to trust besides the system's. */
  readonly ca?: string;
  /** False accepts any certificate; for tests and trusted networks only. */
  readonly verifyCertificate?: boolean;
  /** `user` signs in as the phone's user (the default), `none` not at all, else as this account. */
  readonly auth?: 'user' | 'none' | { readonly user: string; readonly password: string };
  /** Signs in for the phone's user in place of him; of no use unless `auth` is `user`. */
  readonly masterUser?: MasterUser | undefined;
  /** Milliseconds to be connected and greeted; 10,000 unless given. */
  readonly connectTimeout?: number;
  /** Milliseconds without an answer; 300,000 unless given: a server may think long over a message (RFC 5321 4.5.3.2). */
  readonly commandTimeout?: number;
  /** How we introduce ourselves (EHLO). */
  readonly clientName?: string;
}
