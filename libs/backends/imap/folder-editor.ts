import { BackendError, storableFolderName, type BackendFolder, type ItemClass } from '#backend';
import { encodeModifiedUtf7 } from '#formats';
import { folderTree } from './folder-tree.js';
import { folders } from './folders.js';
import {
  isBelow,
  isSelectable,
  listMailboxes,
  subscribedPaths,
  type Listed,
  type MailboxList,
} from './mailbox-list.js';
import type { Pool } from './pool.js';
import { quote } from './quoting.js';
import type { Session } from './session.js';

/**
 * Changes of the tree of folders. Each begins with a fresh LIST: it tells the sign between levels, what is there, what
 * has a purpose, and everything below, also what the account does not show.
 */
export class ImapFolderEditor {
  constructor(private readonly pool: Pool) {}

  create(parent: string | null, name: string, itemClass: ItemClass): Promise<BackendFolder> {
    if (itemClass !== 'Email') throw new BackendError('unsupported', `no folders of class ${itemClass}`);
    return this.pool.use(null, 'writes', async (session) => {
      const path = (await this.#tree(session)).free(parent, name);
      await session.run('CREATE', quote(path));
      // Other mail programs show only what is subscribed to.
      await session.wire.runAll([`SUBSCRIBE ${quote(path)}`]);
      const created = (await folders(this.pool, session)).find((folder) => folder.path === path);
      if (created === undefined)
        throw new BackendError('invalid', 'the folder is made, but not one that is shown', {
          reason: 'hidden-folder',
        });
      return created;
    });
  }

  move(path: string, parent: string | null, name: string): Promise<string> {
    return this.pool.use(null, 'writes', async (session) => {
      const tree = await this.#tree(session);
      const moving = tree.changeable(path);
      const target = tree.target(parent, name);
      if (target === path) return path;
      if (isBelow(target, path, moving.delimiter))
        throw new BackendError('invalid', 'a folder cannot be moved into itself', { reason: 'into-itself' });
      tree.free(parent, name);
      // Also a level that nobody created: what lies below it would get company.
      tree.expectNoLevel(target);
      const subscribed = await subscribedPaths(session);
      const affected = [path, ...tree.below(moving)];
      await this.#letGo(session, affected);
      await session.run('RENAME', `${quote(path)} ${quote(target)}`);
      this.pool.reopen(affected);
      // Servers differ in whether a subscription follows.
      const followed = [...subscribed].filter(
        (each) => each === path || isBelow(each, path, moving.delimiter),
      );
      await session.wire.runAll(
        followed.flatMap((each) => [
          `UNSUBSCRIBE ${quote(each)}`,
          `SUBSCRIBE ${quote(target + each.slice(path.length))}`,
        ]),
      );
      return target;
    });
  }

  delete(path: string): Promise<void> {
    return this.pool.use(null, 'writes', async (session) => {
      const tree = await this.#tree(session);
      const doomed = tree.changeable(path);
      // Deepest first: no server deletes a folder for good that others stand on.
      const affected = [path, ...tree.below(doomed)].sort((a, b) => b.length - a.length);
      for (const each of affected) tree.changeable(each);
      await this.#letGo(session, affected);
      for (const each of affected) await this.#deleteOne(session, each, tree.isReal(each));
      this.pool.reopen(affected);
      await session.wire.runAll(affected.map((each) => `UNSUBSCRIBE ${quote(each)}`));
    });
  }

  async #deleteOne(session: Session, path: string, isReal: boolean): Promise<void> {
    try {
      await session.run('DELETE', quote(path));
    } catch (error) {
      // A level without mail goes with the last folder below it on most servers, and somebody else may be faster.
      const isFine =
        error instanceof BackendError && (error.kind === 'gone' || (!isReal && !error.retryable));
      if (!isFine) throw error;
    }
  }

  /** No connection may have a mailbox open that goes: servers end such a connection, or keep showing what is no more. */
  async #letGo(session: Session, paths: readonly string[]): Promise<void> {
    if (session.selected !== null && paths.includes(session.selected.path)) await session.select('INBOX');
    await this.pool.closeIdle(paths);
  }

  async #tree(session: Session): Promise<EditedTree> {
    const foreign = this.pool.settings.namespaces === 'all';
    return new EditedTree(await listMailboxes(session, { foreign }));
  }
}

/** A listing, and what may be done to it. Throws BackendError for what may not. */
class EditedTree {
  readonly #list: MailboxList;
  readonly #byPath: ReadonlyMap<string, Listed>;
  /** Folders with a purpose. */
  readonly #special: ReadonlySet<string>;
  /** Everything that is listed or that something listed stands in. */
  readonly #levels: ReadonlySet<string>;

  constructor(list: MailboxList) {
    this.#list = list;
    this.#byPath = new Map(list.mailboxes.map((mailbox) => [mailbox.path, mailbox]));
    const shown = folderTree(list, { subscribed: null, hidden: [] });
    this.#special = new Set(shown.filter(({ role }) => role !== null).map(({ path }) => path));
    this.#levels = new Set([...this.#byPath.keys(), ...shown.map(({ path }) => path)]);
  }

  isReal(path: string): boolean {
    const mailbox = this.#byPath.get(path);
    return mailbox !== undefined && isSelectable(mailbox);
  }

  /** Paths below a folder. */
  below({ path, delimiter }: Pick<Listed, 'path' | 'delimiter'>): string[] {
    return [...this.#levels].filter((each) => isBelow(each, path, delimiter));
  }

  /** A folder that may be renamed or deleted: the gateway itself puts mail into those with a purpose. */
  changeable(path: string): Pick<Listed, 'path' | 'delimiter'> {
    if (!this.#levels.has(path)) throw noFolder();
    if (this.#special.has(path))
      throw new BackendError('invalid', 'the folder has a purpose and stays', { reason: 'special-folder' });
    return { path, delimiter: this.#delimiterAt(path) };
  }

  /** The path of a folder of this name there. */
  target(parent: string | null, name: string): string {
    if (parent !== null && !this.#levels.has(parent)) throw noFolder();
    const { prefix } = this.#list.namespaces.personal;
    const delimiter = this.#delimiterAt(parent ?? prefix);
    const level = encodeModifiedUtf7(storableFolderName(name, delimiter));
    if (parent === null) return prefix + level;
    if (delimiter === null)
      throw new BackendError('invalid', 'the server has no folders in folders', { reason: 'no-hierarchy' });
    return parent + delimiter + level;
  }

  /** The same, which must not be taken. */
  free(parent: string | null, name: string): string {
    const path = this.target(parent, name);
    // The Inbox is one in every spelling, at the top of the namespace, too.
    const isInbox = parent === null && name.trim().toUpperCase() === 'INBOX';
    if (isInbox || this.isReal(path)) throw exists();
    return path;
  }

  expectNoLevel(path: string): void {
    if (this.#levels.has(path)) throw exists();
  }

  #delimiterAt(path: string): string | null {
    const listed = this.#byPath.get(path)?.delimiter;
    if (listed !== undefined && listed !== '') return listed;
    const { personal, foreign } = this.#list.namespaces;
    const space = foreign.find(({ prefix }) => prefix !== '' && path.startsWith(prefix)) ?? personal;
    const delimiter = space.delimiter ?? this.#list.mailboxes[0]?.delimiter ?? null;
    return delimiter === '' ? null : delimiter;
  }
}

const exists = (): BackendError => new BackendError('conflict', 'the folder exists', { reason: 'exists' });

const noFolder = (): BackendError => new BackendError('gone', 'no such folder', { reason: 'no-such-folder' });
