/** pino's levels, least severe first. */
export type Level = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal';

interface EventDeclaration<F extends Readonly<Record<string, string>>> {
  readonly level: Level;
  /** When it happens, and what an operator does about it. */
  readonly meaning: string;
  /** Field names with what they hold. */
  readonly fields: F;
}

function event<const F extends Readonly<Record<string, string>>>(
  level: Level,
  meaning: string,
  fields: F,
): EventDeclaration<F> {
  return { level, meaning, fields };
}

const device = {
  tenant: "the tenant's name",
  user: 'the account name',
  device: 'the DeviceId, lower-cased',
} as const;
const error = { error: 'the error with its stack and cause' } as const;

/** Every event Godwit logs. Names do not change between versions; fields may be added. */
export const events = {
  // The process
  'process.starting': event('info', 'A process begins.', {
    role: 'serve, gateway, actors or admin',
    version: 'of Godwit',
    node: 'of Node.js',
  }),
  'process.ready': event('info', 'The process serves.', {
    role: 'serve, gateway, actors or admin',
    ms: 'since the start',
  }),
  'process.draining': event('info', 'Told to stop: no new work, waiting phones are answered.', {
    signal: 'what told it',
    held: 'waiting phones',
  }),
  'process.stopped': event('info', 'The process ends.', { ms: 'since it was told to' }),
  'process.close-failed': event('error', 'A part of a process that ends could not be closed in order.', {
    part: 'which one',
    ...error,
  }),
  'process.failed': event('fatal', 'The process cannot start or go on.', { ...error }),
  'process.overloaded': event('warn', 'The event loop was blocked for long.', { ms: 'longest pause' }),
  'config.loaded': event('info', 'The configuration was read.', {
    path: 'the file, or null',
    tenants: 'how many',
  }),
  'config.warning': event('warn', 'Something in the configuration is probably not meant.', {
    warning: 'what',
  }),
  'config.demo': event('info', 'No tenant is configured: a demo account is served.', {
    user: 'its name',
    path: 'where its mail is',
  }),
  'listen.started': event('info', 'A port is open.', { role: 'gateway or admin', url: 'where' }),

  // Requests of phones
  'request.done': event('info', 'A request was answered.', {
    ...device,
    id: 'of the request',
    command: 'the ActiveSync command',
    protocol: 'the protocol version',
    status: 'HTTP status',
    easStatus: 'Status of the answer, where it is not 1',
    ms: 'until the last byte',
    bytesIn: 'of the request body',
    bytesOut: 'of the answer body',
    items: 'items sent',
    agent: 'User-Agent',
  }),
  'request.held': event('debug', 'A phone begins to wait for news.', {
    ...device,
    command: 'Ping or Sync',
    seconds: 'granted interval',
    folders: 'how many',
  }),
  'request.woken': event('debug', 'A waiting phone is told of news.', {
    ...device,
    command: 'Ping or Sync',
    waited: 'seconds',
  }),
  'request.superseded': event('debug', 'A newer request of the device ended its waiting one.', { ...device }),
  'request.aborted': event('debug', 'The phone hung up before the answer was complete.', {
    ...device,
    id: 'of the request',
    command: 'the ActiveSync command',
    ms: 'since its beginning',
  }),
  'request.malformed': event('warn', 'The request breaks the protocol; answered 400 or with a Status.', {
    ...device,
    id: 'of the request',
    command: 'the ActiveSync command',
    reason: 'what is wrong',
    path: 'the element',
  }),
  'request.too-large': event('warn', 'The body is over limits.requestBytes; answered 413.', {
    ...device,
    command: 'the ActiveSync command',
    bytes: 'so far',
  }),
  'request.unavailable': event('warn', 'Answered 503 with Retry-After.', {
    ...device,
    command: 'the ActiveSync command',
    reason: 'what is not available',
    retryAfter: 'seconds',
  }),
  'request.trace': event('trace', 'A decoded request or answer, secrets removed.', {
    ...device,
    id: 'of the request',
    direction: 'in or out',
    document: 'as text',
  }),
  'wbxml.unknown-tokens': event('info', 'A phone sent elements no specification knows; they were skipped.', {
    ...device,
    command: 'the ActiveSync command',
    tokens: 'page and token of each',
  }),

  // Sign-in
  'auth.accepted': event('debug', 'A backend accepted a password.', {
    tenant: "the tenant's name",
    user: 'the account name',
    address: 'of the client',
    ms: 'the backend took',
  }),
  'auth.refused': event('warn', 'Wrong user or password, or no tenant for the domain.', {
    tenant: "the tenant's name, or null",
    user: 'as given',
    address: 'of the client',
    reason: 'why',
  }),
  'auth.delayed': event('warn', 'Refused without asking: too many wrong passwords.', {
    user: 'as given',
    address: 'of the client',
    retryAfter: 'seconds',
  }),
  'auth.distrusted': event(
    'info',
    'The backend refused a password that was trusted; the phone must sign in again.',
    { tenant: "the tenant's name", user: 'the account name' },
  ),
  'auth.app-password-stale': event(
    'warn',
    "The mailbox's password behind an app password is right no longer: its user must make a new one.",
    { tenant: "the tenant's name", user: 'the account name', appPassword: 'its id' },
  ),
  'auth.issuer-unavailable': event('warn', 'An issuer of tokens cannot be asked.', {
    issuer: 'as configured',
    error: 'what went wrong',
  }),
  'auth.certificate-refused': event(
    'warn',
    'A client certificate was missing, unreadable, or told by somebody who is no trusted proxy.',
    { address: 'of the client', reason: 'why' },
  ),
  'provision.required': event('info', 'A phone was told to provision.', {
    ...device,
    reason: 'not provisioned, policy changed, or key invalid',
  }),
  'provision.done': event('info', 'A phone accepted the policy.', {
    ...device,
    partial: 'whether only in part',
  }),
  'provision.refused': event('warn', 'A phone did not accept the policy.', {
    ...device,
    status: 'its Status',
  }),

  // Devices
  'device.created': event('info', 'A device was seen for the first time.', {
    ...device,
    type: 'DeviceType',
    agent: 'User-Agent',
  }),
  'device.wipe': event(
    'warn',
    'A wipe was sent to a device, confirmed by it, failed there, or was confirmed by somebody who may not be the device (doubted).',
    { ...device, what: 'sent, confirmed, failed or doubted', kind: 'account or device' },
  ),
  'device.removed': event('info', "A device's state was deleted.", { ...device, by: 'who asked' }),
  'device.not-reloaded': event(
    'warn',
    'The actor of a device could not be told of what was decided; it hears of it when it is loaded again, in a few minutes.',
    { ...device, ...error },
  ),
  'trace.started': event('info', 'What a device sends and is sent is written down, for administrators.', {
    ...device,
    until: 'when it ends by itself',
  }),
  'trace.ended': event('info', 'A device is no longer traced.', {
    ...device,
    reason: '`over`, `stopped` by an administrator, or `full`',
  }),
  'trace.not-kept': event('warn', 'What a traced device sent or was sent could not be stored.', {
    entries: 'how many',
    ...error,
  }),
  'hierarchy.reset': event('info', 'A phone loads its folder list anew.', {
    ...device,
    reason: 'key 0 or an unknown key',
  }),
  'hierarchy.changed': event('info', 'Folders were told to a phone.', {
    ...device,
    added: 'how many',
    changed: 'how many',
    removed: 'how many',
  }),
  'sync.done': event('debug', 'A collection was synced.', {
    ...device,
    folder: 'folder id',
    added: 'how many',
    changed: 'how many',
    removed: 'how many',
    imported: "the phone's own changes",
    more: 'whether more follows',
  }),
  'sync.primed': event('info', 'A collection starts from key 0.', { ...device, folder: 'folder id' }),
  'sync.retried': event('info', 'A phone repeated a request whose answer it did not get.', {
    ...device,
    folder: 'folder id',
  }),
  'sync.bad-key': event('warn', 'An unknown key: the phone loads the collection anew (Status 3).', {
    ...device,
    folder: 'folder id',
  }),
  'sync.relisted': event('info', 'The feed had to be listed anew and was compared.', {
    ...device,
    folder: 'folder id',
    reason: 'why',
  }),
  'sync.conflict': event('info', 'Phone and server changed the same item.', {
    ...device,
    folder: 'folder id',
    item: 'item id',
    winner: 'client or server',
  }),
  'item.unreadable': event('warn', 'An item could not be read for a phone; it is offered again.', {
    ...device,
    folder: 'folder id',
    item: 'item id',
    reason: 'why',
  }),
  'item.set-aside': event(
    'warn',
    'An item could not be given to a phone several times and is left out until it changes.',
    { ...device, folder: 'folder id', item: 'item id', reason: 'why', failures: 'so far' },
  ),
  'source.failed': event(
    'warn',
    'A source beside the mail does not answer: its folders stay on the phone as they are, the others go on. Told once for each device.',
    { ...device, class: 'item class', ...error },
  ),
  'source.restored': event('info', 'A source beside the mail answers again.', {
    ...device,
    class: 'item class',
  }),
  'mail.sent': event('info', 'A mail was handed over.', {
    ...device,
    recipients: 'how many',
    bytes: 'of the message',
    ms: 'until accepted',
  }),
  'mail.refused': event('warn', 'The submission server refused a mail.', { ...device, reason: 'why' }),
  'mail.duplicate': event('info', 'A repeated SendMail was answered without sending again.', { ...device }),
  'mail.not-saved': event('warn', 'A sent mail could not be put into the sent folder.', {
    ...device,
    reason: 'why',
  }),
  'meeting.not-applied': event(
    'warn',
    'What a mail says of a meeting could not be worked into the calendar. If the calendar is down, it is tried again.',
    { ...device, reason: 'why' },
  ),
  'meeting.not-sent': event(
    'warn',
    'Those who are invited could not be told of a meeting. If the submission server is down, it is tried again; else they never hear of it.',
    { ...device, reason: 'why' },
  ),
  'meeting.request-stays': event('warn', 'An invitation was answered, and its mail could not be removed.', {
    ...device,
    reason: 'why',
  }),
  'mail.not-marked': event('warn', 'A mail that was answered or forwarded could not be marked so.', {
    ...device,
    reason: 'why',
  }),

  // Actors
  'actor.stale': event('warn', 'Another host wrote a newer state: this copy was dropped.', { ...device }),
  'actor.activated': event('debug', 'A device actor was loaded.', { address: 'of the actor', ms: 'to load' }),
  'actor.failed': event('error', 'A device actor threw something it should not.', {
    id: 'also told to the asker',
    address: 'of the actor',
    ...error,
  }),
  'actor.deadline': event('warn', 'No answer of the actor in time.', {
    address: 'of the actor',
    message: 'its kind',
    ms: 'waited',
  }),
  'actors.overloaded': event('warn', 'Too many messages wait.', {
    address: 'of the actor',
    retryAfter: 'seconds',
  }),

  // Backends
  'backend.opened': event('debug', 'A connection set of an account was opened.', {
    tenant: "the tenant's name",
    user: 'the account name',
    kind: 'of the backend',
    ms: 'to open',
  }),
  'backend.closed': event('debug', 'A connection set of an account was closed.', {
    tenant: "the tenant's name",
    user: 'the account name',
    kind: 'of the backend',
  }),
  'backend.breaker-opened': event(
    'warn',
    'A host fails everybody: nobody connects to it for the moment but for a trial now and then.',
    {
      host: 'and port',
      cause: '`connecting`: nobody can connect; `accounts`: connections of several accounts fail after it',
    },
  ),
  'backend.breaker-closed': event('info', 'A host that was left alone answers again.', {
    host: 'and port',
    ms: 'it was left alone',
  }),
  'backend.unavailable': event('warn', 'A source cannot be reached or asks for patience.', {
    tenant: "the tenant's name",
    user: 'the account name',
    kind: 'of the backend',
    reason: 'short word',
    ...error,
  }),
  'backend.refused': event('warn', 'A source refused an operation.', {
    tenant: "the tenant's name",
    user: 'the account name',
    kind: 'of the backend',
    reason: 'short word',
    ...error,
  }),
  'watch.failed': event('warn', 'An account cannot be watched and is looked at from time to time instead.', {
    account: 'tenant and user',
    attempt: 'so far',
    ...error,
  }),
  'watch.restored': event('info', 'An account is watched again.', {
    account: 'tenant and user',
    attempt: 'how many it took',
  }),

  'push.refused': event(
    'warn',
    'A notice of changes was not taken: nobody knows who sent it, or it cannot be read. Told once a minute.',
    {
      tenant: "the tenant's name, as the sender gave it",
      kind: '`dovecot` or `signed`',
      reason: 'why',
      address: 'of the sender',
      count: 'how many since this was told last',
    },
  ),
  'push.unsupported': event(
    'warn',
    'The mail server cannot be asked to tell of new mail (METADATA is off, or refused): the account is watched instead. Told once an hour.',
    { account: 'tenant and user' },
  ),

  // Services
  'store.unavailable': event('error', 'The database cannot be reached.', { ...error }),
  'notes.unavailable': event(
    'warn',
    'The database cannot be asked about a mail: it is shown without dates of its flag and the like.',
    { tenant: "the tenant's name", user: 'the account name', ...error },
  ),
  'service.failed': event(
    'warn',
    'A server beside the mail (`directory`, `outOfOffice`, `contacts`) is down or refused: the phone was told, its mail goes on.',
    { ...device, service: 'which', reason: 'why' },
  ),
  'store.migrated': event('info', 'A migration was applied.', { migration: 'its name', ms: 'it took' }),
  'redis.unavailable': event(
    'error',
    'Redis cannot be reached. The same error is told every ten seconds at most.',
    {
      ...error,
      times: 'how often it came since it was last told',
    },
  ),
  'redis.restored': event('info', 'Redis can be reached again.', {}),
  'redis.evicts': event(
    'error',
    'Redis may evict keys: set maxmemory-policy noeviction, or messages get lost.',
    { policy: 'what is set' },
  ),
  'admin.oidc-failed': event('warn', 'A sign-in by the identity provider failed, or it does not answer.', {
    ...error,
  }),
  'webhook.failed': event('warn', 'An event could not be delivered for a day and was given up.', {
    webhook: 'its name',
    delivery: 'number of the delivery',
    kind: 'of the event',
    attempts: 'so far',
    reason: 'what went wrong last',
  }),
  'retention.done': event('info', 'What had been kept long enough was removed.', {
    devices: 'how many',
    rows: 'how many, by key of `retention`',
  }),
  'admin.changed': event('info', 'An administrator, or a user at the console, changed something.', {
    who: 'as in the audit log',
    address: 'of the client',
    action: 'as in the audit log',
    tenant: "the tenant's name, or null",
    user: 'the account name, or null',
    device: 'the DeviceId, or null',
    target: 'what else was changed',
  }),
  'admin.refused': event(
    'warn',
    'A sign-in to API or console failed, or somebody asked for what is not for him. Told once a minute.',
    {
      address: 'of the client',
      path: 'of the API, or sign-in',
      who: 'if it is known',
      reason: 'why',
    },
  ),
  'http.message': event('debug', 'A message of the HTTP framework.', {
    context: 'which part',
    message: 'what it says',
  }),
  bug: event('error', 'Something that must not happen. Please report it.', {
    ...device,
    id: 'of the request',
    where: 'which part',
    ...error,
  }),
} as const;

export type EventName = keyof typeof events;
export type FieldOf<N extends EventName> = Extract<keyof (typeof events)[N]['fields'], string>;
