import { randomBytes } from 'node:crypto';
import { BackendError, type ItemClass } from '#backend';
import { Account } from './account.js';
import { probe, step, type Endpoint, type Step } from './probe.js';
import type { TenantSources } from './sources.js';
import { fill, type Login, type Tenant } from './tenants.js';

/** Milliseconds a source may take for all of its steps. */
const PATIENCE = 30_000;

const SOURCES = [
  'mail',
  'submission',
  'calendar',
  'contacts',
  'tasks',
  'notes',
  'directory',
  'outOfOffice',
] as const;
type SourceName = (typeof SOURCES)[number];

const CLASSES: Readonly<Partial<Record<SourceName, ItemClass>>> = {
  mail: 'Email',
  calendar: 'Calendar',
  contacts: 'Contacts',
  tasks: 'Tasks',
  notes: 'Notes',
};

/** A step, and at which source. */
export interface SourceStep extends Step {
  readonly source: string;
}

export interface Examination {
  readonly tenant: Tenant;
  /** Null: only what needs no account is looked at. */
  readonly login: Login | null;
  /** Without it connections are tried up to the sign-in. */
  readonly password?: string | undefined;
  /** Opens sources for this examination alone: nothing that phones use is touched, and all of it is closed at the end. */
  readonly connect: (tenant: Tenant) => TenantSources;
  /** Milliseconds a source may take; default 30 s. */
  readonly patience?: number;
}

/**
 * Tries every source of a tenant step by step, all of them at once. Counts for nobody's limits, and what a source says to
 * the password makes nobody trusted.
 */
export async function examine(examination: Examination): Promise<readonly SourceStep[]> {
  const { tenant, login, password } = examination;
  const configured = SOURCES.filter((source) => tenant.settings[source] !== undefined);
  const sources = examination.connect(tenant);
  try {
    const all = await Promise.all(
      configured.map(async (source) => {
        const signal = AbortSignal.timeout(examination.patience ?? PATIENCE);
        const reached = await probe(endpointOf(tenant, source, login), signal);
        const goesOn = reached.every(({ ok }) => ok);
        const asked =
          goesOn && login && password !== undefined
            ? await signedIn(sources, source, accountOf(tenant, login, { password }), signal)
            : [];
        const byMaster = goesOn && login ? await masterSignedIn(sources, tenant, source, login, signal) : [];
        return [...reached, ...asked, ...byMaster].map((one) => ({ source, ...one }));
      }),
    );
    return all.flat();
  } finally {
    // A source that hangs must not hold up the answer.
    void sources.close().catch(() => undefined);
  }
}

const accountOf = (tenant: Tenant, login: Login, secret: Account['secret']): Account => {
  const digest = randomBytes(16).toString('hex');
  return new Account(tenant, login, secret, { digest, proof: digest });
};

const STANDARD_PORTS: Readonly<Record<string, number>> = {
  'https:': 443,
  'http:': 80,
  'ldaps:': 636,
  'ldap:': 389,
};
const SECURE: ReadonlySet<string> = new Set(['https:', 'ldaps:']);

interface Loose {
  readonly kind?: string;
  readonly host?: string;
  readonly port?: number | undefined;
  readonly tls?: string;
  readonly verifyCertificate?: boolean;
  readonly url?: string;
}

function endpointOf({ settings }: Tenant, source: SourceName, login: Login | null): Endpoint {
  const one: Loose = settings[source] ?? {};
  // Notes that lie among the mail are where the mail is.
  const {
    host,
    port,
    tls,
    url,
    verifyCertificate: verify = true,
  } = one.kind === 'imap-notes' ? (settings.mail as Loose) : one;
  if (url !== undefined) {
    const { protocol, hostname, port: given } = new URL(login ? fill(url, login) : url.replace(/[{}]/g, ''));
    const known = given === '' ? (STANDARD_PORTS[protocol] ?? 443) : Number(given);
    return {
      kind: 'tcp',
      host: hostname.replace(/^\[|\]$/g, ''),
      port: known,
      tls: SECURE.has(protocol),
      verify,
    };
  }
  if (host !== undefined) {
    const standard = { mail: [993, 143], submission: [465, 587], outOfOffice: [4190, 4190] }[
      source as 'mail'
    ] ?? [993, 143];
    const known = port ?? (tls === 'implicit' ? standard[0]! : standard[1]!);
    return { kind: 'tcp', host, port: known, tls: tls === 'implicit', verify };
  }
  return { kind: 'none' };
}

async function signedIn(
  sources: TenantSources,
  source: SourceName,
  account: Account,
  signal: AbortSignal,
): Promise<Step[]> {
  const itemClass = CLASSES[source];
  if (itemClass) return withFolders(sources, itemClass, account, signal);
  const asked = await step(
    'sign-in',
    () => inTime(askService(sources, source, account), signal),
    (found) => found,
    sayWhy,
  );
  return [asked.step];
}

/** The master user in place of the user, where one is configured: an own password that works says nothing of him. */
async function masterSignedIn(
  sources: TenantSources,
  tenant: Tenant,
  source: SourceName,
  login: Login,
  signal: AbortSignal,
): Promise<Step[]> {
  const settings = tenant.settings[source];
  const isConfigured = settings && 'masterUser' in settings && settings.masterUser !== undefined;
  if (!isConfigured || source === 'submission') return [];
  const account = accountOf(tenant, login, { isVouched: true });
  const steps =
    source === 'mail'
      ? await withFolders(sources, 'Email', account, signal)
      : await signedIn(sources, source, account, signal);
  return steps.map((one) => ({
    ...one,
    step: one.step === 'sign-in' ? 'master-user' : `master-${one.step}`,
  }));
}

async function withFolders(
  sources: TenantSources,
  itemClass: ItemClass,
  account: Account,
  signal: AbortSignal,
): Promise<Step[]> {
  const opening = sources.open(itemClass, account);
  const opened = await step(
    'sign-in',
    () => inTime(opening, signal),
    () => 'The login is accepted.',
    sayWhy,
  );
  // Whatever is opened late is closed all the same.
  const close = (): void => void opening.then((backend) => backend.close()).catch(() => undefined);
  const { result: backend } = opened;
  if (!backend) {
    close();
    return [opened.step];
  }
  const listed = await step(
    'folders',
    () => inTime(backend.folders(), signal),
    (folders) => `${folders.filter((one) => one.itemClass === itemClass).length} folders`,
    sayWhy,
  );
  close();
  return [opened.step, listed.step];
}

async function askService(sources: TenantSources, source: SourceName, account: Account): Promise<string> {
  if (source === 'directory') {
    const directory = await sources.openService('directory', account);
    try {
      const identities = (await directory?.identities()) ?? [];
      return identities.length === 0
        ? 'The directory answers, and does not know this user.'
        : identities.map(({ address }) => address).join(', ');
    } finally {
      await directory?.close();
    }
  }
  if (source === 'outOfOffice') {
    const replies = await sources.openService('outOfOffice', account);
    try {
      await replies?.get();
      return 'Automatic replies can be read.';
    } finally {
      await replies?.close();
    }
  }
  const submitter = await sources.openService('submitter', account);
  await submitter?.close();
  return 'Signing in for sending is only tried with the first mail.';
}

function inTime<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const late = (): void => reject(new BackendError('unavailable', 'it took too long'));
    if (signal.aborted) late();
    signal.addEventListener('abort', late, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', late));
  });
}

const ADVICE: Readonly<Record<BackendError['kind'], string>> = {
  auth: 'The server refuses this user and password: check the password, and the template `login` of this source.',
  unavailable: 'The server does not do its work now: look at its log.',
  throttled: 'The server wants fewer requests: try later, and look at its limits.',
  gone: 'What the settings name is not there: check the address.',
  conflict: 'The server contradicts itself: look at its log.',
  invalid: 'The server does not accept how it is asked: check the settings of this source.',
  unsupported: 'The server does not offer what is needed: check the kind of this source.',
};

/** Reasons that say more than their kind. */
const ADVICE_BY_REASON: Readonly<Record<string, string>> = {
  'master-refused':
    'The server refuses the master user: check `masterUser`, and that the server lets it act for others (Dovecot: a passdb with `master = yes` and `auth_master_user_separator`; Cyrus: `proxyservers`).',
};

function sayWhy(error: unknown): string {
  if (!(error instanceof BackendError)) return 'An internal error: the log tells more.';
  return `${ADVICE_BY_REASON[error.reason] ?? ADVICE[error.kind]} (${error.message.replace(/\/\/[^/@\s]*@/g, '//').slice(0, 300)})`;
}
