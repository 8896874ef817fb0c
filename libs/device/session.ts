import {
  BackendError,
  CursorInvalid,
  type Backend,
  type BackendFolder,
  type ItemClass,
  type QuarantineNotice,
} from '#backend';
import type { CollectionRow, CollectionSave, DeviceRow, DeviceSave, FolderRow, Json } from '#store';
import type { CollectionState } from './collection-state.js';
import type { BackendLease, DeviceDependencies } from './dependencies.js';
import { HIERARCHY, type DeviceState, type HierarchyState } from './device-state.js';
import { classOfFolderId, folderId, wireFolders } from './folder-ids.js';
import { KnownSet } from './known-set.js';
import type { Envelope, WireFolder } from './messages.js';
import { askSharedFolders, type SharedFolder } from './shared-folders.js';
import { knownToVersion, shownFolders } from './shown-folders.js';
import type { Asked, SourceHealth } from './source-health.js';

/** What an actor may keep between messages. In `shared` scope it is loaded anew for each, but for the folder list. */
export interface Remembered {
  device: DeviceRow | null;
  readonly collections: Map<string, CollectionRow | null>;
  folders: Map<string, FolderRow> | null;
}

export const nothingRemembered = (): Remembered => ({ device: null, collections: new Map(), folders: null });

/** MS-ASCMD 2.2.3.186.3 Type. */
const INBOX = 2;

/** A source that could not be asked. */
export interface Trouble {
  /** Its class of items. */
  readonly what: ItemClass;
  readonly error: BackendError;
}

/** Where a folder is. */
export interface FolderPlace {
  readonly path: string;
  /** Its source has just said so; else as it was when somebody last looked. */
  readonly isSure: boolean;
}

/** One message being answered: the device's rows, its folders, its backends, and what is to be saved. */
export class DeviceSession {
  private lease: BackendLease | null = null;
  /** What could not be done for the device, for whoever looks at it. */
  trouble: Trouble | null = null;
  /** The device sees its Inbox only, and in it this mail only. */
  quarantine: QuarantineNotice | null = null;
  private foreign: ReadonlySet<string> = new Set();

  constructor(
    readonly envelope: Envelope,
    readonly deps: DeviceDependencies,
    private readonly remembered: Remembered,
    private readonly health: SourceHealth,
  ) {}

  get device(): DeviceRow {
    if (!this.remembered.device) throw new Error('device row is not loaded');
    return this.remembered.device;
  }

  get deviceState(): DeviceState {
    return this.device.state as DeviceState;
  }

  /** The state of a collection; undefined if the phone never synced it, or deleted its folder. It must be among the message's folders. */
  state<State = CollectionState>(id: string): State | undefined {
    return (this.remembered.collections.get(id)?.state ?? undefined) as State | undefined;
  }

  knownSet(id: string, state: CollectionState): KnownSet {
    return new KnownSet(this.deps.store, { deviceRowId: this.device.id, folderId: id }, state.directory);
  }

  /** Loads rows the actor does not remember, and the account's folders if they are needed; null device means the phone is unknown. */
  async load(folderIds: readonly string[], needsFolders = false): Promise<void> {
    const missing = folderIds.filter((id) => !this.remembered.collections.has(id));
    const withFolders = needsFolders && this.remembered.folders === null;
    if (this.remembered.device && missing.length === 0) return;
    const loaded = await this.deps.store.load(this.envelope.identity, missing, withFolders);
    this.remembered.device = loaded?.device ?? null;
    if (loaded?.folders) this.remembered.folders = this.byId(loaded.folders);
    const rows = new Map(loaded?.collections.map((row) => [row.folderId, row]));
    for (const id of missing) this.remembered.collections.set(id, rows.get(id) ?? null);
  }

  /** What was just written of the device beside its state. */
  remember(change: Partial<Pick<DeviceRow, 'facts' | 'control' | 'policy' | 'noted'>>): void {
    this.remembered.device = { ...this.device, ...change };
  }

  /** Writes all or nothing (throws StaleState), then remembers what was written. */
  async save(change: {
    device?: DeviceState;
    collections?: readonly (Omit<CollectionSave, 'expected' | 'state'> & { readonly state: unknown })[];
  }): Promise<void> {
    const collections = change.collections?.map((item) => ({
      ...item,
      state: item.state as Json,
      expected: this.remembered.collections.get(item.folderId)?.version ?? null,
    }));
    const save: DeviceSave = {
      deviceRowId: this.device.id,
      ...(change.device && { device: { expected: this.device.version, state: change.device } }),
      ...(collections?.length && { collections }),
    };
    if (!save.device && !save.collections) return;
    await this.deps.store.save(save);
    if (change.device) {
      this.remembered.device = { ...this.device, state: change.device, version: this.device.version + 1 };
    }
    for (const { folderId: id, state, expected } of collections ?? []) {
      this.remembered.collections.set(id, { folderId: id, state, version: (expected ?? 0) + 1 });
    }
  }

  async backend(itemClass: ItemClass): Promise<Backend> {
    return (await this.leased()).backend(itemClass);
  }

  /** The classes this account has a source for. */
  async itemClasses(): Promise<readonly ItemClass[]> {
    return (await this.leased()).itemClasses;
  }

  /** The account's folders by wire id, `gone` ones left out. */
  async folders(): Promise<Map<string, FolderRow>> {
    this.remembered.folders ??= this.byId(await this.deps.store.folders(this.device.accountId));
    return this.remembered.folders;
  }

  /**
   * Does something at the source of a class. One beside the mail that was down just now is left alone: its failure is thrown
   * again at once.
   */
  async atSource<T>(asked: Asked, work: (backend: Backend) => Promise<T>): Promise<T> {
    const { events, now } = this.deps;
    const { identity } = this.envelope;
    return this.health.attempt(asked, async () => work(await this.backend(asked.itemClass)), now, {
      failed: (one, error) => events.sourceFailed(identity, one, error),
      restored: (one) => events.sourceRestored(identity, one),
    });
  }

  /**
   * Asks the sources for their folders, registers them, and gives them as phones see them. Those of a class whose source is
   * down stay as they were; only that of the mail must answer.
   */
  async refreshFolders(): Promise<WireFolder[]> {
    const { seen, shared, missing } = await this.seenFolders();
    const known = await this.folders();
    const kept = [...known.values()].filter(({ itemClass }) => missing.has(itemClass as ItemClass));
    // What is shown to other devices of the account is registered all the same: to them it must not seem gone.
    await this.register([...seen, ...shared.map(({ folder }) => folder)], kept);
    const rows = [...this.remembered.folders!.values()];
    const before = this.state<HierarchyState>(HIERARCHY);
    const others = shared.filter(({ isShown }) => isShown).map(({ folder }) => folder);
    const visible = wireFolders([...seen, ...others], rows);
    this.foreign = new Set(wireFolders(others, rows).map(({ id }) => id));
    const shown = [...visible, ...shownFolders(before, missing, this.remembered.folders!)];
    // All folders are registered, so that they are who they are once the device is let in.
    const admitted = this.quarantine ? shown.filter(({ type }) => type === INBOX) : shown;
    return knownToVersion(admitted, this.envelope.protocolVersion);
  }

  /** Whether it is somebody else's folder, as of the last look: its place is not for this user to change. */
  isForeign(id: string): boolean {
    return this.foreign.has(id);
  }

  private async seenFolders(): Promise<{
    seen: BackendFolder[];
    shared: SharedFolder[];
    missing: ReadonlySet<ItemClass>;
  }> {
    const seen: BackendFolder[] = [];
    const shared: SharedFolder[] = [];
    const missing = new Set<ItemClass>();
    for (const itemClass of await this.itemClasses()) {
      const shares = this.device.shares.filter((share) => share.itemClass === itemClass);
      try {
        const own = await this.atSource({ itemClass, folder: null }, async (backend) => {
          const all = (await backend.folders()).filter((folder) => folder.itemClass === itemClass);
          return { all, others: await askSharedFolders(backend, shares, all) };
        });
        seen.push(...own.all);
        shared.push(...own.others);
      } catch (error) {
        if (!(error instanceof BackendError) || itemClass === 'Email') throw error;
        missing.add(itemClass);
      }
    }
    return { seen, shared, missing };
  }

  private async register(seen: readonly BackendFolder[], kept: readonly FolderRow[]): Promise<void> {
    const known = await this.folders();
    const rows = new Map([...known.values()].map((row) => [`${row.itemClass} ${row.path}`, row]));
    // A name that another folder has now is no known folder (trap 61).
    const isKnown = ({ itemClass, path, identity }: BackendFolder): boolean => {
      const row = rows.get(`${itemClass} ${path}`);
      return row !== undefined && (identity === null || identity === row.identity);
    };
    if (seen.length + kept.length === known.size && seen.every(isKnown)) return;
    const all = [...seen, ...kept];
    this.remembered.folders = this.byId(await this.deps.store.registerFolders(this.device.accountId, all));
  }

  /** Folders were renamed or moved at the source: they stay who they are. */
  async relocateFolders(moves: readonly { number: number; path: string }[]): Promise<void> {
    await this.deps.store.relocateFolders(this.device.accountId, moves);
    this.remembered.folders = null;
  }

  /** The folder's row; undefined if the source does not show it any more. */
  async folder(id: string): Promise<FolderRow | undefined> {
    if (!classOfFolderId(id) || (this.quarantine && !this.isInbox(id))) return undefined;
    return (await this.folders()).get(id);
  }

  /** As this device was told last. */
  private isInbox(id: string): boolean {
    const state = this.state<HierarchyState>(HIERARCHY);
    return (state?.pending ?? state?.acked)?.folders[id]?.[2] === INBOX;
  }

  /**
   * Runs `work` with the folder's place. A path that turns out to be gone may only be old (another client renamed it), and
   * one whose cursor is refused may be that of another folder by now: the folder list is read again, and `work` gets its
   * second chance.
   */
  async atFolder<T>(id: string, work: (backend: Backend, place: FolderPlace) => Promise<T>): Promise<T> {
    const row = await this.folder(id);
    if (!row) throw new BackendError('gone', `folder ${id} is unknown`);
    if (this.quarantine)
      return work(this.deps.backends.quarantine(this.quarantine), { path: row.path, isSure: true });
    const itemClass = row.itemClass as ItemClass;
    const at = (place: FolderPlace) =>
      this.atSource({ itemClass, folder: id }, (backend) => work(backend, place));
    try {
      return await at({ path: row.path, isSure: false });
    } catch (error) {
      const isGone = error instanceof BackendError && error.kind === 'gone';
      if (!isGone && !(error instanceof CursorInvalid)) throw error;
      await this.refreshFolders();
      const again = await this.folder(id);
      if (!again) throw new BackendError('gone', `folder ${id} is gone`);
      if (isGone && again.path === row.path) throw error;
      return at({ path: again.path, isSure: true });
    }
  }

  release(): void {
    this.lease?.release();
    this.lease = null;
  }

  private async leased(): Promise<BackendLease> {
    this.lease ??= await this.deps.backends.lease(this.envelope.identity, this.envelope.credentials);
    return this.lease;
  }

  private byId(rows: readonly FolderRow[]): Map<string, FolderRow> {
    return new Map(rows.filter((row) => !row.gone).map((row) => [folderId(row), row]));
  }
}
