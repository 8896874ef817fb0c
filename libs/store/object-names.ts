import { createHash } from 'node:crypto';

/**
 * Keeps names of objects by the ids phones know them by. `account` names an account within the installation, `folder` one
 * of its folders (see objectFolderKey). All methods throw StoreUnavailable. A name that is forgotten is no loss: the source
 * is asked for it again.
 */
export interface ObjectNamesStore {
  /** Names by id, as far as they are known. */
  find(account: string, folder: string, ids: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** Takes note of names by id; one that is there already stays. */
  add(account: string, folder: string, names: ReadonlyMap<string, string>): Promise<void>;
}

/** Days after which a name may be forgotten; those still in use are then noted anew. */
export const NAMES_KEPT_DAYS = 400;

/** Names in memory for an account's process. */
const mostHeld = 50_000;

const objectFolderKey = (itemClass: string, folder: string): string =>
  createHash('sha256').update(`${itemClass}\n${folder}`).digest('base64url').slice(0, 22);

/**
 * What is kept, by one process: knows what it wrote and read before, so that a Sync without news asks and writes nothing,
 * and a page of new objects costs one statement. Shared by all accounts of the process.
 */
export class ObjectNamesDesk {
  /** By account, folder and id; used last is last. */
  private readonly held = new Map<string, string>();

  constructor(
    private readonly store: ObjectNamesStore,
    private readonly most = mostHeld,
  ) {}

  /** The names of one account's objects of a class: a NameBook of libs/objects. */
  book(account: string, itemClass: string): AccountNameBook {
    return {
      names: (folder, ids) => this.names(account, objectFolderKey(itemClass, folder), ids),
      remember: (folder, names) => this.remember(account, objectFolderKey(itemClass, folder), names),
    };
  }

  private async names(
    account: string,
    folder: string,
    ids: readonly string[],
  ): Promise<ReadonlyMap<string, string>> {
    const found = new Map<string, string>();
    const missing: string[] = [];
    for (const id of ids) {
      const name = this.recall(keyOf(account, folder, id));
      if (name === undefined) missing.push(id);
      else found.set(id, name);
    }
    if (missing.length === 0) return found;
    for (const [id, name] of await this.store.find(account, folder, missing)) {
      this.hold(keyOf(account, folder, id), name);
      found.set(id, name);
    }
    return found;
  }

  private async remember(account: string, folder: string, names: ReadonlyMap<string, string>): Promise<void> {
    const fresh = [...names].filter(([id, name]) => this.recall(keyOf(account, folder, id)) !== name);
    if (fresh.length === 0) return;
    await this.store.add(account, folder, new Map(fresh));
    for (const [id, name] of fresh) this.hold(keyOf(account, folder, id), name);
  }

  private recall(key: string): string | undefined {
    const name = this.held.get(key);
    if (name !== undefined) this.hold(key, name);
    return name;
  }

  private hold(key: string, name: string): void {
    this.held.delete(key);
    this.held.set(key, name);
    if (this.held.size <= this.most) return;
    for (const oldest of this.held.keys()) {
      this.held.delete(oldest);
      break;
    }
  }
}

/** What ObjectNamesDesk.book gives; the same as NameBook of libs/objects, which this room does not know. */
export interface AccountNameBook {
  names(folder: string, ids: readonly string[]): Promise<ReadonlyMap<string, string>>;
  remember(folder: string, names: ReadonlyMap<string, string>): Promise<void>;
}

const keyOf = (account: string, folder: string, id: string): string => `${account}\n${folder}\n${id}`;
