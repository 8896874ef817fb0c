import { randomBytes } from 'node:crypto';
import { open, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { BackendError, storableFolderName, type BackendFolder, type FolderRole } from '#backend';
import { decodeModifiedUtf7, encodeModifiedUtf7, mailboxRole } from '#formats';
import { asBackendError, errorCode, makeDirectories } from './deliver.js';
import { Exclusive } from './exclusive.js';
import { folderDirectory, inboxPath, isFolderPath } from './file-names.js';
import { MaildirFolder } from './maildir-folder.js';

/** One mailbox on disk. Everything that works on it in this process shares one store, because the store does the locking. */
export class MaildirStore {
  private readonly opened = new Map<string, MaildirFolder>();
  private readonly identities = new Map<string, KnownIdentity>();
  /** Changes of the tree of folders run one at a time. */
  readonly exclusive = new Exclusive();

  constructor(readonly root: string) {}

  /** Creates what a mailbox needs at least. */
  async prepare(): Promise<void> {
    await makeDirectories(this.root).catch((error: unknown) => {
      throw asBackendError(error);
    });
  }

  /** The folder of this path, whether it exists or not. Throws `gone` for what can be no folder's name. */
  folder(path: string): MaildirFolder {
    const known = this.opened.get(path);
    if (known) return known;
    const folder = new MaildirFolder(join(this.root, folderDirectory(path)));
    this.opened.set(path, folder);
    return folder;
  }

  /** These paths mean other directories now, or none. */
  forget(paths: readonly string[]): void {
    for (const path of paths) this.opened.delete(path);
  }

  /** All folders, parents first; levels that nobody created stand as folders that cannot be selected. */
  async folders(): Promise<BackendFolder[]> {
    const names = await this.folderNames();
    const existing = new Set(names);
    const paths = new Set<string>();
    for (const name of names) {
      for (const path of pathAndParents(name)) paths.add(path);
    }
    for (const known of [this.opened, this.identities]) {
      for (const path of known.keys()) {
        if (path !== inboxPath && !existing.has(path)) known.delete(path);
      }
    }
    const roles = new RoleKeeper();
    const sorted = [...paths].sort((a, b) => levels(a) - levels(b) || (a < b ? -1 : 1));
    const folders = await Promise.all(
      [inboxPath, ...sorted].map((path) => this.describe(path, path === inboxPath || existing.has(path))),
    );
    return folders.map((folder) => ({ ...folder, role: roles.claim(folder.path, folder.selectable) }));
  }

  private async folderNames(): Promise<string[]> {
    const entries = await readdir(this.root, { withFileTypes: true }).catch((error: unknown) => {
      throw asBackendError(error);
    });
    const candidates = entries
      .filter((entry) => entry.isDirectory() && entry.name.startsWith('.'))
      .map((entry) => entry.name.slice(1))
      .filter((name) => isFolderPath(name) && name.toUpperCase() !== inboxPath);
    const holdMail = await Promise.all(
      candidates.map((name) => isDirectory(join(this.root, `.${name}`, 'cur'))),
    );
    return candidates.filter((_, index) => holdMail[index]);
  }

  private async describe(path: string, selectable: boolean): Promise<Omit<BackendFolder, 'role'>> {
    const dot = path.lastIndexOf('.');
    return {
      path,
      parent: dot < 0 ? null : path.slice(0, dot),
      name: path === inboxPath ? 'Inbox' : decodeModifiedUtf7(path.slice(dot + 1)),
      itemClass: 'Email',
      identity: selectable ? await this.identityOf(path) : null,
      selectable,
      readOnly: false,
    };
  }

  /**
   * A folder's identity stands in a file of its own: it moves with the directory, and unlike the inode it is not given to
   * another folder later. Null where it can be neither read nor made.
   */
  private async identityOf(path: string): Promise<string | null> {
    const file = join(this.folder(path).directory, 'godwit-identity');
    for (let attempt = 0; attempt < 2; attempt++) {
      const stamp = await stampOf(file);
      const known = this.identities.get(path);
      if (known && known.stamp === stamp) return known.identity;
      const identity = await readFile(file, 'latin1').catch(() => '');
      if (/^[0-9a-f]{16}$/.test(identity)) {
        if (stamp !== '') this.identities.set(path, { stamp, identity });
        return identity;
      }
      await writeIdentity(file).catch(() => undefined);
    }
    return null;
  }
}

/** Which state of a file this is; '' for none. */
const stampOf = (path: string): Promise<string> =>
  stat(path, { bigint: true }).then(
    ({ ino, size, mtimeNs, ctimeNs }) => `${ino}.${size}.${mtimeNs}.${ctimeNs}`,
    () => '',
  );

/** What a folder's identity file said, and which state of the file that was. */
interface KnownIdentity {
  readonly stamp: string;
  readonly identity: string;
}

const levels = (path: string): number => path.split('.').length;

function pathAndParents(path: string): string[] {
  const parts = path.split('.');
  return parts.map((_, index) => parts.slice(0, index + 1).join('.'));
}

const isDirectory = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );

/** Gives each role to the first folder that asks for it. */
class RoleKeeper {
  private readonly taken = new Set<FolderRole>(['inbox']);

  claim(path: string, selectable: boolean): FolderRole | null {
    if (path === inboxPath) return 'inbox';
    const role = selectable ? mailboxRole(decodeModifiedUtf7(path.slice(path.lastIndexOf('.') + 1))) : null;
    if (role === null || this.taken.has(role)) return null;
    this.taken.add(role);
    return role;
  }
}

async function writeIdentity(path: string): Promise<void> {
  const file = await open(path, 'w', 0o600);
  try {
    await file.writeFile(randomBytes(8).toString('hex'));
    await file.sync();
  } finally {
    await file.close();
  }
}

/**
 * Path of a folder of this name below `parent` (the path of another, or null). Throws `invalid` for names Maildir++
 * cannot hold and `conflict` for the Inbox's.
 */
export function folderPath(name: string, parent: string | null): string {
  const level = encodeModifiedUtf7(storableFolderName(name, '.'));
  const path = parent === null || parent === inboxPath ? level : `${parent}.${level}`;
  if (path.toUpperCase() === inboxPath)
    throw new BackendError('conflict', 'this is the Inbox', { reason: 'exists' });
  if (level.includes('.') || !isFolderPath(path))
    throw new BackendError('invalid', 'no name for a folder', { reason: 'folder-name' });
  return path;
}

/** Creates a folder in a mailbox and returns its path. Throws `invalid`, and `conflict` if it exists. */
export async function createMailFolder(root: string, name: string, parent: string | null): Promise<string> {
  const path = folderPath(name, parent);
  const directory = join(root, folderDirectory(path));
  if (await isDirectory(join(directory, 'cur')))
    throw new BackendError('conflict', 'the folder exists', { reason: 'exists' });
  await makeDirectories(directory).catch((error: unknown) => {
    throw errorCode(error) === 'ENAMETOOLONG'
      ? new BackendError('invalid', 'name too long', { reason: 'folder-name' })
      : asBackendError(error);
  });
  return path;
}
