import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { BackendError, type MailState } from '#backend';
import { mailFlags, type MailFlags } from '#formats';

/** A message file's name: the unique part which it keeps for ever, and the flags behind `:2,`. */
export interface FileName {
  readonly base: string;
  /** Sorted letters: D draft, F flagged, P passed on, R replied, S seen, T trashed, a to z keywords; others are kept. */
  readonly flags: string;
}

/** Null for files that are no messages. */
export function parseFileName(name: string): FileName | null {
  // A name that is not valid UTF-8 cannot be opened by it.
  if (name.startsWith('.') || name.includes('\ufffd')) return null;
  const at = name.indexOf(':2,');
  return at < 0 ? { base: name, flags: '' } : { base: name.slice(0, at), flags: sorted(name.slice(at + 3)) };
}

export const formatFileName = ({ base, flags }: FileName): string => `${base}:2,${flags}`;

const sorted = (flags: string): string => [...new Set(flags)].sort().join('');

export const keywordLetters = 'abcdefghijklmnopqrstuvwxyz';

/** A folder's keywords by their letter's place: 0 is `a`. A letter nobody gave a meaning has none. */
export type KeywordNames = readonly (string | undefined)[];

/** Keywords that the letters of a file name stand for. */
export const namesOf = (flags: string, names: KeywordNames): string[] =>
  [...flags].flatMap((letter) => names[keywordLetters.indexOf(letter)] ?? []);

const flagOfLetter: Readonly<Record<string, string>> = {
  D: '\\Draft',
  F: '\\Flagged',
  P: '$Forwarded',
  R: '\\Answered',
  S: '\\Seen',
};

/** What a phone hears of the letters. */
export const flagsOfLetters = (flags: string, names: KeywordNames): MailFlags =>
  mailFlags([...[...flags].flatMap((letter) => flagOfLetter[letter] ?? []), ...namesOf(flags, names)]);

/** The letters with others for the keywords; those that mean something in `names` go. */
export const withKeywords = (flags: string, letters: string, names: KeywordNames): string =>
  sorted(
    [...flags].filter((letter) => names[keywordLetters.indexOf(letter)] === undefined).join('') + letters,
  );

/**
 * The letters after a phone's change, those of the keywords untouched. A completed follow-up is none, because Maildir has
 * no letter for it.
 */
export function changeLetters(flags: string, state: MailState): string {
  const changes: [string, boolean | undefined][] = [
    ['S', state.read],
    ['F', state.flagStatus === undefined ? undefined : state.flagStatus === 2],
    ['R', state.answered],
    ['P', state.forwarded],
    ['D', state.draft],
  ];
  let result = flags;
  for (const [letter, set] of changes) {
    if (set !== undefined) result = result.replace(letter, '') + (set ? letter : '');
  }
  return sorted(result);
}

let deliveries = 0;

/** A name nobody else uses: time, process, count, chance and host, as Maildir wants it. */
export function uniqueName(now = Date.now()): string {
  const host = hostname().replace(/[/:]/g, '_').slice(0, 60);
  const unique = `M${now % 1000}P${process.pid}Q${++deliveries}R${randomBytes(6).toString('hex')}`;
  return `${Math.floor(now / 1000)}.${unique}.${host}`;
}

export const inboxPath = 'INBOX';

/**
 * Directory of a folder below the mailbox's root: `INBOX` is the root itself, `Work.2026` is `.Work.2026`. Throws `gone`
 * for names that are none, so that no path a phone made up leads out of the mailbox.
 */
export function folderDirectory(path: string): string {
  if (path === inboxPath) return '';
  if (!isFolderPath(path)) throw new BackendError('gone', 'no such folder', { reason: 'no-such-folder' });
  return `.${path}`;
}

/** Dots separate levels, so two in a row, or one at an end, would be a level without a name. */
export const isFolderPath = (path: string): boolean =>
  path !== '' &&
  path.length <= 250 &&
  !/[/\0\ufffd]/.test(path) &&
  path.split('.').every((level) => level !== '');
