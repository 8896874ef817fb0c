import type { MasterUser } from '#backend';

/** Where an account's mail is and how it is reached. */
export interface ImapConfig {
  readonly host: string;
  readonly port: number;
  /** `starttls` insists on it: without the offer no password is sent. */
  readonly tls: 'implicit' | 'starttls' | 'none';
  /** PEM of an authority to trust besides the system's. */
  readonly ca?: string;
  /** False accepts any certificate; for tests and trusted networks only. */
  readonly verifyCertificate?: boolean;
  /** Signs in for users whose own password, or token, has been judged. */
  readonly masterUser?: MasterUser | undefined;
  /** Connections one account may use for commands; 4 unless given. Watching uses one more. */
  readonly maxConnections?: number;
  /** Milliseconds to be connected and signed in; 10,000 unless given. */
  readonly connectTimeout?: number;
  /** Milliseconds without a byte of the answer to a command; 30,000 unless given. */
  readonly commandTimeout?: number;
  /** Milliseconds an unused connection is kept; 45,000 unless given. */
  readonly idleTimeout?: number;
  /** Milliseconds between two looks at the folders a server cannot watch by itself; 45,000 unless given. */
  readonly pollInterval?: number;
  /** Only folders the user has subscribed to are shown, and those with a purpose; false unless given. */
  readonly subscribedOnly?: boolean;
  /** Folders that are not shown, by path as the user reads it: `*` is anything, levels are parted by `/`. */
  readonly hiddenFolders?: readonly string[];
  /** `all` shows other users' and public folders, too; `personal` unless given. */
  readonly namespaces?: 'personal' | 'all';
  /** How servers know us (ID, RFC 2971). */
  readonly clientName?: string;
}

/** The same with every default filled in. */
export interface ImapSettings extends ImapConfig {
  readonly verifyCertificate: boolean;
  readonly maxConnections: number;
  readonly connectTimeout: number;
  readonly commandTimeout: number;
  readonly idleTimeout: number;
  readonly pollInterval: number;
  readonly clientName: string;
  readonly subscribedOnly: boolean;
  readonly hiddenFolders: readonly string[];
  readonly namespaces: 'personal' | 'all';
}

export const settingsOf = (config: ImapConfig): ImapSettings => ({
  ...config,
  verifyCertificate: config.verifyCertificate ?? true,
  maxConnections: config.maxConnections ?? 4,
  connectTimeout: config.connectTimeout ?? 10_000,
  commandTimeout: config.commandTimeout ?? 30_000,
  idleTimeout: config.idleTimeout ?? 45_000,
  pollInterval: config.pollInterval ?? 45_000,
  clientName: config.clientName ?? 'Godwit',
  subscribedOnly: config.subscribedOnly ?? false,
  hiddenFolders: config.hiddenFolders ?? [],
  namespaces: config.namespaces ?? 'personal',
});
