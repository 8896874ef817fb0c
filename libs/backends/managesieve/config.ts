import type { MasterUser } from '#backend';

/** Where Sieve scripts are kept. */
export interface ManageSieveConfig {
  readonly host: string;
  readonly port: number;
  /** `starttls` insists on it. */
  readonly tls: 'implicit' | 'starttls' | 'none';
  /** PEM of an authority to trust besides the system's. */
  readonly ca?: string;
  /** False accepts any certificate; for tests and trusted networks only. */
  readonly verifyCertificate?: boolean;
  /** Signs in for users whose own password, or token, has been judged. */
  readonly masterUser?: MasterUser | undefined;
  /** Milliseconds to be connected, and without an answer; 10,000 unless given. */
  readonly timeout?: number;
  /** Milliseconds a server that could not be reached is left alone; 10,000 unless given. */
  readonly rest?: number;
}
