import { BackendError } from '#backend';
import {
  AndFilter,
  EqualityFilter,
  FilterParser,
  OrFilter,
  PresenceFilter,
  SubstringFilter,
  type Filter,
} from 'ldapts';
import type { Schema } from './attributes.js';
import type { LdapUser } from './config.js';

/** What more words would find nobody is looking for. */
const MAX_WORDS = 8;
const MAX_LENGTH = 256;

/** The words of what the user typed: `Müller, Anna` are two. */
export function wordsOf(text: string): string[] {
  const words = text
    .slice(0, MAX_LENGTH)
    .normalize('NFC')
    .split(/[\s,;"<>()\0]+/u)
    .filter((word) => word !== '');
  return words.slice(0, MAX_WORDS);
}

/**
 * Entries of which each word begins a value. Values go into the request as they are, never through the text form of
 * filters: there is nothing in them to be escaped.
 */
export function beginningFilter(words: readonly string[], schema: Schema): Filter {
  return among(
    schema,
    words.map(
      (initial) =>
        new OrFilter({
          filters: schema.searched.map((attribute) => new SubstringFilter({ attribute, initial })),
        }),
    ),
  );
}

/**
 * Bytes of a word that is looked for within names: with the space before it, it fills a key of slapd's substring index
 * (olcIndexSubstrAnyLen, 4). For a shorter one the server would look at every entry it has.
 */
const INDEXED = 3;

/** As `beginningFilter`, and a word may also begin a later word of a name. Null if no word is long enough for that. */
export function withinFilter(words: readonly string[], schema: Schema): Filter | null {
  const isLong = (word: string) => Buffer.byteLength(word) >= INDEXED;
  if (!words.some(isLong)) return null;
  const tests = words.map((word) => [
    ...schema.searched.map((attribute) => new SubstringFilter({ attribute, initial: word })),
    ...(isLong(word) ? schema.names.flatMap((attribute) => laterWord(attribute, word)) : []),
  ]);
  return among(
    schema,
    tests.map((filters) => new OrFilter({ filters })),
  );
}

const laterWord = (attribute: string, word: string): Filter[] =>
  [' ', '-', '('].map((before) => new SubstringFilter({ attribute, any: [`${before}${word}`] }));

/** Entries that are named exactly so. */
export function exactFilter(words: readonly string[], schema: Schema): Filter {
  const value = words.join(' ');
  return among(schema, [
    new OrFilter({ filters: schema.searched.map((attribute) => new EqualityFilter({ attribute, value })) }),
  ]);
}

/** Entries of the address book: those with an address that fit the configured filter. */
function among(schema: Schema, filters: readonly Filter[]): Filter {
  const addresses = schema.attributes.emailAddress.map((attribute) => new PresenceFilter({ attribute }));
  const [address] = addresses;
  const hasAddress = address && addresses.length === 1 ? address : new OrFilter({ filters: addresses });
  return new AndFilter({ filters: [parseFilter(schema.filter), hasAddress, ...filters] });
}

/** Everybody who can be written to or called. */
export function addressBookFilter(schema: Schema): Filter {
  const { emailAddress, phone, mobilePhone, homePhone } = schema.attributes;
  const reachable = [...emailAddress, ...phone, ...mobilePhone, ...homePhone];
  const filters = reachable.map((attribute) => new PresenceFilter({ attribute }));
  return new AndFilter({ filters: [parseFilter(schema.filter), new OrFilter({ filters })] });
}

/** RFC 4515 3: a value in the text form of a filter, every byte that is not plain escaped. */
export function escapeFilterValue(value: string): string {
  const escape = (byte: number) => `\\${byte.toString(16).padStart(2, '0')}`;
  return value.replace(/[^\w@.+ -]/gu, (char) => [...Buffer.from(char)].map(escape).join(''));
}

/** RFC 4514 2.4: a value in the text form of a name. */
export function escapeDnValue(value: string): string {
  return value.replace(
    /[\0"+,;<=>\\#]|^ | $/g,
    (char) => `\\${char.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
}

/** Fills `{user}`, `{local}` and `{domain}`. */
export function fillTemplate(template: string, user: LdapUser, escape: (value: string) => string): string {
  return template.replace(/\{(user|local|domain)\}/g, (_, name: 'user' | 'local' | 'domain') =>
    escape(user[name]),
  );
}

/** The entry of who signed in. */
export const userFilter = (schema: Schema, user: LdapUser): Filter =>
  parseFilter(fillTemplate(schema.userFilter, user, escapeFilterValue));

/** A configured filter. Throws BackendError `unavailable` if it is none: the administrator has to look. */
function parseFilter(text: string): Filter {
  try {
    return FilterParser.parseString(text);
  } catch (error) {
    throw new BackendError('unavailable', `directory: no filter: ${text}`, {
      reason: 'bad-filter',
      cause: error,
    });
  }
}
