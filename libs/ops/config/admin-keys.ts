import { z } from 'zod';
import { key, section } from './declare.js';
import { signingSecret } from './signing-secret.js';

const portNumber = z.number().int().min(0).max(65535);

/** An address or a network: `192.0.2.7`, `10.0.0.0/8`, `2001:db8::/32`. */
const network = z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()]);

const mappedRole = z.strictObject({
  role: key(z.enum(['provider', 'tenant', 'helpdesk', 'read-only']), 'What they may do.'),
  tenant: key(z.string().min(1).optional(), 'The only tenant they may see; needed for `tenant`.'),
});

const oidc = z.strictObject({
  issuer: key(z.url({ protocol: /^https?$/ }), 'The issuer, as its discovery document names it.', {
    expects: 'an https URL',
  }),
  clientId: key(z.string().min(1), 'What Godwit is registered as there.'),
  clientSecret: key(z.string().min(1), 'Its secret there.', { secret: true }),
  scopes: key(z.array(z.string().min(1)).default(['openid', 'profile', 'email']), 'What is asked for.'),
  label: key(z.string().min(1).default('Sign in'), 'What stands on the button of the console.'),
  roleClaim: key(
    z.string().min(1).default('groups'),
    'The claim of the ID token, or else of the user information, that holds a text or a list of texts to be found in `roles`.',
  ),
  roles: key(
    z.record(z.string().min(1), mappedRole),
    'What those may do whose claim holds the text. The first one named here that fits counts; whoever has none is refused.',
  ),
});

export const adminKeys = section(
  'Where administrators connect: API and console; in `godwit actors` health and metrics stand here.',
  {
    host: key(z.string().min(1).default('127.0.0.1'), 'Address to listen on.', { expects: 'an address' }),
    port: key(portNumber.default(8081), 'Port to listen on; 0 takes a free one.'),
    publicUrl: key(
      z.url({ protocol: /^https?$/ }).optional(),
      'The address of the console, where a proxy stands in front. Needed for `oidc`.',
      { expects: 'an http or https URL' },
    ),
    token: key(
      z.string().min(16).optional(),
      'Bearer token of the first administrator, who may do everything. Without it `godwit serve` draws one and keeps it in `admin-token` under `dataDirectory`; `godwit admin` knows only the tokens made before.',
      { secret: true, expects: 'at least 16 characters' },
    ),
    twoPersonWipe: key(
      z.boolean().default(false),
      'A wipe of a whole device waits until another administrator agrees to it. Wiping one account never waits.',
    ),
    allowFrom: key(
      z.array(network).default([]),
      'Addresses and networks that may use API and console; everybody else is answered 403. Empty: no limit. Addresses behind the proxies of `listen.trustedProxies` count as those tell them.',
      { expects: 'a list of addresses and networks' },
    ),
    requestsPerMinute: key(
      z.number().int().min(1).max(10_000_000).default(6000),
      'Most requests of an address, and of a token, to one process; more are answered 429.',
    ),
    failuresPerMinute: key(
      z.number().int().min(1).max(10_000_000).default(20),
      'Most failed sign-ins of an address; more are answered 429.',
    ),
    selfService: key(
      z.boolean().default(true),
      'Whether users may sign in to the console with their mailbox, for their own devices.',
    ),
    oidc: key(
      oidc.optional(),
      'The identity provider people sign in with. The redirect URI to register is `publicUrl` followed by `/admin/v1/session/oidc/callback`.',
      { expects: 'a section of keys' },
    ),
  },
);

/** What webhooks can be told of, besides `trial`. */
export const WEBHOOK_EVENTS = [
  'device.added',
  'device.quarantined',
  'device.blocked',
  'device.allowed',
  'device.wipe-requested',
  'device.wipe-cancelled',
  'device.wiped',
  'device.wipe-failed',
  'sync.broken',
] as const;
export type WebhookEvent = (typeof WEBHOOK_EVENTS)[number];

const webhook = z.strictObject({
  name: key(
    z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/),
    'What it is called in the console and in the database.',
    { expects: 'lower-case letters, digits and hyphens' },
  ),
  url: key(z.url({ protocol: /^https?$/ }), 'Where events are sent to. Redirects are not followed.', {
    secret: true,
    expects: 'an http or https URL',
  }),
  secret: signingSecret('What events are signed with: the receiver checks it with the same.'),
  events: key(z.array(z.enum(WEBHOOK_EVENTS)).min(1).optional(), 'Which events are sent; all, unless given.'),
  tenant: key(z.string().min(1).optional(), 'The only tenant whose events are sent.'),
});

export const webhookKeys = key(
  z.array(webhook).default([]),
  'Who is told of events by HTTP (docs/operate/webhooks.md).',
  { expects: 'a list of webhooks' },
);

const days = (fallback: number, prose: string) =>
  key(z.number().int().min(0).max(36_500).default(fallback), `${prose} 0 keeps them forever.`);

export const retentionKeys = section(
  'How many days things are kept. Once an hour one of the admin processes removes what is older.',
  {
    devicesDays: days(
      0,
      'Devices, since they were last seen. A phone that comes back later loads everything anew. A device is kept while a wipe of it is not done, and while it is blocked.',
    ),
    auditDays: days(400, 'Entries of the audit log.'),
    eventsDays: days(90, "Entries of devices' timelines."),
    tracesDays: days(7, 'What was written down of traced devices.'),
    statisticsDays: days(31, 'Numbers for the charts.'),
    deliveriesDays: days(30, 'Events sent to webhooks, or given up.'),
  },
);
