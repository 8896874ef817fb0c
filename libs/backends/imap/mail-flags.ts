import { BackendError, NOTED } from '#backend';
import type { MailState } from '#backend';
import { isKeyword, replaceCategories } from '#formats';
import type { Selected } from './session.js';

/** What a change of state does to the flags of a message. */
export interface FlagChanges {
  readonly remove: readonly string[];
  readonly add: readonly string[];
}

/**
 * Flags to take away and to add for a change of state; the removals come first. `before` are the flags the message has,
 * which only a change of categories asks for. Throws `invalid` for a category that is no keyword: it would end up in the
 * command line.
 */
export function flagChanges(state: MailState, before: readonly string[]): FlagChanges {
  const wanted: readonly (readonly [string, boolean | undefined])[] = [
    ['\\Seen', state.read],
    // IMAP knows no "complete" (status 1): a mail that is done with has lost its flag.
    ['\\Flagged', state.flagStatus === undefined ? undefined : state.flagStatus === 2],
    ['\\Answered', state.answered],
    ['$Forwarded', state.forwarded],
    ['\\Draft', state.draft],
    [NOTED, state.noted],
  ];
  const categories = categoryChanges(before, state.keywords);
  const named = (on: boolean): string[] => wanted.filter(([, value]) => value === on).map(([flag]) => flag);
  return {
    // Setting what is set changes nothing, and no other device would hear of it: so the mark goes and comes again.
    remove: [...named(false), ...categories.remove, ...(state.noted === true ? [NOTED] : [])],
    add: [...named(true), ...categories.add],
  };
}

function categoryChanges(before: readonly string[], keywords: readonly string[] | undefined): FlagChanges {
  if (keywords === undefined) return { remove: [], add: [] };
  const wrong = keywords.find((keyword) => !isKeyword(keyword));
  if (wrong !== undefined) {
    throw new BackendError('invalid', 'a category that is no IMAP keyword', { reason: 'keyword' });
  }
  const [had, has] = [new Set(before), new Set(replaceCategories(before, keywords))];
  return {
    remove: [...had].filter((name) => !has.has(name)),
    add: [...has].filter((name) => !had.has(name)),
  };
}

/** The flags a mailbox keeps (PERMANENTFLAGS, RFC 9051 7.1): others would be forgotten, or refused with all beside them. */
export function keepable({ permanentFlags }: Selected, flags: readonly string[]): readonly string[] {
  if (permanentFlags === null || permanentFlags.has('\\*')) return flags;
  return flags.filter((flag) => permanentFlags.has(flag.toLowerCase()));
}

/** Whether keywords are among them, which not every mailbox keeps. */
export const isKeyworded = (flags: readonly string[]): boolean =>
  flags.some((flag) => !flag.startsWith('\\'));
