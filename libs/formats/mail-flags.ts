import { createHash } from 'node:crypto';
import { isCategory, NOTED } from '#backend';

/** What is known of a mail's state at its source. */
export interface MailFlags {
  readonly seen: boolean;
  readonly flagged: boolean;
  readonly answered: boolean;
  readonly forwarded: boolean;
  /** The categories, as the keywords they are kept as; no system keywords among them. */
  readonly keywords: readonly string[];
  /** Something about the mail is kept outside of its source (NOTED). */
  readonly noted: boolean;
  readonly draft: boolean;
}

export const noMailFlags: MailFlags = {
  seen: false,
  flagged: false,
  answered: false,
  forwarded: false,
  keywords: [],
  noted: false,
  draft: false,
};

/** Flags and keywords as IMAP names them, in the terms of a phone. They are compared without case (RFC 9051 2.3.2). */
export function mailFlags(names: readonly string[]): MailFlags {
  const lower = new Set(names.map((name) => name.toLowerCase()));
  return {
    seen: lower.has('\\seen'),
    flagged: lower.has('\\flagged'),
    answered: lower.has('\\answered'),
    forwarded: lower.has('$forwarded') || lower.has('forwarded'),
    keywords: names.filter(isCategory),
    noted: lower.has(NOTED.toLowerCase()),
    draft: lower.has('\\draft'),
  };
}

/**
 * FeedEntry.version of a mail: one letter a flag that a phone can see, in fixed order, and a hash of the keywords; `-`
 * without any. Devices hold these texts: what a mail without keywords has may never change.
 */
export function mailVersion(flags: MailFlags): string {
  const { seen, flagged, answered, forwarded, noted } = flags;
  const letters = `${seen ? 's' : ''}${flagged ? 'f' : ''}${answered ? 'a' : ''}${forwarded ? 'w' : ''}${noted ? 'n' : ''}`;
  return letters + keywordHash(flags.keywords) || '-';
}

function keywordHash(keywords: readonly string[]): string {
  if (keywords.length === 0) return '';
  const sorted = [...new Set(keywords.map((keyword) => keyword.toLowerCase()))].sort();
  return `#${createHash('sha256').update(sorted.join(' ')).digest('base64url').slice(0, 12)}`;
}

/** Whether a text can be a keyword at all: an atom (RFC 9051 9, flag-keyword). */
export const isKeyword = (text: string): boolean => /^[!#$&'+,\-./0-9:;<=>?@A-Z[^_`a-z|}~]+$/.test(text);

/** The keywords a mail has after its categories were replaced: `before` with all that are no categories, then `categories`. */
export function replaceCategories(
  before: readonly string[],
  categories: readonly string[],
): readonly string[] {
  const kept = new Map(before.map((name) => [name.toLowerCase(), name]));
  const replaced = new Map<string, string>();
  for (const name of before) if (!isCategory(name)) replaced.set(name.toLowerCase(), name);
  for (const name of categories) {
    const key = name.toLowerCase();
    // A keyword that is there keeps the case it has: servers take the two for one.
    if (isCategory(name)) replaced.set(key, kept.get(key) ?? name);
  }
  return [...replaced.values()];
}
