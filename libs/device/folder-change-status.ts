import type { BackendError, ItemClass } from '#backend';
import type { FolderChange, WireFolder } from './messages.js';

type Kind = FolderChange['kind'];

export const BAD_KEY = 9;
export const SERVER_ERROR = 6;
export const MALFORMED = 10;

/**
 * MS-ASCMD 2.2.3.177.3, .4 and .6: each of the three commands has its own table (trap 29). `special` is a folder that
 * must stay as it is, and for FolderCreate a parent that takes none; `unable` a source that cannot do such a thing.
 */
export const Status = {
  create: { exists: 2, special: 3, notFound: 5, noParent: 5, unable: 12 },
  update: { exists: 2, special: 2, notFound: 4, noParent: 5, unable: 11 },
  delete: { exists: SERVER_ERROR, special: 3, notFound: 4, noParent: 4, unable: 11 },
} as const satisfies Record<Kind, Record<string, number>>;

/** Ends a folder change with a Status. */
export class Refused extends Error {
  override readonly name = 'Refused';
  constructor(readonly status: number) {
    super(`folder change refused: ${status}`);
  }
}

/** Sources name the folders that must stay as they are so: special ones (also Junk, which phones see as a plain folder), and others'. */
const UNTOUCHABLE: ReadonlySet<string> = new Set(['special-folder', 'read-only']);

/** Why the source did not do it, in the words of the command's own table. */
export function statusOf(kind: Kind, error: BackendError): number {
  switch (error.kind) {
    case 'gone':
      return Status[kind].notFound;
    case 'conflict':
      return Status[kind].exists;
    case 'invalid':
      return UNTOUCHABLE.has(error.reason) ? Status[kind].special : MALFORMED;
    case 'unsupported':
      return Status[kind].unable;
    case 'unavailable':
    case 'throttled':
      return SERVER_ERROR;
    case 'auth':
      throw error;
  }
}

/** MS-ASCMD 2.2.3.186.2: what a phone may create. Journals (16) no source has; 2 to 11 and 19 are default folders. */
const CLASS_OF_TYPE: Readonly<Record<number, ItemClass>> = {
  12: 'Email',
  13: 'Calendar',
  14: 'Contacts',
  15: 'Tasks',
  17: 'Notes',
};

/** The class of notes came with 14.0. */
export const NOTES_SINCE = 140;

/** A folder of no declared class; it gets that of its parent. */
export const GENERIC = 1;

/** Throws Refused for a type that no phone may create. */
export function classToCreate(
  type: number,
  parentClass: ItemClass | null,
  protocolVersion: number,
): ItemClass {
  const itemClass = type === GENERIC ? (parentClass ?? 'Email') : CLASS_OF_TYPE[type];
  if (itemClass === undefined || (itemClass === 'Notes' && protocolVersion < NOTES_SINCE))
    throw new Refused(MALFORMED);
  return itemClass;
}

const LAST_DEFAULT_TYPE = 11;

const RECIPIENT_CACHE_TYPE = 19;
/** MS-ASCMD 2.2.1.6: the Status for a phone that would rename or move the recipient information cache. */
export const CACHE_UPDATED = 3;

export const isRecipientCache = ({ type }: Pick<WireFolder, 'type'>): boolean =>
  type === RECIPIENT_CACHE_TYPE;

/** The Inbox and its like: no phone may rename, move or delete them. */
export const isSpecial = (folder: WireFolder): boolean =>
  (folder.type !== GENERIC && folder.type <= LAST_DEFAULT_TYPE) || isRecipientCache(folder);
