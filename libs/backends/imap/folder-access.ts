import { BackendError } from '#backend';
import { spelled } from './mailbox-list.js';
import { Namespaces } from './namespaces.js';
import { text } from './nodes.js';
import { quote } from './quoting.js';
import type { Session } from './session.js';

/** Rights of which one is enough to change what others see (RFC 4314 2.1): write, insert, delete, expunge. */
const writing = /[witedc]/;
/** What each change takes; `d` is both parts of deleting on servers before RFC 4314. */
const needed = { flags: /[sw]/, insert: /[i]/, delete: /[td]/ } as const;
export type FolderChange = keyof typeof needed;

const readingOnly = 'lr';

/** Rights to an account's folders, as far as the server was asked; without an answer everything is tried. */
export class FolderAccess {
  readonly #rights = new Map<string, string>();

  knows(path: string): boolean {
    return this.#rights.has(path);
  }

  isReadOnly(path: string): boolean {
    const rights = this.#rights.get(path);
    return rights !== undefined && !writing.test(rights);
  }

  /** False of a folder that may be seen in the list and not opened. */
  isReadable(path: string): boolean {
    return this.#rights.get(path)?.includes('r') ?? true;
  }

  note(path: string, rights: string): void {
    this.#rights.set(path, rights);
  }

  /** Throws `invalid` with reason `read-only` if the change is known to be refused. */
  expect(path: string, change: FolderChange): void {
    const rights = this.#rights.get(path);
    if (rights === undefined) return;
    if (!writing.test(rights) || !needed[change].test(rights)) throw readOnly();
  }
}

export const readOnly = (cause?: unknown): BackendError =>
  new BackendError('invalid', 'the folder may only be read', { reason: 'read-only', cause });

/**
 * Asks for these folders anew. By MYRIGHTS all at once; without ACL only opening a folder tells, once for as long as the
 * account is open.
 */
export async function askAccess(
  session: Session,
  access: FolderAccess,
  paths: readonly string[],
): Promise<void> {
  if (paths.length === 0) return;
  if (!session.has('ACL')) {
    for (const path of paths) if (!access.knows(path)) await open(session, access, path);
    return;
  }
  await session.wire.runAll(
    paths.map((path) => `MYRIGHTS ${quote(path)}`),
    (name, untagged) => {
      if (name !== 'MYRIGHTS') return false;
      const [path, rights] = untagged.attributes ?? [];
      access.note(spelled(text(path) ?? ''), text(rights) ?? '');
      return true;
    },
  );
}

async function open(session: Session, access: FolderAccess, path: string): Promise<void> {
  try {
    const { mailbox } = await session.select(path);
    if (mailbox.readOnly) access.note(path, readingOnly);
  } catch (error) {
    if (session.wire.closed) throw error;
    access.note(path, 'l');
  }
}

/** Makes sure that what is known of another's folder is known before something is written to it. */
export async function expectAccess(
  session: Session,
  access: FolderAccess,
  path: string,
  change: FolderChange,
): Promise<void> {
  if (!access.knows(path) && session.has('ACL') && new Namespaces(session.wire).isForeign(path)) {
    await askAccess(session, access, [path]);
  }
  access.expect(path, change);
}
