import type { DirectoryEntry, Identity } from '#backend';
import type { Entry } from 'ldapts';
import type { AttributeSet } from './attributes.js';
import { certificatesOf } from './certificates.js';
import type { DirectoryAttribute } from './config.js';

/** Bytes of a picture no directory means to send to a phone. */
const MAX_PICTURE = 1024 * 1024;
const MAX_CERTIFICATES = 20;
const addressPattern = /^[^\s@<>"]+@[^\s@<>"]+$/;

/** An entry's values, found by attribute whatever the case of its name (RFC 4512 2.5). */
export class Values {
  readonly #values = new Map<string, readonly (string | Buffer)[]>();

  constructor(
    readonly entry: Entry,
    private readonly attributes: AttributeSet,
  ) {
    for (const [name, value] of Object.entries(entry)) {
      this.#values.set(name.toLowerCase(), Array.isArray(value) ? value : [value]);
    }
  }

  texts(name: DirectoryAttribute): string[] {
    const texts = this.#all(name).filter((value) => typeof value === 'string');
    return texts.map((text) => text.trim()).filter((text) => text !== '');
  }

  bytes(name: DirectoryAttribute): Buffer[] {
    return this.#all(name).map((value) => (typeof value === 'string' ? Buffer.from(value) : value));
  }

  #all(name: DirectoryAttribute): (string | Buffer)[] {
    return this.attributes[name].flatMap((attribute) => this.#values.get(attribute.toLowerCase()) ?? []);
  }
}

const plain = [
  'firstName',
  'lastName',
  'alias',
  'title',
  'company',
  'office',
  'phone',
  'homePhone',
  'mobilePhone',
] as const satisfies readonly DirectoryAttribute[];

/** Attributes of an entry without its pictures and certificates. */
export const lightAttributes = (attributes: AttributeSet): string[] =>
  [...plain, 'displayName' as const, 'emailAddress' as const].flatMap((name) => attributes[name]);

/** What a phone is told of the entry; null if it has no address. */
export function toDirectoryEntry(values: Values): DirectoryEntry | null {
  const emailAddress = values.texts('emailAddress').find((text) => addressPattern.test(text));
  if (emailAddress === undefined) return null;
  const told = plain.flatMap((name) => {
    const [first] = values.texts(name);
    return first === undefined ? [] : [[name, first] as const];
  });
  return {
    displayName: values.texts('displayName')[0] ?? emailAddress,
    emailAddress,
    ...Object.fromEntries(told),
  };
}

/** What was asked for beside it. */
export async function heavyParts(
  values: Values,
  asked: { readonly pictures?: boolean; readonly certificates?: boolean },
): Promise<Pick<DirectoryEntry, 'picture' | 'certificates'>> {
  const picture = values.bytes('picture').find(({ length }) => length > 0 && length <= MAX_PICTURE);
  const certificates = asked.certificates ? await certificatesOf(values.bytes('certificates')) : [];
  return {
    ...(asked.pictures && picture && { picture }),
    ...(certificates.length > 0 && { certificates: certificates.slice(0, MAX_CERTIFICATES) }),
  };
}

/** The addresses an entry may send from, the main one first; `smtp:` marks those of proxyAddresses. */
export function identitiesOf(values: Values): Identity[] {
  const displayName = values.texts('displayName')[0] ?? null;
  const others = values.texts('otherAddresses').flatMap((text) => {
    const [, scheme, address] = /^(?:(\w+):)?(.*)$/s.exec(text) ?? [];
    return scheme === undefined || scheme.toLowerCase() === 'smtp' ? [address ?? ''] : [];
  });
  const addresses = [...values.texts('emailAddress'), ...others]
    .map((address) => address.toLowerCase())
    .filter((address) => addressPattern.test(address));
  return [...new Set(addresses)].map((address) => ({ address, displayName }));
}
