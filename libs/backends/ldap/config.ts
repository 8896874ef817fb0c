/** What an entry can tell, each by the attributes that hold it; the first that has a value counts. */
export type DirectoryAttribute =
  | 'displayName'
  | 'firstName'
  | 'lastName'
  | 'alias'
  | 'emailAddress'
  | 'otherAddresses'
  | 'title'
  | 'company'
  | 'office'
  | 'phone'
  | 'homePhone'
  | 'mobilePhone'
  | 'picture'
  | 'certificates'
  | 'department'
  | 'manager'
  | 'assistant'
  | 'fax'
  | 'pager'
  | 'street'
  | 'city'
  | 'state'
  | 'postalCode'
  | 'country'
  | 'homeAddress'
  | 'webPage'
  | 'notes';

/** How to ask an LDAP server. */
export interface LdapConfig {
  /** `ldaps://host[:port]` or `ldap://host[:port]`. */
  readonly url: string;
  /** Insists on StartTLS; for `ldap://`. */
  readonly startTls?: boolean;
  /** PEM of an authority to trust besides the system's. */
  readonly ca?: string;
  /** False accepts any certificate; for tests and trusted networks only. */
  readonly verifyCertificate?: boolean;
  readonly base: string;
  readonly schema: 'inetOrgPerson' | 'activeDirectory';
  /** With `{user}`, `{local}` or `{domain}` and no password: each user binds as himself. Absent: anonymous. */
  readonly bindDn?: string;
  readonly password?: string;
  /** RFC 4515: who is in the address book. */
  readonly filter?: string;
  /** RFC 4515 with `{user}`, `{local}`, `{domain}`: the entry of who signed in. */
  readonly userFilter?: string;
  /** Attributes where they differ from the schema's. */
  readonly attributes?: Readonly<Partial<Record<DirectoryAttribute, readonly string[]>>>;
  /** Entries a page; 100 unless given. */
  readonly pageSize?: number;
  /** Most entries looked at for one search; 200 unless given. */
  readonly maxResults?: number;
  /** Milliseconds to be connected, and without an answer; 5,000 unless given. */
  readonly timeout?: number;
  /** Milliseconds a server that could not be asked is left alone; 10,000 unless given. */
  readonly rest?: number;
  /** Milliseconds an answer is good for; 60,000 unless given. */
  readonly remember?: number;
}

/** How the directory is shown as a folder of contacts. */
export interface AddressBookConfig {
  /** What the user reads. */
  readonly name: string;
  /** Whether it is the account's main folder of contacts; else it stands beside that. */
  readonly isMain: boolean;
  /** Milliseconds after which somebody who asks causes a new listing. */
  readonly refresh: number;
  /** How people are filed (trap 98). */
  readonly fileAs: 'last-first' | 'first-last';
}

/** Who signed in. */
export interface LdapUser {
  readonly user: string;
  readonly local: string;
  readonly domain: string;
  /** Null: who signed in with a token has none. */
  readonly password: string | null;
}
