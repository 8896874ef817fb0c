import {
  BackendError,
  canDelete,
  canWriteItems,
  type Backend,
  type ChangeManner,
  type Expectation,
  type ItemWriter,
  type PimClass,
  type View,
  type WrittenItem,
} from '#backend';
import type { CollectionAnswer, DeltaEntry, RestoreAsk } from '#device';
import type { SyncClientCommand, SyncCommandResponse } from '#eas';
import { parseServerId, serverId } from '../../server-id.js';
import type { CommandResults } from '../command-results.js';
import { isReadOnly, ItemStatus, itemStatusOf, readOnly } from '../item-status.js';
import type { MovingFolder } from '../moving-folder.js';
import { SyncRefused, SyncStatus } from '../request.js';
import { creationName } from './creation-name.js';
import { instanceOf, itemChange, MalformedItem } from './item-change.js';
import { PimJournal, type Done } from './pim-journal.js';
import { toldElements } from './told-elements.js';

type Add = Extract<SyncClientCommand, { Add: unknown }>['Add'];
type Change = Extract<SyncClientCommand, { Change: unknown }>['Change'];
type Delete = Extract<SyncClientCommand, { Delete: unknown }>['Delete'];

/** What the commands of a collection are carried out with. */
export interface PimCircumstances {
  readonly backend: Backend;
  readonly itemClass: PimClass;
  readonly folder: MovingFolder;
  /** Names the account within the installation. */
  readonly account: string;
  readonly manner: ChangeManner;
  /** How an item is read whose text is not wanted. */
  readonly view: View;
  readonly faulty: (data: object) => boolean;
}

/** The phone may not add to this folder; it is the cache of people the user wrote to (MS-ASCMD 2.2.3.7.2). */
const RECIPIENT_CACHE = 'recipient-cache';

/**
 * Applies the phone's commands on contacts, events, tasks or notes of one folder, in order; deletes go together at the end,
 * and whatever else is said of an item that is deleted is passed over: a Delete beats a Change (trap 51).
 */
export class PimRun {
  private readonly responses: SyncCommandResponse[] = [];
  private readonly fetches: string[] = [];
  private readonly imports: DeltaEntry[] = [];
  private readonly written = new Map<string, DeltaEntry>();
  private readonly restore = new Map<string, RestoreAsk>();
  private readonly journal: PimJournal;
  /** The version the phone's next change of an item is made on: its own last change counts (trap 52). */
  private readonly basis: Map<string, string>;
  private readonly winner: Expectation['winner'];

  constructor(
    private readonly collection: CollectionAnswer,
    private readonly about: PimCircumstances,
  ) {
    this.journal = new PimJournal(collection.journal);
    this.basis = new Map(Object.entries(collection.known));
    this.winner = collection.options.conflict === 0 ? 'client' : 'server';
  }

  async run(commands: readonly SyncClientCommand[]): Promise<CommandResults> {
    const doomed = this.doomedBy(commands);
    for (const command of commands) await this.apply(command, doomed);
    await this.delete([...doomed]);
    const { responses, fetches, imports, journal } = this;
    return {
      responses,
      fetches,
      imports,
      written: [...this.written.values()],
      restore: [...this.restore.values()],
      journal: journal.kept,
    };
  }

  private doomedBy(commands: readonly SyncClientCommand[]): Set<string> {
    const whole = commands.flatMap((command) =>
      'Delete' in command && command.Delete.InstanceId === undefined ? [command.Delete] : [],
    );
    return new Set(whole.flatMap(({ ServerId }) => this.itemOf(ServerId) ?? []));
  }

  private async apply(command: SyncClientCommand, doomed: ReadonlySet<string>): Promise<void> {
    if ('Add' in command) return this.add(command.Add);
    if ('Fetch' in command) return void this.fetches.push(command.Fetch.ServerId);
    const isChange = 'Change' in command;
    const said = isChange ? command.Change : command.Delete;
    const id = this.itemOf(said.ServerId);
    if (id === null) return this.answer(isChange ? 'Change' : 'Delete', said, ItemStatus.notFound);
    if (doomed.has(id)) return;
    if ('Change' in command) await this.change(id, command.Change);
    else await this.deleteOccurrence(id, command.Delete);
  }

  private itemOf(id: string): string | null {
    const address = parseServerId(id);
    return address?.folder === this.collection.id ? address.item : null;
  }

  private async add(add: Add): Promise<void> {
    const { ClientId } = add;
    const key = PimJournal.add(ClientId);
    const done = this.journal.outcome(key) ?? (await this.once(key, () => this.create(add)));
    if ('status' in done) {
      this.responses.push({ Add: { ClientId, Status: done.status } });
      return;
    }
    const told = await this.told(done, true);
    const ServerId = serverId(this.collection.id, done.id);
    this.responses.push({ Add: { ClientId, ServerId, Status: ItemStatus.success, ...told } });
  }

  private async create(add: Add): Promise<Done> {
    const { about, collection } = this;
    const { account, folder, manner } = about;
    return this.attempted(add, async (writer) => {
      const change = itemChange(add, about.itemClass, null, manner);
      const { id, presented } = collection;
      const name = creationName({ account, folder: id, presented, clientId: add.ClientId }, change);
      return folder.at((path) => writer.createItem(path, change, name));
    });
  }

  private async change(id: string, change: Change): Promise<void> {
    const { about } = this;
    const key = this.journal.change(id, [change.InstanceId, change.ApplicationData]);
    const done =
      this.journal.outcome(key) ??
      (await this.once(key, async () => {
        const outcome = await this.attempted(
          change,
          (writer) => {
            const wish = itemChange(change, about.itemClass, id, about.manner);
            return about.folder.at((path) => writer.changeItem(path, id, wish, this.expected(id)));
          },
          id,
        );
        this.journal.forgetChanges(id);
        return outcome;
      }));
    if ('status' in done) return this.answer('Change', change, done.status);
    // Trap 25: silence is success, but for files, of which the phone must hear where they are.
    const told = await this.told(done, false);
    if (told) this.answer('Change', change, ItemStatus.success, told);
  }

  private async deleteOccurrence(id: string, command: Delete): Promise<void> {
    const { about } = this;
    const key = this.journal.change(id, ['Delete', command.InstanceId]);
    const done =
      this.journal.outcome(key) ??
      (await this.once(key, async () => {
        const outcome = await this.attempted(
          command,
          (writer) => {
            const instance = instanceOf(command, about.itemClass)!;
            return about.folder.at((path) => writer.deleteOccurrence(path, id, instance, this.expected(id)));
          },
          id,
        );
        this.journal.forgetChanges(id);
        // What is not there any more is deleted already.
        return 'status' in outcome && outcome.status === ItemStatus.notFound ? { id, files: [] } : outcome;
      }));
    if ('status' in done) this.answer('Delete', command, done.status);
  }

  private expected(id: string): Expectation {
    return { version: this.basis.get(id) ?? null, winner: this.winner };
  }

  /** Does it and takes note. A source that is down has done nothing: the phone's next attempt is another one. */
  private async once(key: string, work: () => Promise<Done>): Promise<Done> {
    const done = await work();
    if (!('status' in done) || done.status !== ItemStatus.serverError) this.journal.note(key, done);
    return done;
  }

  /** `id` is the item it is about, if there is one. */
  private async attempted(
    command: object,
    work: (writer: ItemWriter) => Promise<WrittenItem>,
    id: string | null = null,
  ): Promise<Done> {
    const { backend, faulty } = this.about;
    if (faulty(command)) return { status: ItemStatus.malformed };
    try {
      if (!canWriteItems(backend)) throw readOnly();
      return this.stored(await work(backend), id);
    } catch (error) {
      return { status: this.failed(error, id) };
    }
  }

  private stored(item: WrittenItem, id: string | null): Done {
    const { version, day, files } = item;
    // Under another id it is another item to the phone: the feed tells of both.
    if (id === null || item.id === id) {
      this.basis.set(item.id, version);
      this.written.delete(item.id);
      this.restore.delete(item.id);
      if (item.altered) this.restore.set(item.id, { id: item.id, isDeleted: false, item: { version, day } });
      else this.written.set(item.id, [item.id, version, day]);
    }
    return { id: item.id, files };
  }

  private failed(error: unknown, id: string | null): number {
    if (error instanceof MalformedItem) return ItemStatus.malformed;
    if (!(error instanceof BackendError)) throw error;
    if (error.reason === RECIPIENT_CACHE) throw new SyncRefused(SyncStatus.protocolError, error.message);
    const isKept = error.kind === 'conflict' || isReadOnly(error);
    if (id === null || !isKept) return itemStatusOf(error);
    // The phone's version is not what there is: it gets the server's (trap 51).
    this.restore.set(id, { id, isDeleted: false });
    this.written.delete(id);
    return ItemStatus.serverWon;
  }

  private async told(done: Extract<Done, { id: string }>, isNew: boolean) {
    const { backend, itemClass, view, folder } = this.about;
    const from = { id: this.collection.id, path: folder.current };
    const Calendar = await toldElements({ backend, folder: from, itemClass, view }, done.id, {
      isNew,
      files: done.files,
    });
    return Calendar && { ApplicationData: { Calendar } };
  }

  private answer(
    kind: 'Change' | 'Delete',
    { ServerId, InstanceId }: Pick<Delete, 'ServerId' | 'InstanceId'>,
    Status: number,
    more: object = {},
  ): void {
    const instance = InstanceId === undefined ? {} : { InstanceId };
    const body = { ServerId, ...instance, Status, ...more };
    this.responses.push(kind === 'Change' ? { Change: body } : { Delete: body });
  }

  /** Final: only mail has a folder for what was deleted. */
  private async delete(ids: readonly string[]): Promise<void> {
    const due = ids.filter((id) => this.journal.outcome(PimJournal.delete(id)) === undefined);
    if (due.length === 0) return;
    const outcomes = await this.remove(due);
    for (const [id, status] of outcomes) {
      if (status === ItemStatus.serverWon) this.restore.set(id, { id, isDeleted: true });
      else if (status === ItemStatus.success) this.imports.push([id, null, null]);
      else this.answer('Delete', { ServerId: serverId(this.collection.id, id) }, status);
      if (status === ItemStatus.serverError) continue;
      // No Status for what is kept: the phone has let go of it already, and takes it as new.
      this.journal.note(PimJournal.delete(id), { status: ItemStatus.success });
    }
  }

  /** The Status of each; `serverWon` for what must stay. */
  private async remove(ids: readonly string[]): Promise<Map<string, number>> {
    const { backend, folder } = this.about;
    if (!canDelete(backend)) return new Map(ids.map((id) => [id, ItemStatus.serverWon]));
    try {
      const { failed } = await folder.at((path) => backend.deleteItems(path, ids));
      const left = new Set(failed);
      return new Map(ids.map((id) => [id, left.has(id) ? ItemStatus.serverWon : ItemStatus.success]));
    } catch (error) {
      if (!isReadOnly(error)) {
        const status = itemStatusOf(error);
        return new Map(ids.map((id) => [id, status === ItemStatus.notFound ? ItemStatus.success : status]));
      }
      if (ids.length === 1) return new Map([[ids[0]!, ItemStatus.serverWon]]);
      // One of them must stay: it must not keep the others.
      const outcomes = new Map<string, number>();
      for (const id of ids) for (const [one, status] of await this.remove([id])) outcomes.set(one, status);
      return outcomes;
    }
  }
}
