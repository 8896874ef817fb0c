import { list, text, texts, type Untagged } from './nodes.js';
import { Namespaces } from './namespaces.js';
import { quote } from './quoting.js';
import type { Session } from './session.js';

/** A mailbox as LIST tells of it. */
export interface Listed {
  /** The name as the server writes it (modified UTF-7), INBOX spelled one way. */
  readonly path: string;
  readonly delimiter: string | null;
  /** In lower case. */
  readonly attributes: ReadonlySet<string>;
  /** Another user's, or public. */
  readonly foreign: boolean;
}

/** What a listing told. */
export interface MailboxList {
  readonly mailboxes: readonly Listed[];
  readonly namespaces: Namespaces;
  /** UIDVALIDITY by path; only where `uidValidity` was asked and the server can tell it in the same answer. */
  readonly uidValidities: ReadonlyMap<string, string>;
}

/**
 * Lists mailboxes: one command for the user's own, one more for each other namespace if they are wanted (not all servers
 * name those under `*`).
 */
export async function listMailboxes(
  session: Session,
  { foreign = false, uidValidity = false }: { foreign?: boolean; uidValidity?: boolean } = {},
): Promise<MailboxList> {
  const namespaces = new Namespaces(session.wire);
  const found = new Map<string, Listed>();
  const uidValidities = new Map<string, string>();
  const returns = returnOptions(session, uidValidity);
  const patterns = foreign ? namespaces.foreign.map(({ prefix }) => `${prefix}*`) : [];
  for (const pattern of new Set(['*', ...patterns])) {
    await session.run('LIST', `"" ${quote(pattern)}${returns}`, (name, untagged) => {
      if (name === 'STATUS') noteUidValidity(untagged, uidValidities);
      const listed = name === 'LIST' ? readListed(untagged, namespaces) : null;
      if (listed !== null && (foreign || !listed.foreign)) found.set(listed.path, listed);
      return name === 'LIST' || name === 'STATUS';
    });
  }
  return { mailboxes: [...found.values()], namespaces, uidValidities };
}

/** Those of these mailboxes that are there for the user, by path. */
export async function listNamed(
  session: Session,
  paths: ReadonlySet<string>,
): Promise<ReadonlyMap<string, Listed>> {
  const namespaces = new Namespaces(session.wire);
  const found = new Map<string, Listed>();
  await session.wire.runAll(
    [...paths].map((path) => `LIST "" ${quote(path)}`),
    (name, untagged) => {
      if (name !== 'LIST') return false;
      const listed = readListed(untagged, namespaces);
      // A name with * or % in it is a pattern to the server.
      if (listed !== null && listed.foreign && paths.has(listed.path)) found.set(listed.path, listed);
      return true;
    },
  );
  return found;
}

function returnOptions(session: Session, uidValidity: boolean): string {
  if (!session.has('LIST-EXTENDED')) return '';
  const wanted = ['CHILDREN'];
  if (session.has('SPECIAL-USE')) wanted.push('SPECIAL-USE');
  // Never MAILBOXID: Cyrus 3.6 prints memory for it in this place.
  if (uidValidity && session.has('LIST-STATUS')) wanted.push('STATUS (UIDVALIDITY)');
  return ` RETURN (${wanted.join(' ')})`;
}

/** Paths the user has subscribed to; also of mailboxes that are gone. */
export async function subscribedPaths(session: Session): Promise<Set<string>> {
  const paths = new Set<string>();
  await session.run('LSUB', '"" "*"', (name, untagged) => {
    if (name !== 'LSUB') return false;
    const [attributes, , mailbox] = untagged.attributes ?? [];
    // LSUB names a folder with this mark for the sake of those below it (RFC 9051 6.3.9).
    const isParent = texts(attributes).some((attribute) => attribute.toLowerCase() === '\\noselect');
    const path = text(mailbox);
    if (path !== null && !isParent) paths.add(spelled(path));
    return true;
  });
  return paths;
}

/** No mailbox anybody can use has a longer name; a tree of ever more levels would cost more than it tells. */
const longestName = 4_000;

/** `* LIST (\Sent) "/" "Sent"`; null for what is not one. */
function readListed(untagged: Untagged, namespaces: Namespaces): Listed | null {
  const [attributes, delimiter, name] = untagged.attributes ?? [];
  const path = text(name);
  if (path === null || path === '' || path.length > longestName) return null;
  return {
    path: spelled(path),
    delimiter: text(delimiter),
    attributes: new Set(texts(attributes).map((attribute) => attribute.toLowerCase())),
    foreign: namespaces.isForeign(path),
  };
}

function noteUidValidity(untagged: Untagged, uidValidities: Map<string, string>): void {
  const value = statusItems(untagged).get('UIDVALIDITY');
  const path = text(untagged.attributes?.[0]);
  const digits = text(value);
  if (path !== null && digits !== null) uidValidities.set(spelled(path), digits);
}

/** The values of a STATUS answer by their names. */
export function statusItems(untagged: Untagged): Map<string, ReturnType<typeof list>[number]> {
  const items = list(untagged.attributes?.[1]);
  const values = new Map<string, (typeof items)[number]>();
  for (let index = 0; index + 1 < items.length; index += 2) {
    values.set(text(items[index])?.toUpperCase() ?? '', items[index + 1] ?? null);
  }
  return values;
}

/** INBOX is the one name whose case does not matter. */
export const spelled = (path: string): string => (path.toUpperCase() === 'INBOX' ? 'INBOX' : path);

/** Whether a mailbox is one that mail can be in. */
export const isSelectable = ({ attributes }: Pick<Listed, 'attributes'>): boolean =>
  !attributes.has('\\noselect') && !attributes.has('\\nonexistent');

export const isBelow = (path: string, ancestor: string, delimiter: string | null): boolean =>
  delimiter !== null && delimiter !== '' && path.startsWith(ancestor + delimiter);
