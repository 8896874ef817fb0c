import { z } from 'zod';
import { quirkNames, quirks, QUIRK_SETTINGS, type QuirkName } from '#clients';
import { adminKeys, retentionKeys, webhookKeys } from './admin-keys.js';
import { connectionKeys } from './connection-keys.js';
import { key, section } from './declare.js';
import { kinds } from './kinds.js';
import { proxyKeys } from './listen-keys.js';
import { oauthKeys } from './oauth-keys.js';
import { policyKeys } from './policy-keys.js';
import { actorsKey } from './actors-key.js';
import { pushKeys } from './push-keys.js';

const portNumber = z.number().int().min(0).max(65535);

const serverHint = z
  .string()
  .regex(/^[^\s:]+:\d{1,5}$/)
  .optional();

const tenant = z.strictObject({
  domains: key(
    z.array(z.string().min(1)).min(1),
    'Domains of the logins this tenant serves; `*` is every domain, also none. The first tenant that fits is taken.',
  ),
  name: key(
    z.string().min(1).optional(),
    'Name of the tenant in the database, logs and metrics. Unless given: the first of its domains, `default` for `*`. Changing it makes all phones new.',
  ),
  provisioning: key(
    z.enum(['required', 'optional', 'off']).default('required'),
    "Whether phones must accept the policy: `required`, `optional` (those that can't are let in: they show no policy key, refuse the policy, or react to no reminder), or `off`.",
  ),
  mail: key(z.discriminatedUnion('kind', [...kinds.mail]), 'Where the mail is.'),
  submission: key(
    z.discriminatedUnion('kind', [...kinds.submission]).optional(),
    'Where mail is handed over for delivery. Without it phones cannot send.',
  ),
  directory: key(
    z.discriminatedUnion('kind', [...kinds.directory]).optional(),
    'The address book phones search in.',
  ),
  outOfOffice: key(
    z.discriminatedUnion('kind', [...kinds.outOfOffice]).optional(),
    'Where automatic replies are set. Without it phones are told that there are none, and cannot set any.',
  ),
  calendar: key(
    z.discriminatedUnion('kind', [...kinds.calendar]).optional(),
    'Where the calendars are. Without it phones have none.',
  ),
  tasks: key(z.discriminatedUnion('kind', [...kinds.tasks]).optional(), 'Where the tasks are.'),
  contacts: key(z.discriminatedUnion('kind', [...kinds.contacts]).optional(), 'Where the contacts are.'),
  notes: key(z.discriminatedUnion('kind', [...kinds.notes]).optional(), 'Where the notes are.'),
  suggestedContacts: key(
    z.boolean().default(false),
    'Whether phones get a folder of the people the user wrote mail to (the recipient information cache), kept in the database.',
  ),
  fileAs: key(
    z.enum(['last-first', 'first-last']).default('last-first'),
    'How contacts are filed that do not say it themselves: `Lovelace, Ada` or `Ada Lovelace`.',
  ),
  scheduling: key(
    z.enum(['auto', 'client', 'godwit', 'server']).default('auto'),
    'Who sends invitations, answers and cancellations; exactly one does. `server`: the CalDAV server, and mails of phones that would say the same are held back. `godwit`: Godwit for phones of 16.x, older phones send their own. `client`: nobody but the phones. `auto`: `server` if the CalDAV server says that it does (calendar-auto-schedule), else `godwit`.',
  ),
  autodiscover: section('What Autodiscover tells beside the address of this server.', {
    imap: key(serverHint, 'The IMAP server that desktop programs are told.', { expects: '`host:port`' }),
    smtp: key(serverHint, 'The SMTP server that desktop programs are told.', { expects: '`host:port`' }),
    redirectTo: key(
      z.string().min(1).optional(),
      'Sends phones on to another server: an address, in which `{user}`, `{local}` and `{domain}` stand for the mail address asked for and its two halves.',
      { expects: 'an address with or without `{user}`, `{local}`, `{domain}`' },
    ),
  }),
  signIn: section("How this tenant's phones sign in.", {
    appPasswordsOnly: key(
      z.boolean().default(false),
      "Whether phones must use app passwords (or tokens): the mailbox's own password is refused. Wants a `secret`.",
    ),
  }),
  oauth: key(
    oauthKeys.optional(),
    'Who issues access tokens that phones may sign in with (`Authorization: Bearer`) instead of a password. They are handed on to the mail server (XOAUTH2, OAUTHBEARER), which must take them.',
  ),
  push: key(
    pushKeys.optional(),
    'How the servers of this tenant tell what changed, instead of being watched. Without it they are watched.',
  ),
  identities: key(
    z.record(z.string().min(1), z.array(z.string().min(3)).min(1)).default({}),
    'Addresses a user may send from beside his own, by account name; the first becomes his main one. A `directory` adds those it knows. From any other address mail is sent with the main one instead.',
  ),
});

const quirkSwitch = (name: QuirkName) =>
  key(z.enum(QUIRK_SETTINGS).default('auto'), `${quirks[name].clients}: ${quirks[name].about}`);

const quirkSwitches = Object.fromEntries(quirkNames.map((name) => [name, quirkSwitch(name)])) as Record<
  QuirkName,
  ReturnType<typeof quirkSwitch>
>;

/** Every key of godwit.yaml, declared once. */
export const configuration = z.strictObject({
  listen: section('Where phones connect.', {
    host: key(z.string().min(1).default('0.0.0.0'), 'Address to listen on.', { expects: 'an address' }),
    port: key(portNumber.default(8080), 'Port to listen on; 0 takes a free one.'),
    publicUrl: key(
      z.url({ protocol: /^https?$/ }).optional(),
      'The address phones use, where a proxy stands in front. Told at the start.',
      { expects: 'an http or https URL' },
    ),
    ...proxyKeys,
  }),
  admin: adminKeys,
  webhooks: webhookKeys,
  retention: retentionKeys,
  database: key(
    z
      .string()
      .regex(/^(embedded$|postgres(ql)?:\/\/)/)
      .default('embedded'),
    'Where state is kept: `embedded` starts a PostgreSQL of its own under `dataDirectory`.',
    { secret: true, expects: '`embedded` or a postgres:// URL' },
  ),
  dataDirectory: key(
    z.string().min(1).default('var'),
    'Folder for the embedded database and the demo account.',
    {
      expects: 'a path',
    },
  ),
  actors: actorsKey,
  secret: key(
    z.string().min(16).optional(),
    'Seals credentials on their way between processes; the same on every node. Required when `actors` is a Redis.',
    { secret: true, expects: 'at least 16 characters' },
  ),
  tenants: key(z.array(tenant).default([]), 'Who is served, and from which sources.', {
    expects: 'a list of tenants',
  }),
  policy: policyKeys,
  signIn: section('How logins are read and how long they are trusted.', {
    trustMinutes: key(
      z.number().min(0).max(1440).default(5),
      'How long a password the backend accepted is trusted without asking again. 0 asks for every request.',
    ),
    defaultDomain: key(
      z.string().min(1).optional(),
      'Domain of logins that have none (`user`, `DOMAIN\\user`).',
      { expects: 'a domain' },
    ),
    maxDelaySeconds: key(
      z.number().int().min(1).max(3600).default(30),
      'Longest time a user or an address with many wrong passwords must wait before the next attempt.',
    ),
  }),
  limits: section('What one request or one device may use.', {
    requestBytes: key(
      z.number().int().min(65536).default(67_108_864),
      'Largest request body in bytes, a sent mail with its attachments included.',
    ),
    mailBytes: key(
      z.number().int().min(65536).default(157_286_400),
      'Largest mail in bytes that is sent with the original of a reply or a forwarded mail; larger ones are answered with Status 122.',
    ),
    elements: key(z.number().int().min(100).default(50_000), 'Most WBXML elements of a request.'),
    collections: key(
      z.number().int().min(1).max(1000).default(200),
      'Most collections of a Sync; more are answered with Status 15.',
    ),
    commands: key(
      z.number().int().min(1).max(100_000).default(1000),
      'Most changes, deletions and the like that a phone may bring in one Sync; more are answered with Status 4. Gmail brings all drafts at once.',
    ),
    pingFolders: key(
      z.number().int().min(1).max(1000).default(200),
      'Most folders of a Ping; more are answered with Status 6.',
    ),
    askSeconds: key(
      z.number().int().min(1).max(600).default(30),
      'How long a request waits for its device actor before it is answered 503.',
    ),
    queueShare: key(
      z.number().min(0.05).max(0.5).default(0.33),
      'Which part of `askSeconds` a request may be expected to wait for a host of its device actor. When hosts do not keep up and it gets longer, a growing part of new requests is answered 503 with Retry-After at once, at twice the time all of them.',
    ),
    drainSeconds: key(
      z.number().int().min(1).max(600).default(20),
      'How long running requests may take to end when the process is told to stop.',
    ),
    drainDelaySeconds: key(
      z.number().int().min(0).max(300).default(0),
      'How long a process that is told to stop goes on serving, with its readiness red, before it closes its door: until the load balancer sends nobody any more. Held requests are answered "no change" spread over that time. A part of limits.drainSeconds.',
    ),
  }),
  connections: connectionKeys,
  heartbeat: section('How long a phone may wait for news (Ping, Sync with Wait or HeartbeatInterval).', {
    minSeconds: key(z.number().int().min(1).max(3540).default(60), 'Shortest interval granted.'),
    maxSeconds: key(z.number().int().min(60).max(3540).default(3540), 'Longest interval granted.'),
    marginSeconds: key(
      z.number().int().min(0).max(60).default(5),
      'The answer leaves this long before the interval ends, so that it arrives in time.',
    ),
  }),
  window: section('How many changes a Sync answer holds.', {
    default: key(z.number().int().min(1).max(512).default(100), 'WindowSize of a request that names none.'),
    max: key(z.number().int().min(1).max(512).default(512), 'Largest WindowSize honoured.'),
  }),
  watch: section('How news reach waiting phones.', {
    settleMilliseconds: key(
      z.number().int().min(0).max(60_000).default(150),
      'Time between the first event and the question whether it is news, so that a burst wakes a phone once.',
    ),
    lingerSeconds: key(
      z.number().int().min(0).max(3600).default(30),
      'How long an account stays watched after its last phone stopped waiting.',
    ),
    recheckSeconds: key(
      z.number().int().min(5).max(3600).default(60),
      'How often an account that cannot be watched is looked at instead.',
    ),
  }),
  certificates: section('Which S/MIME certificates phones are told to trust (ValidateCert).', {
    roots: key(
      z.string().min(1).optional(),
      'File with the certificates of trusted authorities in PEM. Without it those that Node.js trusts.',
      { expects: 'a path' },
    ),
    fetchRevocationLists: key(
      z.boolean().default(false),
      'Whether the revocation lists that certificates name are fetched over HTTP. Unless they are, phones that insist are told that it is not known what was revoked. OCSP is not asked.',
    ),
  }),
  clients: section(
    'Quirks of clients: `auto` is what docs/operate/clients.md tells, `on` is for the clients it names, `all` for every client, `off` for nobody.',
    quirkSwitches,
  ),
  log: section('What is logged, to standard output.', {
    level: key(
      z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
      'Least severe level that is written.',
    ),
    format: key(
      z.enum(['auto', 'json', 'text']).default('auto'),
      '`json` one object a line, `text` for readers, `auto` text on a terminal.',
    ),
  }),
});

export type Configuration = z.output<typeof configuration>;
export type TenantSettings = Configuration['tenants'][number];
