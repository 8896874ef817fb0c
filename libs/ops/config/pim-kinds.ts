import { z } from 'zod';
import { key } from './declare.js';

const login = () =>
  key(
    z.string().min(1).default('{user}'),
    'The login given to the server, with `{user}`, `{local}` and `{domain}`.',
  );
const password = () =>
  key(
    z.string().min(1).optional(),
    "A password of the server's own for `login`, instead of the one the phone came with.",
    { secret: true },
  );
const verifyCertificate = () =>
  key(z.boolean().default(true), "Whether the server's certificate must be valid. False only for tests.");

/** What CalDAV and CardDAV servers have in common. */
const dav = {
  url: key(
    z.url({ protocol: /^https?$/ }),
    'The server, or somebody there (a principal, a home, one collection): what is there is found from it. With `{user}`, `{local}` and `{domain}`.',
    { expects: 'an http or https URL' },
  ),
  login: login(),
  password: password(),
  token: key(z.string().min(1).optional(), 'A bearer token for the server, instead of login and password.', {
    secret: true,
  }),
  verifyCertificate: verifyCertificate(),
  timeoutSeconds: key(
    z.number().min(0.1).max(300).default(20),
    'How long the server may be silent. After a failure it is left alone for some seconds.',
  ),
  pollSeconds: key(
    z.number().int().min(5).max(3600).default(60),
    'How often a server is asked whether something changed while phones wait: DAV servers cannot tell by themselves.',
  ),
  maxConnections: key(
    z.number().int().min(1).max(1000).default(32),
    'Most requests to the server at a time on one node, of all accounts; a quarter of them, and at least 4, of one account.',
  ),
};

export const caldav = z.strictObject({ kind: z.literal('caldav'), ...dav });
export const carddav = z.strictObject({ kind: z.literal('carddav'), ...dav });

export const vdir = z.strictObject({
  kind: z.literal('vdir'),
  path: key(
    z.string().min(1),
    "The account's folder, with `{user}`, `{local}` and `{domain}`: files of one item each, in folders of one collection each, or all in this folder.",
    { expects: 'a path' },
  ),
});

export const imapNotes = z.strictObject({
  kind: z.literal('imap-notes'),
  folder: key(z.string().min(1).default('Notes'), 'The IMAP folder that holds the notes.'),
});

export const pimMemory = z.strictObject({ kind: z.literal('memory') });

/** What each kind is, for the reference page. */
export const pimKindProse: Readonly<Record<string, string>> = {
  caldav: 'Calendars, tasks or notes on a CalDAV server; each of its collections is a folder of its own.',
  carddav: 'Address books on a CardDAV server; each is a folder of its own.',
  vdir: 'Folders of .vcf or .ics files on this machine, as vdirsyncer and khal keep them.',
  'imap-notes':
    "Notes in a folder of the account's IMAP server, as the notes program of iPhones and Macs writes them. Needs `mail` of kind `imap`.",
};
