import { createHash } from 'node:crypto';
import { canDelete, canMove, canUpdateState, type Backend, type MailState } from '#backend';
import { lettersOf, type CollectionAnswer, type DeltaEntry, type RestoreAsk } from '#device';
import type { SyncClientCommand, SyncCommandResponse } from '#eas';
import { parseServerId, serverId } from '../server-id.js';
import type { CommandResults } from './command-results.js';
import { isReadOnly, ItemStatus, itemStatusOf } from './item-status.js';
import { MalformedChange, mailStateOf } from './mail-state.js';
import { DraftCommands } from './drafts/draft-commands.js';
import type { DraftDesk } from './drafts/draft-desk.js';
import type { MovingFolder } from './moving-folder.js';
import { isSmsItem, isSmsOf, smsItem } from './sms.js';
import type { PlannedCommands } from './request.js';

/**
 * What was done before, by command, with the answer it got (null: success, which is silence). Kept in the device's state
 * for the phone that did not hear it (trap 19).
 */
export type Journal = { readonly [command: string]: number | null };

type Change = Extract<SyncClientCommand, { Change: unknown }>['Change'];

/** Names a command in the journal, with what it asks for: the same item may be changed to something else later. */
const changeKey = (id: string, state: MailState): string => `Change ${id} ${digest(state)}`;
/** Journals are kept for each device: a flag with all its dates would be most of it. */
const digest = (state: MailState): string =>
  createHash('sha256').update(JSON.stringify(state)).digest('base64url').slice(0, 22);
const isChangeOf = (key: string, id: string): boolean => key.startsWith(`Change ${id} `);
/** The parts of a mail's version that a change names: the rest is not the phone's doing. */
const namedIn = ({ read, flagStatus, keywords }: MailState): string =>
  `${read === undefined ? '' : 's'}${flagStatus === undefined ? '' : 'fn.'}${keywords === undefined ? '' : '#n.'}`;
/** Somebody else changed it back in the same moment: of that the phone is to be told, though the mail is as it was before. */
function isUndone({ read, flagStatus }: MailState, version: string): boolean {
  const letters = lettersOf(version);
  const isSeen = letters.includes('s');
  const isFlagged = letters.includes('f');
  return (
    (read ?? isSeen) !== isSeen || (flagStatus === undefined ? isFlagged : flagStatus === 2) !== isFlagged
  );
}
const smsKey = (clientId: string): string => `SMS ${clientId}`;
const deleteKey = (id: string): string => `Delete ${id}`;

/** What came of the deletes. */
interface Removal {
  readonly failed: ReadonlySet<string>;
  /** Of those that failed. */
  readonly status: number;
  /** The folder is read-only: all are there as before. */
  readonly isKept?: boolean;
}

/** What the commands of a collection are carried out with. */
export interface CommandCircumstances {
  readonly folder: MovingFolder;
  /** Path of the folder that deleted items go to; null if there is none, or this is it. */
  readonly trash: string | null;
  /** Null unless this is the folder of drafts, and the phone may write them. */
  readonly drafts: DraftDesk | null;
  readonly faulty: (data: object) => boolean;
  /** Protocol version times ten. */
  readonly version: number;
}

/** Applies the phone's commands of one collection to its folder, in order; deletes go together at the end. */
export class CommandRun {
  readonly responses: SyncCommandResponse[] = [];
  readonly imports: DeltaEntry[] = [];
  private readonly named: Record<string, string> = {};
  private readonly fetches: string[] = [];
  private readonly restore: RestoreAsk[] = [];
  /** What is done, by earlier attempts at this request and by this one. */
  readonly journal: Record<string, number | null>;
  private readonly doomed: string[] = [];
  private readonly drafts: DraftCommands | null;

  constructor(
    private readonly backend: Backend,
    private readonly collection: CollectionAnswer,
    private readonly commands: PlannedCommands,
    private readonly about: CommandCircumstances,
  ) {
    this.journal = { ...(collection.journal as Journal | null) };
    const { id: folder, presented } = collection;
    const { drafts, faulty, version } = about;
    this.drafts = drafts && new DraftCommands(drafts, this, { folder, presented, faulty, version });
  }

  async run(): Promise<CommandResults> {
    for (const command of this.commands.list) await this.apply(command);
    await this.delete();
    const { responses, fetches, imports, named, restore, journal } = this;
    return {
      responses,
      fetches,
      imports,
      named,
      written: [],
      restore,
      journal: Object.keys(journal).length > 0 ? journal : null,
    };
  }

  private async apply(command: SyncClientCommand): Promise<void> {
    if (this.isSms(command)) this.acceptSms(command);
    else if (await this.drafts?.take(command)) return;
    else if ('Add' in command) {
      // Trap 54: mail is added by SendMail, not by Sync, but for drafts.
      this.responses.push({ Add: { ClientId: command.Add.ClientId, Status: ItemStatus.malformed } });
    } else if ('Change' in command) await this.change(command.Change);
    else if ('Delete' in command) this.doom(command.Delete.ServerId);
    else this.fetches.push(command.Fetch.ServerId);
  }

  private isSms(command: SyncClientCommand): boolean {
    if ('Add' in command) return isSmsOf(command.Add);
    if ('Fetch' in command) return false;
    const body = 'Change' in command ? command.Change : command.Delete;
    return isSmsOf(body) || isSmsItem(this.itemOf(body.ServerId) ?? '');
  }

  /** Changes and deletes of text messages are silent successes. */
  private acceptSms(command: SyncClientCommand): void {
    if (!('Add' in command)) return;
    const { ClientId } = command.Add;
    const ServerId = serverId(this.collection.id, smsItem(this.collection.presented, ClientId));
    this.responses.push({ Add: { Class: 'SMS', ClientId, ServerId, Status: ItemStatus.success } });
    // Makes the key move on: under the same one the next message might come with the same ClientId.
    this.journal[smsKey(ClientId)] = null;
  }

  private itemOf(id: string): string | null {
    const address = parseServerId(id);
    return address?.folder === this.collection.id ? address.item : null;
  }

  private async change(change: Change): Promise<void> {
    const id = this.itemOf(change.ServerId);
    if (id === null) return this.changed(change.ServerId, ItemStatus.notFound);
    if (this.about.faulty(change)) return this.changed(change.ServerId, ItemStatus.malformed);
    const state = this.stateOf(change);
    if (!state) return this.changed(change.ServerId, ItemStatus.malformed);
    const key = changeKey(id, state);
    const before = this.journal[key];
    const status = before === undefined ? await this.update(id, state) : before;
    if (before === undefined) this.forgetChanges(id);
    this.journal[key] = status;
    this.changed(change.ServerId, status);
  }

  private stateOf(change: Change): MailState | null {
    try {
      return mailStateOf(change.ApplicationData?.Email ?? {}, this.about.version);
    } catch (error) {
      if (error instanceof MalformedChange) return null;
      throw error;
    }
  }

  /** A newer change takes the item out of the state that an older one of another request left it in. */
  private forgetChanges(id: string): void {
    for (const key of Object.keys(this.journal)) if (isChangeOf(key, id)) delete this.journal[key];
  }

  /** Trap 25: silence is success. */
  private changed(ServerId: string, status: number | null): void {
    if (status !== null) this.responses.push({ Change: { ServerId, Status: status } });
  }

  private async update(id: string, state: MailState): Promise<number | null> {
    if (Object.keys(state).length === 0) return null;
    const { backend } = this;
    if (!canUpdateState(backend)) return ItemStatus.malformed;
    try {
      const { version } = await this.about.folder.at((path) => backend.updateState(path, id, state));
      if (isUndone(state, version)) this.restore.push({ id, isDeleted: false });
      else {
        this.imports.push([id, version, null]);
        this.named[id] = (this.named[id] ?? '') + namedIn(state);
      }
      return null;
    } catch (error) {
      if (!isReadOnly(error)) return itemStatusOf(error);
      this.restore.push({ id, isDeleted: false });
      return ItemStatus.serverWon;
    }
  }

  private doom(ServerId: string): void {
    const id = this.itemOf(ServerId);
    if (id === null) this.responses.push({ Delete: { ServerId, Status: ItemStatus.notFound } });
    else this.doomed.push(id);
  }

  /** Trap 50: into Trash unless the phone says no or this is Trash. What is not there any more is deleted already. */
  private async delete(): Promise<void> {
    const due = [...new Set(this.doomed)].filter((id) => this.journal[deleteKey(id)] !== null);
    if (due.length === 0) return;
    const { failed, status, isKept } = await this.remove(due);
    for (const id of due) {
      if (isKept) {
        // No Status: the phone has let go of it already, and takes it as new.
        this.journal[deleteKey(id)] = null;
        this.restore.push({ id, isDeleted: true });
        continue;
      }
      const outcome = failed.has(id) ? status : null;
      this.journal[deleteKey(id)] = outcome;
      if (outcome === null) this.imports.push([id, null, null]);
      else this.responses.push({ Delete: { ServerId: serverId(this.collection.id, id), Status: outcome } });
    }
  }

  private async remove(ids: readonly string[]): Promise<Removal> {
    const { backend, commands } = this;
    const { trash, folder } = this.about;
    try {
      if (commands.deletesAsMoves && trash !== null && canMove(backend)) {
        await folder.at(
          (path) => backend.moveItems(path, ids, trash),
          (moved) => moved.size < ids.length,
        );
        return { failed: new Set(), status: ItemStatus.serverError };
      }
      if (!canDelete(backend)) return { failed: new Set(ids), status: ItemStatus.malformed };
      const { failed } = await folder.at((path) => backend.deleteItems(path, ids));
      return { failed: new Set(failed), status: ItemStatus.serverError };
    } catch (error) {
      if (isReadOnly(error)) return { failed: new Set(), status: ItemStatus.serverWon, isKept: true };
      return { failed: new Set(ids), status: itemStatusOf(error) };
    }
  }
}
