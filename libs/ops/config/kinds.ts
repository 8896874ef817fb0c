import { z } from 'zod';
import { key } from './declare.js';
import { masterUser } from './master-user-keys.js';
import { caldav, carddav, imapNotes, pimKindProse, pimMemory, vdir } from './pim-kinds.js';

const host = () =>
  key(z.string().min(1), 'Name or address of the server.', { expects: 'a host name or address' });
const port = (implicit: number, otherwise: number) =>
  key(
    z.number().int().min(1).max(65535).optional(),
    `Port of the server; ${implicit} with \`tls: implicit\`, else ${otherwise}, unless given.`,
  );
const tls = () =>
  key(
    z.enum(['implicit', 'starttls', 'none']).default('implicit'),
    'How the connection is protected: TLS from the first byte, STARTTLS (required, never optional), or not at all.',
  );
const verifyCertificate = () =>
  key(z.boolean().default(true), "Whether the server's certificate must be valid. False only for tests.");
const login = () =>
  key(
    z.string().min(1).default('{user}'),
    'The login given to the server, with `{user}`, `{local}` and `{domain}`.',
  );

const imap = z.strictObject({
  kind: z.literal('imap'),
  host: host(),
  port: port(993, 143),
  tls: tls(),
  verifyCertificate: verifyCertificate(),
  login: login(),
  masterUser: masterUser(),
  maxConnections: key(
    z.number().int().min(1).max(50).default(4),
    'Most connections of one account on one node at a time; watching uses one more.',
  ),
  idleSeconds: key(
    z.number().int().min(1).max(1740).default(60),
    'After how many seconds without use a connection is closed.',
  ),
  subscribedOnly: key(
    z.boolean().default(false),
    'Whether phones see only folders the user has subscribed to. The Inbox and folders with a purpose (Sent, Trash, ...) are shown in any case.',
  ),
  hiddenFolders: key(
    z.array(z.string().min(1)).default([]),
    'Folders phones do not see, with all below them: paths as the user reads them, levels parted by `/`, where `*` is anything (`Archive/*`, `*/Old`). The Inbox is always shown.',
  ),
  namespaces: key(
    z.enum(['personal', 'all']).default('personal'),
    "Whether phones see the user's own folders only, or those other users share and public ones, too. Folders without the right to write are read-only.",
  ),
});

const passwords = () =>
  key(
    z.record(z.string().min(1), z.string().min(1)).default({}),
    'Account names (with their domain, if they have one) and passwords. A value may be a hash, `$scrypt$ln=15,r=8,p=1$SALT$HASH`.',
    { secret: true },
  );

const maildir = z.strictObject({
  kind: z.literal('maildir'),
  path: key(z.string().min(1), "The account's Maildir++ folder, with `{user}`, `{local}` and `{domain}`.", {
    expects: 'a path',
  }),
  passwords: passwords(),
  passwordFile: key(
    z.string().min(1).optional(),
    'A file of `user:hash` lines that judges passwords instead; it is read again when it changes.',
    { expects: 'a path' },
  ),
});

const memory = z.strictObject({ kind: z.literal('memory'), passwords: passwords() });

const smtp = z.strictObject({
  kind: z.literal('smtp'),
  host: host(),
  port: port(465, 587),
  tls: tls(),
  verifyCertificate: verifyCertificate(),
  login: login(),
  masterUser: masterUser(),
  authenticate: key(
    z.boolean().default(true),
    "Whether to sign in with the phone's credentials. False for a relay that trusts this host.",
  ),
});

const local = z.strictObject({ kind: z.literal('local') });

/** What can be read from another attribute of a directory than its schema's. */
const directoryAttributes = [
  'displayName',
  'firstName',
  'lastName',
  'alias',
  'emailAddress',
  'otherAddresses',
  'title',
  'company',
  'office',
  'phone',
  'homePhone',
  'mobilePhone',
  'picture',
  'certificates',
  'department',
  'manager',
  'assistant',
  'fax',
  'pager',
  'street',
  'city',
  'state',
  'postalCode',
  'country',
  'homeAddress',
  'webPage',
  'notes',
] as const;

const filter = (prose: string) =>
  key(
    z
      .string()
      .regex(/^\(.*\)$/s)
      .optional(),
    prose,
    { expects: 'an LDAP filter in parentheses' },
  );

const ldap = z.strictObject({
  kind: z.literal('ldap'),
  url: key(z.url({ protocol: /^ldaps?$/ }), 'The server: `ldaps://host[:port]`, or `ldap://host[:port]`.', {
    expects: 'an ldap or ldaps URL',
  }),
  startTls: key(
    z.boolean().default(false),
    'Whether a connection to an `ldap://` URL is protected by StartTLS; if so, never without.',
  ),
  verifyCertificate: verifyCertificate(),
  base: key(z.string(), 'Name of the entry under which people are searched.', { expects: 'a DN' }),
  schema: key(
    z.enum(['inetOrgPerson', 'activeDirectory']).default('inetOrgPerson'),
    'Which attributes people have, unless `attributes` says otherwise.',
  ),
  bindDn: key(
    z.string().min(1).optional(),
    'Who asks. With `{user}`, `{local}` or `{domain}` and without `password` each user asks as himself; without `bindDn` nobody signs in.',
    { expects: 'a DN' },
  ),
  password: key(z.string().min(1).optional(), 'Password of `bindDn`.', { secret: true }),
  filter: filter(
    'Who is in the address book. Unless given: every `person`; in Active Directory those not hidden from address lists.',
  ),
  userFilter: filter(
    'Finds the entry of who signed in, with `{user}`, `{local}` and `{domain}`; his addresses there are his to send from. Unless given: whose `mail` or `uid` (or `userPrincipalName`, `sAMAccountName`) is the login. More than one entry counts as none.',
  ),
  attributes: key(
    z.partialRecord(z.enum(directoryAttributes), z.array(z.string().min(1)).min(1)).default({}),
    `Attributes that differ from the schema's; the first with a value counts. Known here: ${directoryAttributes.join(', ')}.`,
    { expects: 'a map of names to lists of attributes' },
  ),
  addressBook: key(
    z.string().min(1).max(100).optional(),
    'Name of a read-only contacts folder in which phones see everybody of the directory. Without it there is none; people are still found by searching.',
    { expects: 'a name' },
  ),
  addressBookRefreshSeconds: key(
    z.number().int().min(10).max(86_400).default(900),
    'After how many seconds the people of that folder are listed again. One listing serves all who bind in the same way.',
  ),
  pageSize: key(z.number().int().min(1).max(1000).default(100), 'Entries asked for at a time.'),
  maxResults: key(
    z.number().int().min(1).max(5000).default(200),
    'Most entries looked at for one search; the best of them are told.',
  ),
  timeoutSeconds: key(
    z.number().min(0.1).max(60).default(5),
    'How long the server may take to answer. After a failure it is left alone for ten seconds.',
  ),
});

const managesieve = z.strictObject({
  kind: z.literal('managesieve'),
  host: host(),
  port: key(z.number().int().min(1).max(65535).default(4190), 'Port of the server.'),
  tls: key(
    z.enum(['implicit', 'starttls', 'none']).default('starttls'),
    'How the connection is protected: TLS from the first byte, STARTTLS (required, never optional), or not at all.',
  ),
  verifyCertificate: verifyCertificate(),
  login: login(),
  masterUser: masterUser(),
  timeoutSeconds: key(
    z.number().min(0.1).max(60).default(5),
    'How long the server may take to answer. After a failure it is left alone for ten seconds.',
  ),
});

/**
 * The kinds a tenant's sections can have. A new kind of source is one more entry here; everything else (validation,
 * environment overrides, the reference page) follows from it.
 */
export const kinds = {
  mail: [imap, maildir, memory],
  submission: [smtp, local],
  directory: [ldap],
  outOfOffice: [managesieve],
  calendar: [caldav, vdir, pimMemory],
  tasks: [caldav, vdir, pimMemory],
  contacts: [carddav, vdir, ldap, pimMemory],
  notes: [imapNotes, vdir, caldav, pimMemory],
} as const;

/** What each kind is, for the reference page. */
export const kindProse: Readonly<Record<string, string>> = {
  imap: 'Mail on an IMAP server. The server judges the password.',
  maildir: 'Mail in a Maildir++ on this machine. Godwit itself judges the password.',
  memory: 'Items in the memory of this process, for trying things out. Gone when the process ends.',
  ...pimKindProse,
  smtp: 'Submission to an SMTP server.',
  local: "Delivery into the Maildirs of the tenant's own accounts, without any server.",
  ldap: "A company's address book in LDAP: search, recipient checks, pictures and certificates, and the addresses of each user. As `contacts` it is a read-only folder of everybody.",
  managesieve:
    "Automatic replies in the user's Sieve scripts (RFC 5804), beside his own rules. Replies for known external senders go out only if the server can test against the user's address book.",
};

/** Kinds the plan knows and this version does not: they deserve a better answer than "unknown key". */
export const notYet: readonly string[] = ['jmap'];

export type MailSettings = z.output<(typeof kinds.mail)[number]>;
export type SubmissionSettings = z.output<(typeof kinds.submission)[number]>;
export type DirectorySettings = z.output<(typeof kinds.directory)[number]>;
export type OutOfOfficeSettings = z.output<(typeof kinds.outOfOffice)[number]>;
export type PimSettings = z.output<
  (typeof kinds.calendar | typeof kinds.contacts | typeof kinds.notes)[number]
>;
