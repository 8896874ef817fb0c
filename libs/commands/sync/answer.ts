import type { Backend, Item } from '#backend';
import type { ClientProfile } from '#clients';
import type { CollectionAnswer } from '#device';
import type { SyncCommandResponse, SyncResponseCollection, SyncServerCommand } from '#eas';
import { INITIAL_KEY, type Ref } from '#sync';
import type { AccountLease, CommandContext } from '../context.js';
import { concernsCalendar } from '../scheduling/arrived-mail.js';
import { carrierOf, mailJob } from '../scheduling/scheduling-work.js';
import { parseServerId, serverId } from '../server-id.js';
import { untruncated, viewOf } from '../view.js';
import type { CommandResults } from './command-results.js';
import { readItems, type Missing, type ReadItem } from './read-items.js';

const idsOf = (refs: readonly Ref[], kind: Ref['kind']): string[] =>
  refs.filter((ref) => ref.kind === kind).map((ref) => ref.id);

/** Status of a Fetch whose item is not there, or cannot be read. */
const FetchStatus = { success: 1, serverError: 5, notFound: 8 } as const;

/** An empty Flag says nothing of an item that the phone has not got yet. */
function newItemFor({ noEmptyFlag }: ClientProfile, item: Item): Item {
  const { Flag, ...rest } = item;
  return noEmptyFlag && Flag && Object.keys(Flag).length === 0 ? rest : item;
}

/** One collection's part of a Sync answer. Content is read while it is sent, at the phone's pace. */
export class CollectionPart {
  constructor(
    private readonly context: CommandContext,
    private readonly lease: AccountLease,
    private readonly answer: CollectionAnswer,
    private readonly results: CommandResults,
  ) {}

  /** Whether the phone learns anything from this part. */
  get saysSomething(): boolean {
    const { answer, results } = this;
    return (
      answer.status !== 1 ||
      answer.key !== answer.presented ||
      answer.refs.length > 0 ||
      answer.more ||
      results.responses.length + results.fetches.length > 0
    );
  }

  value(): SyncResponseCollection {
    const { id, status, key, itemClass, more } = this.answer;
    const head = { Class: itemClass, CollectionId: id, Status: status };
    // An unknown key is answered with the one to begin again with.
    if (status !== 1) {
      this.context.events.collectionRefused(status);
      return { ...head, SyncKey: status === 3 ? INITIAL_KEY : key };
    }
    return {
      ...head,
      SyncKey: key,
      MoreAvailable: more,
      Responses: this.responses(),
      Commands: this.commands(),
    };
  }

  private async *responses(): AsyncGenerator<SyncCommandResponse> {
    yield* this.results.responses;
    const { fetches } = this.results;
    if (fetches.length > 0) yield* this.fetched(await this.backend());
  }

  private async *fetched(backend: Backend): AsyncGenerator<SyncCommandResponse> {
    const ours = this.results.fetches.filter((id) => parseServerId(id)?.folder === this.answer.id);
    for (const id of this.results.fetches) {
      if (!ours.includes(id)) yield { Fetch: { ServerId: id, Status: FetchStatus.notFound } };
    }
    const missing: Missing[] = [];
    const items = ours.map((id) => parseServerId(id)!.item);
    const options = untruncated(this.answer.options);
    for await (const { id, item } of this.read(backend, items, 'full', missing, options)) {
      const data = this.applicationData(item);
      yield { Fetch: { ServerId: serverId(this.answer.id, id), Status: FetchStatus.success, ...data } };
    }
    for (const { id, failure } of missing) {
      const status = failure === 'gone' ? FetchStatus.notFound : FetchStatus.serverError;
      yield { Fetch: { ServerId: serverId(this.answer.id, id), Status: status } };
    }
  }

  /** Deletes first, they cost nothing; then changes of state, then new items. */
  private async *commands(): AsyncGenerator<SyncServerCommand> {
    const { refs, id: folder } = this.answer;
    if (refs.length === 0) return;
    for (const id of idsOf(refs, 'delete')) yield { Delete: { ServerId: serverId(folder, id) } };
    for (const id of idsOf(refs, 'softDelete')) yield { SoftDelete: { ServerId: serverId(folder, id) } };
    const missing: Missing[] = [];
    // A draft changes in its text, too: it is told whole.
    const drafts: string[] = [];
    const scheduling: string[] = [];
    const changes = idsOf(refs, 'change');
    const adds = idsOf(refs, 'add');
    if (changes.length + adds.length > 0) {
      const backend = await this.backend();
      // Of a mail only its state is told, lest the phone drop what it has of the text (trap 54).
      const detail = this.answer.itemClass === 'Email' ? 'state' : 'full';
      for await (const { id, item } of this.read(backend, changes, detail, missing)) {
        if (item.IsDraft === true) drafts.push(id);
        else yield { Change: { ServerId: serverId(folder, id), ...this.applicationData(item) } };
      }
      for await (const { id, item } of this.read(backend, drafts, 'full', missing)) {
        yield { Change: { ServerId: serverId(folder, id), ...this.applicationData(item) } };
      }
      for await (const { id, item } of this.read(backend, adds, 'full', missing)) {
        const given = newItemFor(this.context.client, item);
        if (concernsCalendar(item, new Date())) scheduling.push(id);
        yield { Add: { ServerId: serverId(folder, id), ...this.applicationData(given) } };
      }
    }
    await this.noteScheduling(scheduling);
    this.count(missing.length);
    await this.settle(missing);
  }

  /** Before the last byte: a phone that has the whole answer is not told of these mails again. */
  private async noteScheduling(ids: readonly string[]): Promise<void> {
    const { jobs, account } = this.context;
    const { path } = this.answer;
    const noted = ids.map((id) => mailJob(path, id));
    await jobs.add(account.key, noted, carrierOf(this.context));
  }

  /** The item under the class of its folder. */
  private applicationData(item: Item) {
    return { ApplicationData: { [this.answer.itemClass]: item } };
  }

  private async backend(): Promise<Backend> {
    return this.lease.backend(this.answer.itemClass);
  }

  private read(
    backend: Backend,
    ids: readonly string[],
    detail: 'full' | 'state',
    missing: Missing[],
    options = this.answer.options,
  ): AsyncGenerator<ReadItem> {
    const view = viewOf(options, this.context, detail);
    return readItems(backend, { folder: this.answer.id, path: this.answer.path }, ids, view, (item) => {
      missing.push(item);
      if (item.failure !== 'gone') this.context.events.readFailed(this.answer.id, item.id, item.reason);
    });
  }

  private count(missing: number): void {
    const { itemClass, refs } = this.answer;
    this.context.events.itemsSent(itemClass, 'all', refs.length - missing);
  }

  /**
   * Tells the actor what the phone will not find in this answer, before its last byte: a phone that has the whole answer
   * then has a state that says what it got.
   */
  private async settle(missing: readonly Missing[]): Promise<void> {
    if (missing.length === 0) return;
    const { id: folder, key } = this.answer;
    await this.context.devices.ask(this.context.asker, { type: 'Settle', folder, key, items: missing });
  }
}
