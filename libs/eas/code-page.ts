import type { VersionRange } from './version.js';

/** One tag of a code page: how an element is named on the wire. */
export interface Tag<Name extends string = string> {
  readonly page: number;
  readonly token: number;
  readonly name: Name;
  /** As traces and lists of tags spell it: `AirSync:SyncKey`. */
  readonly qualifiedName: string;
  /** Page and token in one number, to look up by. */
  readonly code: number;
  /** Protocol versions that know the tag (times ten). */
  readonly versions: VersionRange;
}

type TokenDeclaration = number | { readonly token: number; readonly versions: VersionRange };

/** A code page: its tags by name. */
export type CodePage<Names extends string = string> = { readonly [Name in Names]: Tag<Name> };

const FIRST_TOKEN = 0x05;
const LAST_TOKEN = 0x3f;

export const tagCode = (page: number, token: number): number => (page << 6) | token;

/** A tag that came with a protocol version. */
export const since = (from: number, token: number): TokenDeclaration => ({ token, versions: { from } });

/** A tag that later versions know no more. */
export const until = (to: number, token: number): TokenDeclaration => ({ token, versions: { to } });

const byCode = new Map<number, Tag>();
const byQualifiedName = new Map<string, Tag>();
const pages = new Map<number, string>();

/**
 * Declares a code page of MS-ASWBXML 2.1.2.1: the one place where its tokens are written down. Throws on a token that is
 * out of the range of tags or used twice.
 */
export function codePage<const T extends Record<string, TokenDeclaration>>(
  page: number,
  name: string,
  tokens: T,
): CodePage<Extract<keyof T, string>> {
  if (pages.has(page)) throw new Error(`code page ${page} is declared twice`);
  pages.set(page, name);
  const tags: Record<string, Tag> = {};
  for (const [tagName, declaration] of Object.entries(tokens)) {
    const { token, versions } =
      typeof declaration === 'number' ? { token: declaration, versions: {} } : declaration;
    if (token < FIRST_TOKEN || token > LAST_TOKEN)
      throw new Error(`${name}:${tagName} is out of the range of tags`);
    const code = tagCode(page, token);
    if (byCode.has(code))
      throw new Error(`${name}:${tagName} has the token of ${byCode.get(code)?.qualifiedName}`);
    const tag: Tag = { page, token, name: tagName, qualifiedName: `${name}:${tagName}`, code, versions };
    tags[tagName] = tag;
    byCode.set(code, tag);
    byQualifiedName.set(tag.qualifiedName, tag);
  }
  return tags as CodePage<Extract<keyof T, string>>;
}

/** The tag with this token, if its page is declared and knows it. */
export const tagOf = (page: number, token: number): Tag | undefined => byCode.get(tagCode(page, token));

/** The tag with this qualified name (`Contacts:Email1Address`). */
export const tagNamed = (qualifiedName: string): Tag | undefined => byQualifiedName.get(qualifiedName);

/** Windows Live puts tags of its own on page 254; they mean nothing here and are skipped. */
const FOREIGN_PAGE = 254;

/** Whether tags of the page may occur at all, known or to be skipped. */
export const isKnownPage = (page: number): boolean => pages.has(page) || page === FOREIGN_PAGE;

/** A name for a tag that nobody declared: `Email:0x3f`. */
export const describeTag = (page: number, token: number): string =>
  tagOf(page, token)?.qualifiedName ?? `${pages.get(page) ?? page}:0x${token.toString(16).padStart(2, '0')}`;
