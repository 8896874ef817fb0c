import { BackendError, storableFolderName, type BackendFolder, type ItemClass } from '#backend';
import { decodeModifiedUtf7, encodeModifiedUtf7 } from '#formats';
import type { FolderEdits } from '#objects';
import { isBelow, isSelectable, listMailboxes, type Listed, type MailboxList } from '../mailbox-list.js';
import type { Pool } from '../pool.js';
import { quote } from '../quoting.js';
import type { Session } from '../session.js';

/**
 * The folder of notes and those below it. Phones make it when the first note is written; until then it is shown as if it were
 * there, and is made when it is written to.
 */
export class NotesFolders implements FolderEdits {
  /** `name` is what people read, levels parted by `/`. */
  constructor(
    private readonly pool: Pool,
    private readonly name: string,
  ) {}

  list(): Promise<BackendFolder[]> {
    return this.pool.use(null, 'reads', async (session) => {
      const found = await listMailboxes(session);
      const root = this.rootIn(found);
      const below = found.mailboxes
        .filter(({ path, delimiter }) => isBelow(path, root.path, delimiter) && path !== root.path)
        .sort((one, other) => (one.path < other.path ? -1 : 1));
      const known = new Set([root.path]);
      const shown = below.filter(({ path, delimiter }) => {
        const isChild = known.has(path.slice(0, path.lastIndexOf(delimiter ?? '')));
        if (isChild) known.add(path);
        return isChild;
      });
      return [folder(root, null), ...shown.map((each) => folder(each, parentOf(each)))];
    });
  }

  /** Makes the mailbox if it is not there. */
  ensure(path: string): Promise<void> {
    return this.pool.use(null, 'writes', async (session) => {
      await this.make(session, path).catch((error: unknown) => {
        if (!(error instanceof BackendError) || error.kind === 'unavailable') throw error;
        // Most servers say ALREADYEXISTS, some only words; whether it is there shows when it is written to.
      });
    });
  }

  createFolder(parent: string | null, name: string, itemClass: ItemClass): Promise<BackendFolder> {
    if (itemClass !== 'Notes') throw new BackendError('unsupported', `no folders of class ${itemClass}`);
    return this.pool.use(null, 'writes', async (session) => {
      const target = await this.target(session, parent, name);
      await this.make(session, target.path);
      return folder(target, parentOf(target));
    });
  }

  moveFolder(path: string, parent: string | null, name: string): Promise<string> {
    return this.pool.use(null, 'writes', async (session) => {
      this.mustBeBelow(path, this.rootIn(await listMailboxes(session)));
      const target = await this.target(session, parent, name, path);
      if (target.path === path) return path;
      await this.letGo(session, path);
      await session.run('RENAME', `${quote(path)} ${quote(target.path)}`);
      this.pool.reopen([path]);
      return target.path;
    });
  }

  deleteFolder(path: string): Promise<void> {
    return this.pool.use(null, 'writes', async (session) => {
      const found = await listMailboxes(session);
      this.mustBeBelow(path, this.rootIn(found));
      const doomed = found.mailboxes
        .filter((each) => each.path === path || isBelow(each.path, path, each.delimiter))
        .sort((one, other) => other.path.length - one.path.length);
      if (doomed.length === 0) throw new BackendError('gone', 'no such folder', { reason: 'no-such-folder' });
      for (const each of doomed) {
        await this.letGo(session, each.path);
        await session.run('DELETE', quote(each.path));
        this.pool.reopen([each.path]);
        await session.wire.runAll([`UNSUBSCRIBE ${quote(each.path)}`]);
      }
    });
  }

  private async make(session: Session, path: string): Promise<void> {
    await session.run('CREATE', quote(path));
    await session.wire.runAll([`SUBSCRIBE ${quote(path)}`]);
  }

  /** Servers end a connection whose open mailbox goes. */
  private async letGo(session: Session, path: string): Promise<void> {
    if (session.selected?.path === path) await session.select('INBOX');
    await this.pool.closeIdle([path]);
  }

  private mustBeBelow(path: string, root: Listed): void {
    if (isBelow(path, root.path, root.delimiter) && path !== root.path) return;
    throw new BackendError('invalid', 'the folder has a purpose and stays', { reason: 'special-folder' });
  }

  /** New folders stand in the folder of notes, wherever the phone puts them. */
  private async target(
    session: Session,
    parent: string | null,
    name: string,
    moving: string | null = null,
  ): Promise<Listed> {
    const found = await listMailboxes(session);
    const root = this.rootIn(found);
    const { delimiter } = root;
    if (delimiter === null)
      throw new BackendError('invalid', 'the server has no folders in folders', { reason: 'no-hierarchy' });
    const above = parent ?? root.path;
    if (above !== root.path && !found.mailboxes.some(({ path }) => path === above))
      throw new BackendError('gone', 'no such folder', { reason: 'no-such-folder' });
    const path = above + delimiter + encodeModifiedUtf7(storableFolderName(name, delimiter));
    if (path !== moving && found.mailboxes.some((each) => each.path === path))
      throw new BackendError('conflict', 'the folder exists', { reason: 'exists' });
    if (moving !== null && isBelow(path, moving, delimiter) && path !== moving)
      throw new BackendError('invalid', 'a folder cannot be moved into itself', { reason: 'into-itself' });
    return { path, delimiter, attributes: new Set(), foreign: false };
  }

  /** At the top of the account or, where a server keeps all folders in the Inbox, there. */
  private rootIn({ mailboxes, namespaces }: MailboxList): Listed {
    const { prefix } = namespaces.personal;
    const delimiter = namespaces.personal.delimiter ?? mailboxes[0]?.delimiter ?? null;
    const levels = this.name
      .split('/')
      .map(encodeModifiedUtf7)
      .join(delimiter ?? '/');
    const candidates = [prefix + levels, `INBOX${delimiter ?? ''}${levels}`];
    for (const candidate of candidates) {
      const there = mailboxes.find(({ path }) => path.toLowerCase() === candidate.toLowerCase());
      if (there) return there;
    }
    return { path: prefix + levels, delimiter, attributes: new Set(), foreign: false };
  }
}

const parentOf = ({ path, delimiter }: Listed): string => path.slice(0, path.lastIndexOf(delimiter ?? ''));

function folder(mailbox: Listed, parent: string | null): BackendFolder {
  const { path, delimiter } = mailbox;
  const own = delimiter === null || delimiter === '' ? path : path.slice(path.lastIndexOf(delimiter) + 1);
  return {
    path,
    parent,
    name: decodeModifiedUtf7(own),
    itemClass: 'Notes',
    role: parent === null ? 'default' : null,
    identity: null,
    selectable: isSelectable(mailbox),
    readOnly: false,
  };
}
