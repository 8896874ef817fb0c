import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { bare, noteOf } from './declare.js';
import { overlayEnvironment } from './environment.js';
import { configuration, type Configuration, type TenantSettings } from './keys.js';
import type { MailSettings } from './kinds.js';
import { ConfigurationError, printPath, problemsOf, type Problem } from './problems.js';

export interface LoadedConfiguration {
  readonly configuration: Configuration;
  /** The file that was read; null when there is none and the defaults hold. */
  readonly path: string | null;
  /** Things that are probably not meant, but do no harm. */
  readonly warnings: readonly string[];
}

export interface LoadOptions {
  /** From `--config`; otherwise GODWIT_CONFIG. */
  readonly path?: string | undefined;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

const FILE = 'file:';

/** Replaces `file:/path` in secret keys by what the file holds, without the line end at its end. */
function readSecrets(
  schema: z.core.$ZodType,
  value: unknown,
  path: PropertyKey[],
  base: string,
  problems: Problem[],
): unknown {
  return walk(schema, value, path, false);

  function walk(here: z.core.$ZodType, at: unknown, where: PropertyKey[], inSecret: boolean): unknown {
    const secret = inSecret || noteOf(here)?.secret === true;
    if (typeof at === 'string') return secret && at.startsWith(FILE) ? readSecret(at, where) : at;
    if (Array.isArray(at)) {
      const type = bare(here);
      return type instanceof z.ZodArray
        ? at.map((item, i) => walk(type.element, item, [...where, i], secret))
        : at;
    }
    if (typeof at !== 'object' || at === null) return at;
    return Object.fromEntries(
      Object.entries(at).map(([name, item]) => {
        const next = childOf(here, name);
        return [name, next ? walk(next, item, [...where, name], secret) : item];
      }),
    );
  }

  function readSecret(text: string, where: PropertyKey[]): unknown {
    const file = resolve(base, text.slice(FILE.length));
    try {
      return readFileSync(file, 'utf8').replace(/\r?\n$/, '');
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? 'error';
      problems.push({ path: printPath(where), message: `cannot read the file ${file} (${code})` });
      return undefined;
    }
  }
}

function childOf(schema: z.core.$ZodType, name: string): z.core.$ZodType | undefined {
  const type = bare(schema);
  if (type instanceof z.ZodObject) return (type.shape as Record<string, z.core.$ZodType>)[name];
  if (type instanceof z.ZodRecord) return type.valueType;
  if (type instanceof z.ZodDiscriminatedUnion) {
    for (const option of type.options) {
      const found = childOf(option, name);
      if (found) return found;
    }
  }
  return undefined;
}

/** What the file says, unchecked. Throws ConfigurationError. */
export function readYaml(path: string): unknown {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new ConfigurationError(path, [
      { path: '', message: `cannot be read (${(error as NodeJS.ErrnoException).code ?? 'error'})` },
    ]);
  }
  const document = parseDocument(text, { lineCounter: new LineCounter() });
  if (document.errors.length > 0) {
    throw new ConfigurationError(
      path,
      document.errors.map(({ message }) => ({ path: '', message })),
    );
  }
  return document.toJS() as unknown;
}

function judgesPasswords(mail: Exclude<MailSettings, { kind: 'imap' }>): boolean {
  return (
    Object.keys(mail.passwords).length > 0 || (mail.kind === 'maildir' && mail.passwordFile !== undefined)
  );
}

/**
 * With a master user nobody but the issuer of a token says whose mailbox is opened: `ada` of another domain it knows, a guest's
 * for example, must not be taken for ours. Everywhere else the mailbox's password is judged by its own server.
 */
function sharedMailboxes({ oauth, domains, ...sections }: TenantSettings, index: number): Problem[] {
  if (!oauth || !domains.includes('*')) return [];
  return (['mail', 'submission', 'outOfOffice'] as const).flatMap((name) => {
    const section = sections[name];
    if (!section || !('masterUser' in section) || section.masterUser === undefined) return [];
    if (/\{(?:user|domain)\}/.test(section.login)) return [];
    const message =
      'names no domain: with masterUser, oauth and domains `*` it could be anybody whom the issuer knows';
    return [{ path: `tenants[${index}].${name}.login`, message }];
  });
}

/** What does no harm, but is hardly meant. */
function doubts({ tenants }: Configuration): string[] {
  return tenants.flatMap(({ mail, submission }, index) => {
    const isVouched = mail.kind === 'imap' && mail.masterUser !== undefined;
    const cannotSend = submission?.kind === 'smtp' && submission.authenticate && !submission.masterUser;
    if (!isVouched || !cannotSend) return [];
    return [
      `tenants[${index}].mail has a masterUser and its submission has none: who signs in by an app password reads mail, but cannot send any`,
    ];
  });
}

/** Rules that need more than one key to be judged. */
function contradictions(loaded: Configuration): Problem[] {
  const problems: Problem[] = [];
  if (loaded.actors !== 'local' && loaded.secret === undefined) {
    problems.push({ path: 'secret', message: 'missing; required when actors is a Redis' });
  }
  if (loaded.heartbeat.minSeconds > loaded.heartbeat.maxSeconds) {
    problems.push({ path: 'heartbeat.minSeconds', message: 'must not be more than heartbeat.maxSeconds' });
  }
  if (loaded.window.default > loaded.window.max) {
    problems.push({ path: 'window.default', message: 'must not be more than window.max' });
  }
  if (loaded.admin.oidc && loaded.admin.publicUrl === undefined)
    problems.push({ path: 'admin.publicUrl', message: 'missing; required for admin.oidc' });
  for (const [name, { role, tenant }] of Object.entries(loaded.admin.oidc?.roles ?? {})) {
    if (role === 'tenant' && tenant === undefined)
      problems.push({
        path: `admin.oidc.roles.${name}.tenant`,
        message: 'missing; required for role tenant',
      });
  }
  const hooks = new Set<string>();
  loaded.webhooks.forEach(({ name }, index) => {
    if (hooks.has(name)) problems.push({ path: `webhooks[${index}].name`, message: `"${name}" is taken` });
    hooks.add(name);
  });
  const names = new Set<string>();
  loaded.tenants.forEach((tenant, index) => {
    const name = tenantName(tenant);
    if (names.has(name))
      problems.push({ path: `tenants[${index}].name`, message: `"${name}" is taken by another tenant` });
    names.add(name);
    problems.push(...sharedMailboxes(tenant, index));
    if (tenant.push && tenant.push.secret === undefined && !tenant.push.dovecot) {
      problems.push({
        path: `tenants[${index}].push`,
        message: 'missing secret or dovecot; nobody could tell',
      });
    }
    if (tenant.mail.kind !== 'imap' && !judgesPasswords(tenant.mail)) {
      problems.push({ path: `tenants[${index}].mail.passwords`, message: 'missing; nobody could sign in' });
    }
    if (tenant.submission?.kind === 'local' && tenant.mail.kind !== 'maildir') {
      problems.push({
        path: `tenants[${index}].submission.kind`,
        message: 'local delivers into Maildirs, so the mail must be of kind maildir',
      });
    }
  });
  return problems;
}

/** The name a tenant is known by in the database, logs and metrics. */
export function tenantName(tenant: {
  readonly name?: string | undefined;
  readonly domains: readonly string[];
}): string {
  const first = tenant.domains[0];
  return tenant.name ?? (first === undefined || first === '*' ? 'default' : first.toLowerCase());
}

/**
 * Reads the configuration file, lays the environment over it, reads secrets from their files, fills in defaults.
 * Throws ConfigurationError with all problems at once.
 */
export function loadConfiguration(options: LoadOptions = {}): LoadedConfiguration {
  const env = options.env ?? process.env;
  const named = options.path ?? env.GODWIT_CONFIG;
  const path = named ? resolve(named) : null;
  const { value, unknown } = overlayEnvironment(configuration, path ? readYaml(path) : {}, env);
  const problems: Problem[] = [];
  const input = readSecrets(configuration, value, [], path ? dirname(path) : process.cwd(), problems);
  const result = configuration.safeParse(input);
  if (!result.success) {
    const unread = new Set(problems.map((problem) => problem.path));
    problems.push(
      ...problemsOf(result.error, configuration, input).filter((problem) => !unread.has(problem.path)),
    );
  } else if (problems.length === 0) {
    problems.push(...contradictions(result.data));
  }
  if (problems.length > 0 || !result.success) {
    throw new ConfigurationError(path ?? 'configuration', problems);
  }
  return {
    configuration: result.data,
    path,
    warnings: [
      ...unknown.map((name) => `${name} belongs to no key of the configuration and has no effect`),
      ...doubts(result.data),
    ],
  };
}
