import type { Directory, DirectoryAnswer, DirectoryEntry, DirectoryRequest, Identity } from '#backend';
import type { Entry } from 'ldapts';
import { schemaOf, type Schema } from './attributes.js';
import type { LdapConfig, LdapUser } from './config.js';
import type { LdapConnection } from './connection.js';
import { heavyParts, identitiesOf, lightAttributes, toDirectoryEntry, Values } from './entry.js';
import { beginningFilter, exactFilter, userFilter, withinFilter, wordsOf } from './filters.js';
import { bestFirst } from './rank.js';
import { Recent } from './recent.js';

/** Answers remembered for all who share a connection, and for one user. */
const SEARCHES = 200;
const MINUTE = 60_000;
/** Entries whose pictures and certificates are asked for at once. */
const AT_ONCE = 20;
/** Entries a page where everybody is listed: no more than Active Directory gives. */
const LISTED_AT_ONCE = 500;
const defaults = { pageSize: 100, maxResults: 200, remember: MINUTE } as const;

type Searched = ReturnType<Searches['light']>;

/** Who was found, best first; `dns` says where the rest of an entry is. */
interface Found {
  readonly entries: readonly DirectoryEntry[];
  readonly dns: ReadonlyMap<DirectoryEntry, string>;
}

/** Searches over one connection; what it finds is remembered for everybody who may use the connection. */
export class Searches {
  readonly schema: Schema;
  readonly connection: LdapConnection;
  readonly #config: Required<Pick<LdapConfig, 'base' | 'pageSize' | 'maxResults'>>;
  readonly #recent: Recent<Found>;

  constructor(config: LdapConfig, connection: LdapConnection, now: () => number) {
    this.schema = schemaOf(config);
    this.connection = connection;
    const { base, pageSize = defaults.pageSize, maxResults = defaults.maxResults } = config;
    this.#config = { base, pageSize, maxResults };
    this.#recent = new Recent(SEARCHES, config.remember ?? defaults.remember, now);
  }

  /** Everybody the words fit, without pictures and certificates. `wanted`: so many are enough. */
  light(words: readonly string[], wanted: number): Promise<Found> {
    const enough = Math.min(Math.max(wanted, 1), this.#config.maxResults);
    const key = JSON.stringify([enough, ...words.map((word) => word.toLowerCase())]);
    return this.#recent.get(key, () => this.#light(words, enough));
  }

  /** The entry at a name with the attributes, of which `binary` hold bytes; null if it is gone. */
  async whole(dn: string, attributes: readonly string[], binary = attributes): Promise<Values | null> {
    const [entry] = await this.connection.search(dn, {
      scope: 'base',
      sizeLimit: 1,
      attributes: [...attributes],
      explicitBufferAttributes: bufferNames(binary),
    });
    return entry ? this.#values(entry) : null;
  }

  /** Entries a filter finds, with some attributes. */
  async find(filter: ReturnType<typeof userFilter>, attributes: readonly string[], limit: number) {
    const { base } = this.#config;
    const found = await this.connection.search(base, {
      filter,
      sizeLimit: limit,
      attributes: [...attributes],
    });
    return found.map((entry) => this.#values(entry));
  }

  /** All whom a filter finds. Throws BackendError, also (`limit-exceeded`) if there are more than can be told. */
  everybody(
    filter: ReturnType<typeof userFilter>,
    attributes: readonly string[],
    most: number,
  ): Promise<Entry[]> {
    return this.connection.list(this.#config.base, {
      filter,
      attributes: [...attributes],
      explicitBufferAttributes: ['objectGUID'],
      pageSize: Math.max(this.#config.pageSize, LISTED_AT_ONCE),
      most,
    });
  }

  async #light(words: readonly string[], enough: number): Promise<Found> {
    const { maxResults } = this.#config;
    const { schema } = this;
    const found = new Map<string, Values>();
    const add = (entries: readonly Entry[]) => {
      for (const entry of entries) found.set(entry.dn.toLowerCase(), this.#values(entry));
      return entries.length >= maxResults;
    };
    const isCut = add(await this.#page(beginningFilter(words, schema)));
    // With so many at the beginning, who is named exactly so may be beyond the end.
    if (isCut) add(await this.#page(exactFilter(words, schema)));
    else if (found.size < enough) {
      const within = withinFilter(words, schema);
      if (within) add(await this.#page(within));
    }
    const dns = new Map<DirectoryEntry, string>();
    for (const values of found.values()) {
      const entry = toDirectoryEntry(values);
      if (entry) dns.set(entry, values.entry.dn);
    }
    return { entries: bestFirst([...dns.keys()], words), dns };
  }

  #page(filter: ReturnType<typeof userFilter>): Promise<Entry[]> {
    const { base, pageSize, maxResults } = this.#config;
    return this.connection.search(base, {
      filter,
      sizeLimit: maxResults,
      attributes: lightAttributes(this.schema.attributes),
      // RFC 2696: no control where one page is enough.
      ...(pageSize < maxResults && { paged: { pageSize } }),
    });
  }

  #values(entry: Entry): Values {
    return new Values(entry, this.schema.attributes);
  }
}

/** ldapts gives bytes only for attributes written as the server writes them. */
function bufferNames(attributes: readonly string[]): string[] {
  const known = ['jpegPhoto', 'thumbnailPhoto', 'userSMIMECertificate', 'userCertificate'];
  return [...attributes, ...attributes.map((name) => name.toLowerCase()), ...known];
}

/** An LDAP directory as one account sees it. */
export class LdapDirectory implements Directory {
  readonly kind = 'ldap';
  readonly #own: Recent<readonly Identity[]>;

  constructor(
    private readonly searches: Searches,
    private readonly user: LdapUser,
    now: () => number,
    /** Closes what nobody else uses. */
    readonly close: () => Promise<void>,
  ) {
    this.#own = new Recent(1, MINUTE, now);
  }

  async search(request: DirectoryRequest): Promise<DirectoryAnswer> {
    const words = wordsOf(request.text);
    if (words.length === 0) return { entries: [], total: 0 };
    const found = await this.searches.light(words, request.limit);
    const best = found.entries.slice(0, Math.max(0, request.limit));
    const total = found.entries.length;
    if (!request.pictures && !request.certificates) return { entries: best, total };
    return { entries: await this.#complete(best, found, request), total };
  }

  identities(): Promise<readonly Identity[]> {
    return this.#own.get('', () => this.#identities());
  }

  /**
   * Several entries of one login may not be told apart: nobody may send mail in another's name because both are called
   * `anna` in their companies.
   */
  async #identities(): Promise<readonly Identity[]> {
    const { schema } = this.searches;
    const { displayName, emailAddress, otherAddresses } = schema.attributes;
    const attributes = [...displayName, ...emailAddress, ...otherAddresses];
    const entries = await this.searches.find(userFilter(schema, this.user), attributes, 2);
    const [only] = entries;
    return only && entries.length === 1 ? identitiesOf(only) : [];
  }

  async #complete(
    entries: readonly DirectoryEntry[],
    { dns }: Awaited<Searched>,
    asked: Pick<DirectoryRequest, 'pictures' | 'certificates'>,
  ): Promise<DirectoryEntry[]> {
    const { picture, certificates } = this.searches.schema.attributes;
    const attributes = [...(asked.pictures ? picture : []), ...(asked.certificates ? certificates : [])];
    const whole: DirectoryEntry[] = [];
    for (let at = 0; at < entries.length; at += AT_ONCE) {
      const some = entries.slice(at, at + AT_ONCE).map(async (entry) => {
        const values = await this.searches.whole(dns.get(entry) ?? '', attributes);
        return values ? { ...entry, ...(await heavyParts(values, asked)) } : entry;
      });
      whole.push(...(await Promise.all(some)));
    }
    return whole;
  }
}
