import {
  SyncStatus,
  type SyncClientCommand,
  type SyncOptions as EasSyncOptions,
  type SyncRequestCollection,
} from '#eas';
import { answerTo } from './answer-to.js';
import type { ItemClass } from './hierarchy.js';
import type { CallOptions } from './link.js';
import {
  Mailbox,
  type Applied,
  type CollectionAnswer,
  type CommandAnswer,
  type ItemData,
} from './mailbox.js';
import type { Timing } from './timing.js';

/** `{ Add }`, `{ Change }`, `{ Delete }` or `{ Fetch }`. */
export type ClientCommand = SyncClientCommand;
export type BodyPreference = NonNullable<EasSyncOptions['BodyPreference']>[number];

/** How a folder is asked for. What is left out is not sent. */
export interface CollectionOptions {
  /** Default 100. */
  readonly window?: number;
  /** MS-ASCMD 2.2.3.68.2; 0 is everything. */
  readonly filter?: number;
  /** Default plain text of 1,024 bytes. */
  readonly bodyPreference?: readonly BodyPreference[];
  /** The mail's own words apart from what it quotes (14.1 and later). */
  readonly bodyPartPreference?: readonly BodyPreference[];
  readonly mimeSupport?: 0 | 1 | 2;
  readonly mimeTruncation?: number;
  readonly conflict?: 0 | 1;
  readonly deletesAsMoves?: boolean;
  readonly getChanges?: boolean;
  readonly supported?: readonly string[];
  readonly commands?: readonly ClientCommand[];
  /** Leaves Options out, so that those of the last request stay (trap 47). */
  readonly keepOptions?: boolean;
}

export type CollectionSyncOptions = CollectionOptions & CallOptions;

/** What one Sync said of one folder. */
export interface CollectionResult extends Applied {
  /** Of the folder, else of the whole Sync; 1 for a folder the answer says nothing of. */
  readonly status: number;
  /** The key the phone has now. */
  readonly key: string;
  readonly more: boolean;
  readonly responses: readonly CommandAnswer[];
  /** The answer never came; the key and the folder's content are as before. */
  readonly isLost: boolean;
  readonly timing: Timing;
}

/** Sends one Sync for one collection; the phone does that. */
export type SyncOne = (collection: Collection, options: CollectionSyncOptions) => Promise<CollectionResult>;

const PAGE_LIMIT = 100_000;

/** One folder as the phone syncs it: its key, its content, and what was asked last. */
export class Collection {
  key = '0';
  readonly mailbox: Mailbox;
  /** How often the server made the phone begin anew (Status 3). */
  resets = 0;
  readonly #usedKeys = new Set<string>();
  readonly #sync: SyncOne;
  #last: CollectionOptions = {};

  constructor(
    readonly id: string,
    readonly itemClass: ItemClass,
    content: 'items' | 'ids',
    sync: SyncOne,
  ) {
    this.mailbox = new Mailbox(id, itemClass, content);
    this.#sync = sync;
  }

  get items(): ReadonlyMap<string, ItemData> {
    return this.mailbox.items;
  }

  /** Gets the first key, if the phone has none. */
  async prime(options: CollectionSyncOptions = {}): Promise<CollectionResult | null> {
    if (this.key !== '0') return null;
    return this.#sync(this, { ...options, commands: [] });
  }

  /** One exchange. The first one of a folder is preceded by that for its key. */
  async sync(options: CollectionSyncOptions = {}): Promise<CollectionResult> {
    const primed = await this.prime(options);
    if (primed && (primed.status !== SyncStatus.success || primed.isLost)) return primed;
    return this.#sync(this, options);
  }

  /** Sends the last request once more, as a phone does whose answer was lost. */
  retry(options: CallOptions = {}): Promise<CollectionResult> {
    return this.#sync(this, { ...this.#last, dropAnswer: false, ...options });
  }

  /**
   * Syncs until the server has no more; client commands go with the first request. Stops at the first Status that is no
   * success, and tells it. `page` hears of every exchange.
   */
  async syncAll(
    options: CollectionSyncOptions = {},
    page: (result: CollectionResult) => void = () => undefined,
  ): Promise<CollectionResult> {
    let result = await this.sync(options);
    page(result);
    const rest = { ...options, commands: [] };
    for (let pages = 1; result.more && !result.isLost && pages < PAGE_LIMIT; pages++) {
      const before = this.key;
      result = await this.#sync(this, rest);
      page(result);
      if (result.status !== SyncStatus.success || (result.more && this.key === before)) break;
    }
    return result;
  }

  /** Forgets key and content. */
  reset(): void {
    this.key = '0';
    this.mailbox.clear();
  }

  /** The folder's part of a request. */
  request(options: CollectionOptions, version: number): SyncRequestCollection {
    this.#last = options;
    const isFirst = this.key === '0';
    const commands = isFirst ? [] : (options.commands ?? []);
    return {
      ...(version <= 121 && { Class: this.itemClass }),
      SyncKey: this.key,
      CollectionId: this.id,
      ...(isFirst && options.supported && { Supported: options.supported }),
      ...(options.deletesAsMoves !== undefined && { DeletesAsMoves: options.deletesAsMoves }),
      // GetChanges with key 0 is a protocol error (trap 20).
      ...(!isFirst && { GetChanges: options.getChanges ?? true, WindowSize: options.window ?? 100 }),
      ...(options.keepOptions !== true && { Options: [this.#options(options)] }),
      ...(commands.length > 0 && { Commands: commands }),
    };
  }

  /** Takes the server's answer on this folder; `sent` are the commands that it answers. */
  take(
    answer: CollectionAnswer,
    sent: readonly ClientCommand[],
  ): Omit<CollectionResult, 'timing' | 'isLost'> {
    const status = answer.Status ?? SyncStatus.success;
    if (status === SyncStatus.invalidSyncKey) {
      this.resets++;
      this.reset();
    }
    const before = this.key;
    const commands = answer.Commands ?? [];
    if (before === '0' && commands.length > 0) this.mailbox.note('items-at-key-0');
    if (status === SyncStatus.success) this.#settle(sent, answer.Responses ?? []);
    const applied = this.mailbox.apply(commands);
    if (status === SyncStatus.success && answer.SyncKey !== undefined) this.#turn(answer.SyncKey);
    const more = answer.MoreAvailable === true;
    if (more && commands.length === 0 && this.key === before) this.mailbox.note('no-progress');
    return { ...applied, status, key: this.key, more, responses: answer.Responses ?? [] };
  }

  #turn(key: string): void {
    if (key === this.key) return;
    if (this.#usedKeys.has(key)) this.mailbox.note('key-reused');
    this.#usedKeys.add(key);
    this.key = key;
  }

  #options(options: CollectionOptions): EasSyncOptions {
    return {
      ...(options.filter !== undefined && { FilterType: options.filter }),
      BodyPreference: options.bodyPreference ?? [{ Type: 1, TruncationSize: 1024 }],
      ...(options.bodyPartPreference && { BodyPartPreference: options.bodyPartPreference }),
      ...(options.conflict !== undefined && { Conflict: options.conflict }),
      ...(options.mimeSupport !== undefined && { MIMESupport: options.mimeSupport }),
      ...(options.mimeTruncation !== undefined && { MIMETruncation: options.mimeTruncation }),
    };
  }

  /** The phone's own changes become part of its content; silence means success (trap 25). */
  #settle(sent: readonly ClientCommand[], responses: readonly CommandAnswer[]): void {
    for (const command of sent) {
      if ('Add' in command) this.#settleAdd(command, responses);
      else if ('Change' in command) this.#settleChange(command, responses);
      else if ('Delete' in command) this.#settleDelete(command, responses);
    }
  }

  #settleAdd({ Add }: ClientAdd, responses: readonly CommandAnswer[]): void {
    const { ClientId, ApplicationData = {} } = Add;
    for (const response of responses) {
      if (!('Add' in response) || response.Add.ClientId !== ClientId) continue;
      const { Status, ServerId, ApplicationData: told } = response.Add;
      if (Status !== SyncStatus.success || ServerId === undefined) continue;
      this.mailbox.keep(ServerId, ApplicationData);
      this.mailbox.merge(ServerId, {}, told);
    }
  }

  #settleChange(command: ClientChange, responses: readonly CommandAnswer[]): void {
    const { ServerId, InstanceId, ApplicationData = {} } = command.Change;
    const answer = answerTo(command, responses);
    const status = answer?.Status ?? SyncStatus.success;
    if (status === SyncStatus.objectNotFound && InstanceId === undefined) this.mailbox.drop(ServerId);
    if (status !== SyncStatus.success) return;
    if (InstanceId === undefined) this.mailbox.merge(ServerId, ApplicationData, answer?.ApplicationData);
    else this.mailbox.mergeOccurrence(ServerId, InstanceId, ApplicationData);
  }

  #settleDelete(command: ClientDelete, responses: readonly CommandAnswer[]): void {
    const { ServerId, InstanceId } = command.Delete;
    const status = answerTo(command, responses)?.Status ?? SyncStatus.success;
    if (status !== SyncStatus.success && status !== SyncStatus.objectNotFound) return;
    if (InstanceId === undefined) this.mailbox.drop(ServerId);
    else if (status === SyncStatus.success) this.mailbox.mergeOccurrence(ServerId, InstanceId);
  }
}

type ClientAdd = Extract<ClientCommand, { Add: unknown }>;
type ClientChange = Extract<ClientCommand, { Change: unknown }>;
type ClientDelete = Extract<ClientCommand, { Delete: unknown }>;
