/** Somebody in a directory (MS-ASCMD 2.2.3.77, code page GAL). Absent is not known. */
export interface DirectoryEntry {
  readonly displayName: string;
  readonly emailAddress: string;
  readonly firstName?: string;
  readonly lastName?: string;
  readonly alias?: string;
  readonly title?: string;
  readonly company?: string;
  readonly office?: string;
  readonly phone?: string;
  readonly homePhone?: string;
  readonly mobilePhone?: string;
  /** JPEG or PNG as stored; only where `pictures` was asked for. */
  readonly picture?: Uint8Array;
  /** X.509 certificates in DER for S/MIME; only where `certificates` was asked for. */
  readonly certificates?: readonly Uint8Array[];
}

export interface DirectoryRequest {
  /** What the user typed: the beginning of a name, of a word of it, of an address or an alias. */
  readonly text: string;
  /** How many entries the caller can use. */
  readonly limit: number;
  readonly pictures?: boolean;
  readonly certificates?: boolean;
}

export interface DirectoryAnswer {
  /** Best first: who is named so exactly before who is named so at the beginning. */
  readonly entries: readonly DirectoryEntry[];
  /** How many there are in all, as far as the directory could tell; at least `entries.length`. */
  readonly total: number;
}

/** An address somebody may send mail from. */
export interface Identity {
  /** Lower-cased. */
  readonly address: string;
  readonly displayName: string | null;
}

/** A company's address book. Throws BackendError. */
export interface Directory {
  readonly kind: string;
  search(request: DirectoryRequest): Promise<DirectoryAnswer>;
  /** The addresses of the user who signed in, the main one first; empty if the directory does not know him. */
  identities(): Promise<readonly Identity[]>;
  close(): Promise<void>;
}
