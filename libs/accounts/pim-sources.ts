import { BackendError, noPassword, type Backend, type PimClass } from '#backend';
import type { Connections } from '#connections';
import { DavFactory, type DavCredentials } from '#backends/dav';
import { MemoryObjectSource } from '#backends/memory';
import { VdirSource } from '#backends/vdir';
import { contactCodecFor, eventCodec, noteCodec, taskCodec, type ItemCodec } from '#formats';
import { MemoryNameBook, openObjectBackend, type NameBook, type ObjectSource } from '#objects';
import type { PimSettings } from '#ops';
import type { SuggestedContacts } from '#suggested-contacts';
import type { Account } from './account.js';
import { clientScheduling } from './client-scheduling.js';
import { CombinedBackend, type Member } from './combined-backend.js';
import { ownAddress } from './identities.js';
import { AddressBooks } from './open-address-book.js';
import { noSource, type IdentitiesOf } from './sources.js';
import { fill, fillPath, type Login, type Tenant } from './tenants.js';

/** What sources of all tenants share in this process. */
export interface PimShared {
  /** Remembers names of objects; in memory if nothing else does. */
  readonly names?: (account: Account, itemClass: PimClass) => NameBook;
  /** Whom accounts wrote to; nobody is suggested without it. */
  readonly suggested?: SuggestedContacts | undefined;
  /** Other processes serve the same accounts. */
  readonly isOneOfMany?: boolean;
  /** The limits of connections to all hosts; each source keeps to its own without it. */
  readonly connections?: Connections;
}

/** Where things are kept as whole texts; notes in IMAP are mail, and a directory has entries. */
type TextSettings = Exclude<PimSettings, { kind: 'imap-notes' | 'ldap' }>;
type DavSettings = Extract<TextSettings, { kind: 'caldav' | 'carddav' }>;

const codecs: Readonly<Record<Exclude<PimClass, 'Contacts'>, ItemCodec>> = {
  Calendar: eventCodec,
  Tasks: taskCodec,
  Notes: noteCodec,
};

/** Opens the notes that lie among the account's mail. */
export type OpenNotes = (
  account: Account,
  options: { readonly folder: string; readonly names: NameBook; readonly feedsElsewhere: boolean },
) => Promise<Backend>;

const suggestedPrefix = 'suggested:';
const directoryPrefix = 'directory:';

/**
 * A tenant's sources of contacts, calendars, tasks and notes. Sections that name the same server with the same settings
 * share what is known of it: one discovery and one look at what changed serve calendars and tasks together.
 */
export class PimSources {
  /** Classes there is a source for. */
  readonly itemClasses: readonly PimClass[];
  private readonly factories = new Map<string, DavFactory>();
  private readonly memories = new Map<string, MemoryObjectSource>();
  private readonly books = new Map<string, NameBook>();
  /** The directory as the contacts themselves, and as a folder beside them. */
  private readonly everybody: AddressBooks | null;
  private readonly directory: AddressBooks | null;

  constructor(
    private readonly tenant: Tenant,
    private readonly shared: PimShared,
    private readonly openNotes: OpenNotes,
  ) {
    const { calendar, tasks, contacts, notes, directory, fileAs } = tenant.settings;
    this.everybody =
      contacts?.kind === 'ldap'
        ? new AddressBooks(contacts, { isMain: true, fileAs }, shared.connections)
        : null;
    this.directory =
      directory?.addressBook === undefined
        ? null
        : new AddressBooks(directory, { isMain: false, fileAs }, shared.connections);
    this.itemClasses = [
      ...(contacts || this.directory || this.suggestions ? (['Contacts'] as const) : []),
      ...(calendar ? (['Calendar'] as const) : []),
      ...(tasks ? (['Tasks'] as const) : []),
      ...(notes ? (['Notes'] as const) : []),
    ];
  }

  /** Throws BackendError. */
  async open(
    itemClass: PimClass,
    account: Account,
    identities: IdentitiesOf = ownAddress(account),
  ): Promise<Backend> {
    const members: Member[] = [];
    const settings = this.settingsOf(itemClass);
    if (settings)
      members.push({ prefix: '', backend: await this.main(itemClass, settings, account, identities) });
    if (itemClass === 'Contacts' && this.directory)
      members.push({ prefix: directoryPrefix, backend: this.directory.open(account) });
    if (itemClass === 'Contacts' && this.suggestions)
      members.push({ prefix: suggestedPrefix, backend: this.suggestions.open(account.key) });
    const [first, ...others] = members;
    if (!first) throw noSource(itemClass);
    // A source keeps its prefix when it is alone, so that its folders stay the same when another one joins it.
    return others.length === 0 && first.prefix === ''
      ? first.backend
      : new CombinedBackend([first, ...others]);
  }

  /** The DAV account of these settings, for what is no item: when others are free. */
  openDav(settings: DavSettings, account: Account): ReturnType<DavFactory['open']> {
    return this.factory(settings).open(davCredentials(settings, account));
  }

  async close(): Promise<void> {
    const factories = [...this.factories.values(), this.everybody, this.directory];
    await Promise.all(factories.map(async (factory) => factory?.close()));
  }

  private get suggestions(): SuggestedContacts | undefined {
    return this.tenant.settings.suggestedContacts ? this.shared.suggested : undefined;
  }

  private settingsOf(itemClass: PimClass): PimSettings | undefined {
    const { calendar, tasks, contacts, notes } = this.tenant.settings;
    return { Calendar: calendar, Tasks: tasks, Contacts: contacts, Notes: notes }[itemClass];
  }

  private async main(
    itemClass: PimClass,
    settings: PimSettings,
    account: Account,
    identities: IdentitiesOf,
  ): Promise<Backend> {
    if (settings.kind === 'ldap') {
      if (!this.everybody) throw noSource(itemClass);
      return this.everybody.open(account);
    }
    const names = this.names(account, itemClass);
    const feedsElsewhere = this.shared.isOneOfMany ?? false;
    if (settings.kind === 'imap-notes')
      return this.openNotes(account, { folder: settings.folder, names, feedsElsewhere });
    const source = await this.source(itemClass, settings, account);
    const owner = async () => ({ identities: await identities() });
    return openObjectBackend(source, this.codec(itemClass), {
      names,
      owner,
      feedsElsewhere,
    });
  }

  private codec(itemClass: PimClass): ItemCodec {
    return itemClass === 'Contacts' ? contactCodecFor(this.tenant.settings.fileAs) : codecs[itemClass];
  }

  /** Where nothing outlives the process, at least everybody who opens the account in it shares a book. */
  private names(account: Account, itemClass: PimClass): NameBook {
    if (this.shared.names) return this.shared.names(account, itemClass);
    const key = `${itemClass} ${account.user}`;
    const book = this.books.get(key) ?? new MemoryNameBook();
    this.books.set(key, book);
    return book;
  }

  private async source(itemClass: PimClass, settings: TextSettings, account: Account): Promise<ObjectSource> {
    switch (settings.kind) {
      case 'caldav':
      case 'carddav':
        return this.dav(itemClass, settings, account);
      case 'vdir':
        return new VdirSource({ root: vdirOf(settings.path, account.login), itemClass });
      case 'memory':
        return this.memory(itemClass, account);
    }
  }

  /** Exactly one tells those who are invited (trap 89): where it is not the server, the server is told so. */
  private async dav(itemClass: PimClass, settings: DavSettings, account: Account): Promise<ObjectSource> {
    const source = await this.openDav(settings, account);
    const { scheduling } = this.tenant.settings;
    const isOurs = scheduling === 'client' || scheduling === 'godwit';
    return itemClass === 'Calendar' && isOurs ? clientScheduling(source) : source;
  }

  private factory(settings: DavSettings): DavFactory {
    // Who signs in differs by account, all else makes a server.
    const { login: _login, password: _password, token: _token, ...server } = settings;
    const key = JSON.stringify(server);
    const known = this.factories.get(key);
    if (known) return known;
    const factory = new DavFactory(server, this.shared.connections);
    this.factories.set(key, factory);
    return factory;
  }

  private memory(itemClass: PimClass, account: Account): MemoryObjectSource {
    const key = `${itemClass} ${account.user}`;
    const known = this.memories.get(key);
    if (known) return known;
    const source = new MemoryObjectSource(itemClass);
    this.memories.set(key, source);
    return source;
  }
}

/** The login and the address are templates; a token or password of the settings' own stands for all accounts. */
function davCredentials({ url, login, password, token }: DavSettings, account: Account): DavCredentials {
  const address = fill(url, escaped(account.login));
  const user = fill(login, account.login);
  if (token !== undefined) return { user, token, address };
  if (password !== undefined) return { user, password, address };
  const own = account.credentials(user);
  if ('isVouched' in own) throw noPassword('DAV');
  // The token is read when it is needed: what is spread is a copy that never gets a newer one.
  return Object.assign(own, { address });
}

const escaped = ({ user, local, domain }: Login): Login => ({
  user: encodeURIComponent(user),
  local: encodeURIComponent(local),
  domain: encodeURIComponent(domain),
});

function vdirOf(template: string, login: Login): string {
  const path = fillPath(template, login);
  if (!path) throw new BackendError('auth', 'a user of this name cannot have a folder');
  return path;
}
