import { createHash } from 'node:crypto';
import { BackendError, canEditFolders, type FolderEditor, type ItemClass } from '#backend';
import { formatSyncKey } from '#sync';
import { HIERARCHY, type HierarchyGeneration, type HierarchyState } from './device-state.js';
import {
  BAD_KEY,
  CACHE_UPDATED,
  classToCreate,
  GENERIC,
  isRecipientCache,
  isSpecial,
  MALFORMED,
  Refused,
  SERVER_ERROR,
  Status,
  statusOf,
} from './folder-change-status.js';
import { classOfFolderId, folderId } from './folder-ids.js';
import { standpoint } from './handle-folder-sync.js';
import type { FolderChange, FolderChangeAnswer, FolderChangeMessage, WireFolder } from './messages.js';
import { sameJson } from './same-json.js';
import type { DeviceSession } from './session.js';

type Kind = FolderChange['kind'];
type ChangeOf<K extends Kind> = Extract<FolderChange, { kind: K }>;
type Shown = HierarchyGeneration['folders'];

const TOP = '0';

/** Makes the change at the source. Throws Refused, and BackendError where the source does not do it. */
class FolderChangeRun {
  constructor(
    private readonly session: DeviceSession,
    /** As the source shows them, before the change. */
    private readonly folders: readonly WireFolder[],
    /** The same change was begun before, and nobody knows how it ended. */
    private readonly isInDoubt: boolean,
  ) {}

  /** Returns the id of the folder it is about. */
  async perform(change: FolderChange): Promise<string> {
    switch (change.kind) {
      case 'create':
        return this.create(change);
      case 'update':
        return this.update(change);
      case 'delete':
        return this.remove(change);
    }
  }

  /** All folders below one, however deep. */
  below(id: string): WireFolder[] {
    // Parents come before their children.
    const inside = new Set([id]);
    return this.folders.filter((folder) => inside.has(folder.parent) && inside.add(folder.id));
  }

  private async create({ parent, name, folderType }: ChangeOf<'create'>): Promise<string> {
    const itemClass = classToCreate(
      folderType,
      classOfFolderId(parent),
      this.session.envelope.protocolVersion,
    );
    if (name.trim() === '') throw new Refused(MALFORMED);
    const above = await this.parentPath('create', parent, itemClass);
    const editor = await this.editor('create', itemClass);
    const path = await this.created(editor, above, name, itemClass);
    await this.session.refreshFolders();
    const rows = [...(await this.session.folders()).values()];
    const row = rows.find((one) => one.itemClass === itemClass && one.path === path);
    if (!row) throw new Refused(SERVER_ERROR);
    return folderId(row);
  }

  private async created(
    editor: FolderEditor,
    parent: string | null,
    name: string,
    itemClass: ItemClass,
  ): Promise<string> {
    try {
      return (await editor.createFolder(parent, name, itemClass)).path;
    } catch (error) {
      if (!this.isInDoubt || !(error instanceof BackendError) || error.kind !== 'conflict') throw error;
      const made = (await editor.folders()).find(
        (folder) => folder.parent === parent && folder.name === name && folder.itemClass === itemClass,
      );
      if (!made) throw error;
      return made.path;
    }
  }

  private async update({ id, parent, name }: ChangeOf<'update'>): Promise<string> {
    const folder = this.changeable('update', id);
    if (name.trim() === '') throw new Refused(MALFORMED);
    const isIntoItself = parent === id || this.below(id).some((child) => child.id === parent);
    if (isIntoItself) throw new Refused(MALFORMED);
    const target = await this.parentPath('update', parent, classOfFolderId(id)!);
    if (folder.parent !== parent || folder.name !== name) await this.relocate(folder, target, name);
    return id;
  }

  /** The ids of the folder and of all below it stay (trap 61). */
  private async relocate(folder: WireFolder, parent: string | null, name: string): Promise<void> {
    const { session } = this;
    const editor = await this.editor('update', classOfFolderId(folder.id)!);
    const ids = [folder, ...this.below(folder.id)].map(({ id }) => id);
    const rows = await Promise.all(ids.map((id) => session.folder(id)));
    const { path } = rows[0]!;
    const target = await editor.moveFolder(path, parent, name);
    // Paths below begin with that of the folder, whatever delimiter its source puts between.
    const moves = rows.flatMap((row) =>
      row?.path.startsWith(path) === true
        ? [{ number: row.number, path: target + row.path.slice(path.length) }]
        : [],
    );
    await session.relocateFolders(moves);
  }

  private async remove({ id }: ChangeOf<'delete'>): Promise<string> {
    if (this.isInDoubt && !this.folders.some((folder) => folder.id === id)) return id;
    this.changeable('delete', id);
    // What is below goes as well, so that none of it may be what every mailbox needs.
    if (this.below(id).some(isSpecial)) throw new Refused(Status.delete.special);
    const row = (await this.session.folder(id))!;
    const editor = await this.editor('delete', row.itemClass as ItemClass);
    await editor.deleteFolder(row.path);
    return id;
  }

  private changeable(kind: 'update' | 'delete', id: string): WireFolder {
    const folder = this.folders.find((one) => one.id === id);
    if (!folder) throw new Refused(Status[kind].notFound);
    if (kind === 'update' && isRecipientCache(folder)) throw new Refused(CACHE_UPDATED);
    if (isSpecial(folder) || this.session.isForeign(id)) throw new Refused(Status[kind].special);
    return folder;
  }

  /** A folder can only lie below one of the same source: Status 3 and 5 ask the user for another parent. */
  private async parentPath(
    kind: 'create' | 'update',
    id: string,
    itemClass: ItemClass,
  ): Promise<string | null> {
    if (id === TOP) return null;
    const row = await this.session.folder(id);
    if (!row) throw new Refused(Status[kind].noParent);
    // MS-ASCMD 2.2.1.3 and 2.2.1.6: nothing lies below the recipient information cache.
    const isCache = this.folders.some((folder) => folder.id === id && isRecipientCache(folder));
    if (row.itemClass === itemClass && !isCache && !this.session.isForeign(id)) return row.path;
    throw new Refused(kind === 'create' ? Status.create.special : Status.update.noParent);
  }

  private async editor(kind: Kind, itemClass: ItemClass): Promise<FolderEditor> {
    if (!(await this.session.itemClasses()).includes(itemClass)) throw new Refused(Status[kind].unable);
    const backend = await this.session.backend(itemClass);
    if (!canEditFolders(backend)) throw new Refused(Status[kind].unable);
    return backend;
  }
}

/** What the phone knows once it has the answer: what it knew, and its own change as it asked for it. */
function knownAfter(before: Shown, change: FolderChange, id: string, folders: readonly WireFolder[]): Shown {
  if (change.kind === 'delete') {
    // Folders below are told by FolderSync: not every phone takes them away by itself.
    return Object.fromEntries(Object.entries(before).filter(([known]) => known !== id));
  }
  const { parent, name } = change;
  const typeNow = folders.find((folder) => folder.id === id)?.type ?? GENERIC;
  const asked = change.kind === 'create' && change.folderType !== GENERIC ? change.folderType : undefined;
  return { ...before, [id]: [parent, name, asked ?? before[id]?.[2] ?? typeNow] };
}

/** Seconds a change that is done is known by its key and content, for a phone that did not get the answer. */
const REMEMBERED = 86_400;

/** Names one change under one key. */
const claimKey = ({ key, change }: FolderChangeMessage): string =>
  `folder ${key} ${createHash('sha256').update(JSON.stringify(change)).digest('base64url')}`;

/**
 * Makes the change unless it is done already: an answer was lost, or this host's state was overtaken after the source
 * had been told. Returns the folder's id, and the folders that went with it.
 */
async function doneOnce(
  session: DeviceSession,
  message: FolderChangeMessage,
): Promise<{ id: string; removed: readonly string[] }> {
  const { store } = session.deps;
  const { change } = message;
  const key = claimKey(message);
  const claimed = await store.claim(session.device.id, key, REMEMBERED);
  if (typeof claimed?.result === 'string') return { id: claimed.result, removed: [] };
  try {
    const run = new FolderChangeRun(session, await session.refreshFolders(), claimed !== null);
    const id = await run.perform(change);
    await store.settle(session.device.id, key, id);
    const below = change.kind === 'delete' ? run.below(id).map((folder) => folder.id) : [];
    return { id, removed: change.kind === 'delete' ? [id, ...below] : [] };
  } catch (error) {
    // After a failure that says nothing of what was done, the next attempt looks first.
    const isUnknown = error instanceof BackendError ? error.retryable : !(error instanceof Refused);
    if (!isUnknown) await store.settle(session.device.id, key, undefined);
    throw error;
  }
}

/** The collections of folders that are gone: their numbers never come back. */
async function forgotten(session: DeviceSession, ids: readonly string[]) {
  await session.load(ids);
  return ids
    .filter((id) => session.state(id) !== undefined)
    .map((id) => ({ folderId: id, state: null, dropAll: true }));
}

async function changed(
  session: DeviceSession,
  message: FolderChangeMessage,
  state: HierarchyState,
  from: HierarchyGeneration,
): Promise<FolderChangeAnswer> {
  const { id, removed } = await doneOnce(session, message);
  const folders = knownAfter(from.folders, message.change, id, await session.refreshFolders());
  const { pending } = state;
  const isRepeated = pending !== null && pending !== from && sameJson(pending.folders, folders);
  const counter = isRepeated ? pending.counter : state.last + 1;
  const next = { ...state, last: Math.max(state.last, counter), acked: from, pending: { counter, folders } };
  const collections = [{ folderId: HIERARCHY, state: next }, ...(await forgotten(session, removed))];
  await session.save({ collections });
  return { status: 1, key: formatSyncKey({ epoch: state.epoch, counter }), id };
}

const refused = (status: number): FolderChangeAnswer => ({ status, key: null, id: null });

/**
 * FolderCreate, FolderUpdate and FolderDelete (MS-ASCMD 2.2.1.3, .6, .4) in one: checks the hierarchy key, changes the
 * source, and saves what the phone knows now as the pending generation. That is what it knew before and its own change,
 * no more: what others did in the meantime is told by the next FolderSync, its own change is not (traps 57, 58).
 */
export async function handleFolderChange(
  session: DeviceSession,
  message: FolderChangeMessage,
): Promise<FolderChangeAnswer> {
  const state = session.state<HierarchyState>(HIERARCHY);
  const from = standpoint(state, message.key);
  if (!state || !from) return refused(BAD_KEY);
  try {
    return await changed(session, message, state, from);
  } catch (error) {
    if (error instanceof Refused) return refused(error.status);
    if (error instanceof BackendError) return refused(statusOf(message.change.kind, error));
    throw error;
  }
}
