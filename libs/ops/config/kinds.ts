import { z } from 'zod';
import { key } from './declare.js';

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
  maxConnections: key(
    z.number().int().min(1).max(50).default(4),
    'Most connections of one account on one node at a time; watching uses one more.',
  ),
  idleSeconds: key(
    z.number().int().min(1).max(1740).default(60),
    'After how many seconds without use a connection is closed.',
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
  authenticate: key(
    z.boolean().default(true),
    "Whether to sign in with the phone's credentials. False for a relay that trusts this host.",
  ),
});

const local = z.strictObject({ kind: z.literal('local') });

/**
 * The kinds a tenant's sections can have. A new kind of source is one more entry here; everything else (validation,
 * environment overrides, the reference page) follows from it.
 */
export const kinds = {
  mail: [imap, maildir, memory],
  submission: [smtp, local],
} as const;

/** What each kind is, for the reference page. */
export const kindProse: Readonly<Record<string, string>> = {
  imap: 'Mail on an IMAP server. The server judges the password.',
  maildir: 'Mail in a Maildir++ on this machine. Godwit itself judges the password.',
  memory: 'Mail in the memory of this process, for trying things out. Gone when the process ends.',
  smtp: 'Submission to an SMTP server.',
  local: "Delivery into the Maildirs of the tenant's own accounts, without any server.",
};

/** Sections of a tenant and kinds the plan knows and this version does not: they deserve a better answer than "unknown key". */
export const notYet = {
  sections: ['calendar', 'tasks', 'contacts', 'notes', 'directory', 'outOfOffice'],
  kinds: ['caldav', 'carddav', 'ldap', 'managesieve', 'imap-notes', 'jmap', 'vdir'],
} as const;

export type MailSettings = z.output<(typeof kinds.mail)[number]>;
export type SubmissionSettings = z.output<(typeof kinds.submission)[number]>;
