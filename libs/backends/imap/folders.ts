import type { BackendFolder, FolderRole } from '#backend';
import { decodeModifiedUtf7, mailboxRole } from '#formats';
import { text, texts, type Untagged } from './nodes.js';
import type { Session } from './session.js';

interface Listed {
  readonly path: string;
  readonly delimiter: string | null;
  /** In lower case. */
  readonly attributes: ReadonlySet<string>;
}

const roleOfUse: Readonly<Record<string, FolderRole>> = {
  '\\drafts': 'drafts',
  '\\sent': 'sent',
  '\\trash': 'trash',
  '\\junk': 'junk',
  '\\archive': 'archive',
};

/** Mailboxes no phone can make sense of: search results that look like folders. */
const virtual: ReadonlySet<string> = new Set(['\\all', '\\flagged', '\\important']);

/** The user's own folders, from one LIST. Paths are the names as the server writes them. */
export async function folders(session: Session): Promise<BackendFolder[]> {
  const { personalPrefix, foreignPrefixes } = session.wire;
  const pattern = '"" "*"';
  const extended = session.has('LIST-EXTENDED') && session.has('SPECIAL-USE');
  const listed = new Map<string, Listed>();
  await session.run(
    'LIST',
    extended ? `${pattern} RETURN (SPECIAL-USE CHILDREN)` : pattern,
    (name, untagged) => {
      if (name !== 'LIST') return false;
      const mailbox = readListed(untagged);
      if (mailbox !== null) listed.set(mailbox.path, mailbox);
      return true;
    },
  );
  const own = [...listed.values()].filter(
    ({ path }) => !foreignPrefixes.some((prefix) => path.startsWith(prefix)),
  );
  return arrange(own, personalPrefix);
}

/** `* LIST (\Sent) "/" "Sent"`; null for what is not one. INBOX is spelled one way. */
function readListed(untagged: Untagged): Listed | null {
  const [attributes, delimiter, name] = untagged.attributes ?? [];
  const path = text(name);
  if (path === null || path === '') return null;
  return {
    path: path.toUpperCase() === 'INBOX' ? 'INBOX' : path,
    delimiter: text(delimiter),
    attributes: new Set(texts(attributes).map((attribute) => attribute.toLowerCase())),
  };
}

function arrange(listed: readonly Listed[], personalPrefix: string): BackendFolder[] {
  const visible = new Map(listed.filter(isVisible).map((mailbox) => [mailbox.path, mailbox]));
  const roles = rolesOf([...visible.values()], personalPrefix);
  const result: BackendFolder[] = [];
  const done = new Set<string>();
  const add = (mailbox: Listed): void => {
    if (done.has(mailbox.path)) return;
    done.add(mailbox.path);
    const parent = parentOf(mailbox, visible, personalPrefix);
    if (parent !== null) add(parent);
    result.push({
      path: mailbox.path,
      parent: parent?.path ?? null,
      name: decodeModifiedUtf7(ownName(mailbox)),
      itemClass: 'Email',
      role: roles.get(mailbox.path) ?? null,
      identity: null,
      selectable: isSelectable(mailbox),
      readOnly: false,
    });
  };
  for (const mailbox of visible.values()) add(mailbox);
  return result;
}

const isSelectable = ({ attributes }: Listed): boolean =>
  !attributes.has('\\noselect') && !attributes.has('\\nonexistent');

/** A folder that holds no mail is shown only for the sake of its children. */
function isVisible(mailbox: Listed): boolean {
  if ([...mailbox.attributes].some((attribute) => virtual.has(attribute))) return false;
  if (isSelectable(mailbox)) return true;
  const special = [...mailbox.attributes].some((attribute) => attribute in roleOfUse);
  return !special && !mailbox.attributes.has('\\hasnochildren') && !mailbox.attributes.has('\\noinferiors');
}

/** What the server marks (SPECIAL-USE) counts before what the names suggest, and each role is given once. */
function rolesOf(mailboxes: readonly Listed[], personalPrefix: string): Map<string, FolderRole> {
  const roles = new Map<string, FolderRole>();
  const taken = new Set<FolderRole>();
  const give = (mailbox: Listed, role: FolderRole | null | undefined): void => {
    if (role === null || role === undefined || taken.has(role) || roles.has(mailbox.path)) return;
    if (!isSelectable(mailbox)) return;
    taken.add(role);
    roles.set(mailbox.path, role);
  };
  for (const mailbox of mailboxes) if (mailbox.path === 'INBOX') give(mailbox, 'inbox');
  for (const mailbox of mailboxes) {
    for (const attribute of mailbox.attributes) give(mailbox, roleOfUse[attribute]);
  }
  for (const mailbox of mailboxes) {
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

/** The nearest folder above that is shown; the namespace's own prefix (`INBOX.`) is no parent. */
function parentOf(
  { path, delimiter }: Listed,
  visible: ReadonlyMap<string, Listed>,
  personalPrefix: string,
): Listed | null {
  if (delimiter === null || delimiter === '') return null;
  let rest = path;
  for (;;) {
    const end = rest.lastIndexOf(delimiter);
    if (end <= 0) return null;
    rest = rest.slice(0, end);
    if (rest + delimiter === personalPrefix) return null;
    const parent = visible.get(rest.toUpperCase() === 'INBOX' ? 'INBOX' : rest);
    if (parent !== undefined) return parent;
  }
}
