import { createHash, timingSafeEqual } from 'node:crypto';
import { access } from 'node:fs/promises';
import { BackendError, type BackendFactory, type Submitter } from '#backend';
import { ImapFactory } from '#backends/imap';
import { LocalSubmitter, MaildirFactory, passwordFile, verifyPassword } from '#backends/maildir';
import { MemoryFactory, MemoryMailbox } from '#backends/memory';
import { SmtpFactory } from '#backends/smtp';
import type { Connections } from '#connections';
import type { Configuration, MailSettings, SubmissionSettings } from '#ops';
import type { Account } from './account.js';
import { openDirectory } from './open-directory.js';
import { openFreeBusy } from './open-free-busy.js';
import { openOutOfOffice } from './open-out-of-office.js';
import { PimSources, type OpenNotes, type PimShared } from './pim-sources.js';
import type { Opener, Services, TenantSources } from './sources.js';
import { fill, fillPath, parseLogin, type Tenant } from './tenants.js';

type Of<S extends { kind: string }, K extends S['kind']> = Extract<S, { kind: K }>;

/** Opens a tenant's sources as its settings say. Nothing is connected before an account is opened. */
export function connectTenant(
  tenant: Tenant,
  watch: Configuration['watch'],
  shared: PimShared = {},
): TenantSources {
  const { connections } = shared;
  const { mail, submission, directory: directorySettings, outOfOffice, notes } = tenant.settings;
  const factory = mailFactory(mail, watch, notes?.kind === 'imap-notes' ? notes.folder : null, connections);
  const template = mail.kind === 'imap' ? mail.login : '{user}';
  const directory = directorySettings && openDirectory(directorySettings, connections);
  const pim = new PimSources(tenant, shared, openNotes(factory, template));
  const services: { readonly [Name in keyof Services]?: Opener<Services[Name]> | undefined } = {
    submitter: submission && openSubmission(submission, tenant, connections),
    directory,
    outOfOffice: outOfOffice && openOutOfOffice(outOfOffice, directory, connections),
    freeBusy: openFreeBusy(tenant, pim),
  };
  const openMail = (account: Account) => factory.open(account.credentials(fill(template, account.login)));
  return {
    itemClasses: ['Email', ...pim.itemClasses],
    open: (itemClass, account, identities) =>
      itemClass === 'Email' ? openMail(account) : pim.open(itemClass, account, identities),
    openService: async (name, account) => services[name]?.open(account) ?? null,
    async close() {
      await Promise.all([factory, pim, ...Object.values(services)].map((source) => source?.close()));
    },
  };
}

/** Notes lie among the mail of an IMAP server. */
const openNotes =
  (factory: BackendFactory, template: string): OpenNotes =>
  async (account, options) => {
    if (!(factory instanceof ImapFactory))
      throw new BackendError('unsupported', 'notes of kind imap-notes need mail of kind imap');
    return factory.openNotes(account.credentials(fill(template, account.login)), options);
  };

/** `notesFolder` is shown as notes, and not as mail as well. */
function mailFactory(
  mail: MailSettings,
  watch: Configuration['watch'],
  notesFolder: string | null,
  connections: Connections | undefined,
): BackendFactory {
  switch (mail.kind) {
    case 'imap': {
      const config = {
        host: mail.host,
        port: mail.port ?? (mail.tls === 'implicit' ? 993 : 143),
        tls: mail.tls,
        verifyCertificate: mail.verifyCertificate,
        masterUser: mail.masterUser,
        maxConnections: mail.maxConnections,
        idleTimeout: mail.idleSeconds * 1000,
        subscribedOnly: mail.subscribedOnly,
        hiddenFolders: notesFolder === null ? mail.hiddenFolders : [...mail.hiddenFolders, notesFolder],
        namespaces: mail.namespaces,
        pollInterval: watch.recheckSeconds * 1000,
      };
      return new ImapFactory(config, connections);
    }
    case 'maildir':
      return new MaildirFactory({
        path: (user) => maildirOf(mail, user),
        passwords: mail.passwordFile ? passwordFile(mail.passwordFile) : configuredPasswords(mail.passwords),
      });
    case 'memory':
      return new MemoryFactory(
        new Map(
          Object.entries(mail.passwords).map(([user, password]) => [
            user.toLowerCase(),
            { password, mailbox: new MemoryMailbox() },
          ]),
        ),
      );
  }
}

function openSubmission(
  submission: SubmissionSettings,
  tenant: Tenant,
  connections: Connections | undefined,
): Opener<Submitter> {
  switch (submission.kind) {
    case 'local': {
      const submitter = new LocalSubmitter({ maildir: (address) => localMaildir(tenant, address) });
      return { open: () => submitter, close: () => submitter.close() };
    }
    case 'smtp': {
      const config = {
        host: submission.host,
        port: submission.port ?? (submission.tls === 'implicit' ? 465 : 587),
        tls: submission.tls,
        verifyCertificate: submission.verifyCertificate,
        masterUser: submission.masterUser,
        auth: submission.authenticate ? ('user' as const) : ('none' as const),
      };
      const factory = new SmtpFactory(config, connections);
      return {
        open: (account) => factory.submitterFor(account.credentials(fill(submission.login, account.login))),
        close: () => factory.close(),
      };
    }
  }
}

function maildirOf(mail: Of<MailSettings, 'maildir'>, user: string): string {
  const login = parseLogin(user);
  const path = login && fillPath(mail.path, login);
  if (!path) throw new BackendError('auth', 'a user of this name cannot have a Maildir');
  return path;
}

/** Tells whether a password is the one configured for the user, as it stands or as a hash. */
function configuredPasswords(passwords: Readonly<Record<string, string>>) {
  const byUser = new Map(Object.entries(passwords).map(([name, password]) => [name.toLowerCase(), password]));
  return (user: string, given: string): Promise<boolean> => matches(byUser.get(user), given);
}

async function matches(known: string | undefined, given: string): Promise<boolean> {
  if (known === undefined) return false;
  if (known.startsWith('$scrypt$')) return verifyPassword(given, known);
  // Hashed first: the comparison wants equal lengths, and must not tell the length either.
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(known), digest(given));
}

/** The inbox of an address of this tenant; null if nobody here has it. */
async function localMaildir(tenant: Tenant, address: string): Promise<string | null> {
  const { mail, domains } = tenant.settings;
  const login = parseLogin(address);
  if (mail.kind !== 'maildir' || !login) return null;
  // An account that signs in without a domain has the address Account.address tells.
  const own = login.domain === 'localhost' || domains.includes(login.domain);
  const users = own ? [login, parseLogin(login.local)] : [login];
  for (const user of users) {
    const path = user && fillPath(mail.path, user);
    if (user && path && (await isKnown(mail, user.user, path))) return path;
  }
  return null;
}

async function isKnown(mail: Of<MailSettings, 'maildir'>, user: string, path: string): Promise<boolean> {
  if (Object.keys(mail.passwords).some((name) => name.toLowerCase() === user)) return true;
  return access(path).then(
    () => true,
    () => false,
  );
}
