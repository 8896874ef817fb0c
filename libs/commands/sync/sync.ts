import type { Backend, PimClass } from '#backend';
import { DEFAULT_OPTIONS, type CollectionAnswer, type CollectionOptions, type SyncAnswer } from '#device';
import { SyncRequest, SyncResponse, type SyncClientCommand, type SyncResponseCollection } from '#eas';
import { INITIAL_KEY } from '#sync';
import { changeManner } from '../change-manner.js';
import type { AccountLease, CommandContext } from '../context.js';
import { oneAtATime } from '../one-at-a-time.js';
import { readDocument } from '../read-document.js';
import { document, empty, refusal, type Reply } from '../reply.js';
import { carrierOf } from '../scheduling/scheduling-work.js';
import { scheduledBackend } from '../scheduling/scheduled-backend.js';
import { viewOf } from '../view.js';
import { momentOf, waitForNews } from '../waiting.js';
import { CollectionPart } from './answer.js';
import { CommandRun } from './client-commands.js';
import { noResults, type CommandResults } from './command-results.js';
import { DraftDesk } from './drafts/draft-desk.js';
import { DraftFiles } from './drafts/draft-files.js';
import { DRAFTS_SINCE, draftsPath, isForDraft } from './drafts/drafts-path.js';
import { MovingFolder } from './moving-folder.js';
import { PimRun } from './pim/pim-commands.js';
import { planSync, SyncRefused, type SyncPlan } from './request.js';
import { trashPath } from './trash.js';

/** Requests without body exist from 12.1 on, and so do answers without one (traps 31, 32). */
const EMPTY_SINCE = 121;
const STATUS_NO_CACHED_REQUEST = 13;

/** For what the answer to a command tells of a stored item. */
const WITHOUT_TEXT: CollectionOptions = {
  ...DEFAULT_OPTIONS,
  bodyPreferences: [{ type: 1, truncationSize: 0 }],
};

/** One Sync request from the plan to the answer. */
class SyncExchange {
  private readonly lease: AccountLease;
  private readonly since: ReturnType<typeof momentOf>;

  constructor(
    private readonly context: CommandContext,
    private readonly plan: SyncPlan,
    private readonly faulty: (data: object) => boolean,
    private readonly files: DraftFiles,
  ) {
    this.lease = context.account.lease();
    this.since = momentOf(context);
  }

  async reply(): Promise<Reply> {
    try {
      return await this.answered();
    } catch (error) {
      this.lease.release();
      throw error;
    }
  }

  private async answered(): Promise<Reply> {
    const { context, plan } = this;
    // A newer request of a device ends the wait of its older one (trap 40).
    context.endOlderWait();
    context.jobs.stir(context.account.key, carrierOf(context));
    const results = new Map<string, CommandResults>();
    let answer = plan.commands.size > 0 ? await this.exchangeOnce(results) : await this.ask();
    if (answer.status !== 1)
      return this.without(document(SyncResponse, { Status: STATUS_NO_CACHED_REQUEST }));
    let parts = this.parts(answer, results);
    if (answer.wait !== null && !parts.some((part) => part.saysSomething)) {
      const outcome = await this.wait(answer, answer.wait);
      if (outcome === 'disconnected') return this.without(empty);
      if (outcome === 'news') {
        answer = await this.ask();
        parts = this.parts(answer, results);
      }
    }
    if (context.version >= EMPTY_SINCE && !parts.some((part) => part.saysSomething))
      return this.without(empty);
    return this.document(answer, parts);
  }

  /** Releases what was leased for content: this reply has none. */
  private without(reply: Reply): Reply {
    this.lease.release();
    return reply;
  }

  private ask(): Promise<SyncAnswer> {
    return this.context.devices.ask(this.context.asker, { ...this.plan.message, phase: 'both' });
  }

  /** A phone that hung up while a source was slow brings its new items again: they must not be added by both requests. */
  private exchangeOnce(results: Map<string, CommandResults>): Promise<SyncAnswer> {
    const { adds } = this.plan;
    if (adds === null) return this.exchange(results);
    return oneAtATime(this.context, adds, () => this.exchange(results));
  }

  /** The phone brings commands: the actor checks the keys, the node does them, the actor takes note and answers. */
  private async exchange(results: Map<string, CommandResults>): Promise<SyncAnswer> {
    const { devices, asker } = this.context;
    const opened = await devices.ask(asker, { ...this.plan.message, phase: 'open' });
    if (opened.status !== 1) return opened;
    const live = opened.collections.filter(
      ({ status, presented }) => status === 1 && presented !== INITIAL_KEY,
    );
    for (const collection of live) results.set(collection.id, await this.obey(collection));
    const collected = await devices.ask(asker, {
      ...this.plan.message,
      phase: 'collect',
      partial: false,
      collections: live.map((collection) => this.askAgain(collection, results.get(collection.id)!)),
    });
    const byId = new Map(collected.collections.map((collection) => [collection.id, collection]));
    return {
      ...opened,
      collections: opened.collections.map((collection) => byId.get(collection.id) ?? collection),
    };
  }

  private askAgain(collection: CollectionAnswer, results: CommandResults) {
    const asked = this.plan.message.collections?.find(({ id }) => id === collection.id);
    return {
      id: collection.id,
      key: collection.presented,
      getChanges: collection.getChanges,
      windowSize: collection.windowSize,
      options: asked?.options ?? null,
      ...(collection.answers !== undefined && { answers: collection.answers }),
      imports: results.imports,
      ...(results.named && { named: results.named }),
      written: results.written,
      restore: results.restore,
      journal: results.journal,
    };
  }

  private async obey(collection: CollectionAnswer): Promise<CommandResults> {
    const commands = this.plan.commands.get(collection.id);
    if (!commands) return noResults;
    const { itemClass } = collection;
    const backend = await this.lease.backend(itemClass);
    const folder = new MovingFolder(collection.path, () => this.whereIs(collection.id));
    if (itemClass !== 'Email') {
      const written =
        itemClass === 'Calendar' ? await scheduledBackend(this.context, this.lease, backend) : backend;
      return this.pimRun(written, collection, itemClass, folder).run(commands.list);
    }
    const deletes = commands.list.some((command) => 'Delete' in command);
    const trash = deletes && commands.deletesAsMoves ? await trashPath(backend) : null;
    const elsewhere = trash === collection.path ? null : trash;
    return new CommandRun(backend, collection, commands, {
      folder,
      trash: elsewhere,
      drafts: await this.draftDesk(backend, collection, commands.list),
      faulty: this.faulty,
      version: this.context.version,
    }).run();
  }

  private pimRun(
    backend: Backend,
    collection: CollectionAnswer,
    itemClass: PimClass,
    folder: MovingFolder,
  ): PimRun {
    const { context } = this;
    return new PimRun(collection, {
      backend,
      itemClass,
      folder,
      account: context.account.key,
      manner: changeManner(context, collection.supported),
      view: viewOf(WITHOUT_TEXT, context, 'full'),
      faulty: this.faulty,
    });
  }

  private async whereIs(id: string): Promise<string | null> {
    const { devices, asker } = this.context;
    const { folders } = await devices.ask(asker, { type: 'Folders', refresh: true });
    return folders[id]?.path ?? null;
  }

  private async draftDesk(
    backend: Backend,
    { id, path }: CollectionAnswer,
    commands: readonly SyncClientCommand[],
  ): Promise<DraftDesk | null> {
    if (this.context.version < DRAFTS_SINCE || !commands.some(isForDraft)) return null;
    if ((await draftsPath(backend)) !== path) return null;
    return new DraftDesk(this.context, this.lease, backend, { id, path }, this.files);
  }

  private parts(answer: SyncAnswer, results: ReadonlyMap<string, CommandResults>): CollectionPart[] {
    return answer.collections.map(
      (collection) =>
        new CollectionPart(this.context, this.lease, collection, results.get(collection.id) ?? noResults),
    );
  }

  private async wait(answer: SyncAnswer, seconds: number): Promise<'news' | 'quiet' | 'disconnected'> {
    const folders = answer.collections
      .filter(({ status, getChanges }) => status === 1 && getChanges !== false)
      .map(({ id, path }) => ({ id, path }));
    return (await waitForNews(this.context, 'Sync', folders, seconds, this.since)).kind;
  }

  private document(answer: SyncAnswer, parts: readonly CollectionPart[]): Reply {
    // A collection that has nothing to say is left out (MS-ASCMD 2.2.3.199), as is a whole answer of such from 12.1 on.
    const telling = parts.filter((part) => part.saysSomething);
    const collections: SyncResponseCollection[] = (telling.length > 0 ? telling : parts).map((part) =>
      part.value(),
    );
    return document(
      SyncResponse,
      { Collections: { Collection: collections } },
      { ended: (how) => this.ended(answer, how) },
    );
  }

  /** A phone that hung up may not have its answer: until it asks again, Ping must not wait as if it had. */
  private async ended(answer: SyncAnswer, how: 'sent' | 'broken'): Promise<void> {
    this.lease.release();
    const keys = answer.collections
      .filter(({ key, presented, status }) => status === 1 && key !== presented && presented !== INITIAL_KEY)
      .map(({ id, key }) => ({ folder: id, key }));
    if (how === 'sent' || keys.length === 0) return;
    const { devices, asker } = this.context;
    await devices.ask(asker, { type: 'Undelivered', keys });
    // The Ping that came instead may have been told before that there is nothing.
    this.context.lookAnew();
  }
}

/** MS-ASCMD 2.2.1.21 Sync. */
export async function sync(context: CommandContext): Promise<Reply> {
  if (!context.hasBody && context.version < EMPTY_SINCE) return refusal(400);
  const files = new DraftFiles(context.limits.mailBytes);
  try {
    const decoded = context.hasBody ? await readDocument(context, SyncRequest, files.keep) : null;
    const plan = planSync(decoded?.value ?? null, context.version, context.limits);
    const faulty = (data: object): boolean => decoded?.faults.has(data) ?? false;
    return await new SyncExchange(context, plan, faulty, files).reply();
  } catch (error) {
    if (!(error instanceof SyncRefused)) throw error;
    return document(SyncResponse, { Status: error.status, Limit: error.limit });
  } finally {
    files.dispose();
  }
}
