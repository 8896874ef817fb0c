import type { BackendFolder, FolderRole } from '#backend';
import { decodeModifiedUtf7, mailboxRole } from '#formats';
import { isSelectable, type Listed, type MailboxList } from './mailbox-list.js';

/** What an account shows of what the server lists. */
export interface TreeRules {
  /** Paths subscribed to; null shows all. Folders with a purpose are shown in any case. */
  readonly subscribed: ReadonlySet<string> | null;
  /** Patterns of ImapConfig.hiddenFolders. */
  readonly hidden: readonly string[];
}

/** A folder without what takes more than a LIST to know. */
export type TreeFolder = Omit<BackendFolder, 'identity' | 'readOnly'> & { readonly foreign: boolean };

const roleOfUse: Readonly<Record<string, FolderRole>> = {
  '\\drafts': 'drafts',
  '\\sent': 'sent',
  '\\trash': 'trash',
  '\\junk': 'junk',
  '\\archive': 'archive',
};

/** Mailboxes no phone can make sense of: search results that look like folders. */
const virtual: ReadonlySet<string> = new Set(['\\all', '\\flagged', '\\important']);

/** The folders of an account in the order of the port: parents first. Pure. */
export function folderTree(
  list: Pick<MailboxList, 'mailboxes' | 'namespaces'>,
  rules: TreeRules,
): TreeFolder[] {
  const personalPrefix = list.namespaces.personal.prefix;
  const isHidden = hiding(rules.hidden);
  const present = list.mailboxes
    .filter((mailbox) => isPresentable(mailbox) && !isHidden(mailbox))
    .sort(inboxFirst);
  const roles = rolesOf(present, personalPrefix);
  const isShown = ({ path }: Listed): boolean =>
    rules.subscribed === null || rules.subscribed.has(path) || roles.has(path);
  const shown = new Map(present.filter(isShown).map((mailbox) => [mailbox.path, mailbox]));
  const result: TreeFolder[] = [];
  const done = new Set<string>();
  const add = (mailbox: Listed): void => {
    if (done.has(mailbox.path)) return;
    done.add(mailbox.path);
    const parent = parentPath(mailbox, personalPrefix);
    // A level nobody created, or that is not shown itself, still is what its children stand in.
    if (parent !== null) add(shown.get(parent) ?? level(parent, mailbox));
    result.push({
      path: mailbox.path,
      parent,
      name: decodeModifiedUtf7(ownName(mailbox)),
      itemClass: 'Email',
      role: roles.get(mailbox.path) ?? null,
      selectable: isSelectable(mailbox),
      foreign: mailbox.foreign,
    });
  };
  for (const mailbox of shown.values()) if (!isEmptyLevel(mailbox)) add(mailbox);
  return result;
}

const level = (path: string, { delimiter, foreign }: Listed): Listed => ({
  path,
  delimiter,
  attributes: new Set(['\\noselect']),
  foreign,
});

/** Servers list in any order, and roles go to the first: it has to be the same one each time. */
const inboxFirst = (a: Listed, b: Listed): number =>
  Number(b.path === 'INBOX') - Number(a.path === 'INBOX') || (a.path < b.path ? -1 : 1);

const isPresentable = ({ attributes }: Listed): boolean =>
  ![...attributes].some((attribute) => virtual.has(attribute));

/** A folder that holds no mail is shown only for the sake of its children, which bring it along. */
const isEmptyLevel = (mailbox: Listed): boolean => !isSelectable(mailbox);

/** What the server marks (SPECIAL-USE) counts before what the names suggest, and each role is given once. */
function rolesOf(mailboxes: readonly Listed[], personalPrefix: string): Map<string, FolderRole> {
  const roles = new Map<string, FolderRole>();
  const taken = new Set<FolderRole>();
  const give = ({ path }: Listed, role: FolderRole | null | undefined): void => {
    if (role === null || role === undefined || taken.has(role) || roles.has(path)) return;
    taken.add(role);
    roles.set(path, role);
  };
  // Another user's Sent is no place for this user's mail.
  const own = mailboxes.filter((mailbox) => isSelectable(mailbox) && !mailbox.foreign);
  for (const mailbox of own) if (mailbox.path === 'INBOX') give(mailbox, 'inbox');
  for (const mailbox of own) for (const attribute of mailbox.attributes) give(mailbox, roleOfUse[attribute]);
  for (const mailbox of own) {
    const role = isTop(mailbox, personalPrefix) ? mailboxRole(decodeModifiedUtf7(ownName(mailbox))) : null;
    if (role !== 'inbox') give(mailbox, role);
  }
  return roles;
}

/** Only folders at the top, or right below the Inbox where servers keep all there, are what their name says. */
function isTop({ path, delimiter }: Listed, personalPrefix: string): boolean {
  const name = path.startsWith(personalPrefix) ? path.slice(personalPrefix.length) : path;
  return delimiter === null || !name.replace(`INBOX${delimiter}`, '').includes(delimiter);
}

function ownName({ path, delimiter }: Listed): string {
  return delimiter === null || delimiter === ''
    ? path
    : path.slice(path.lastIndexOf(delimiter) + delimiter.length);
}

/** The level above; the personal namespace's own prefix (`INBOX.`) is none. */
function parentPath({ path, delimiter }: Listed, personalPrefix: string): string | null {
  if (delimiter === null || delimiter === '') return null;
  const end = path.lastIndexOf(delimiter);
  if (end <= 0) return null;
  const parent = path.slice(0, end);
  if (parent + delimiter === personalPrefix) return null;
  return parent.toUpperCase() === 'INBOX' ? 'INBOX' : parent;
}

/**
 * Whether a mailbox is hidden by a pattern that fits it or a level above it. Patterns are what people read: decoded,
 * levels parted by `/` whatever the server has, case ignored. The Inbox is always there.
 */
function hiding(patterns: readonly string[]): (mailbox: Listed) => boolean {
  if (patterns.length === 0) return () => false;
  const parts = patterns.map((pattern) =>
    pattern
      .normalize('NFC')
      .split('*')
      .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
      .join('.*'),
  );
  const expression = new RegExp(`^(?:${parts.join('|')})(?:/.*)?$`, 'isu');
  return ({ path, delimiter }) => {
    const levels = delimiter === null || delimiter === '' ? [path] : path.split(delimiter);
    const readable = levels.map(decodeModifiedUtf7).join('/').normalize('NFC');
    return path !== 'INBOX' && expression.test(readable);
  };
}
