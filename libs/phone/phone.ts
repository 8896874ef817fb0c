import {
  commands,
  CommonStatus,
  parseVersion,
  protocolVersions,
  type CommandName,
  type DeclaredCommand,
  type DeviceInformation,
  type Element,
  type Encodable,
  type Infer,
  type ProtocolVersion,
} from '#eas';
import type { Agent } from 'node:http';
import type { CommandOptions, RequestOf, ResponseOf } from './caller.js';
import { Collection, type CollectionOptions, type CollectionResult } from './collection.js';
import {
  fetchAttachment,
  fetchItem,
  type FetchAttachmentOptions,
  type FetchedAttachment,
  type FetchedItem,
  type FetchItemOptions,
} from './fetch.js';
import { emptyFolder, folderCreate, folderDelete, folderUpdate, moveConversation } from './folder-changes.js';
import { getItemEstimate, moveItems, type Estimate, type Move, type Moved } from './folder-questions.js';
import { Hierarchy, classOf, typesOf, type ItemClass } from './hierarchy.js';
import { ItemFolder } from './item-folder.js';
import { endpointOf, Link, type AnswerDocument, type Call, type CallOptions } from './link.js';
import { meetingResponse, type MeetingAnswer, type MeetingAnswered } from './meeting-response.js';
import { UnexpectedAnswer, type Outcome } from './outcome.js';
import { ping, type PingOptions, type PingResult } from './ping.js';
import { provision, type ProvisionResult } from './provision.js';
import type { QueryForm } from './query.js';
import { resolveRecipients, type Resolved, type ResolveOptions } from './resolve-recipients.js';
import {
  findMail,
  findPeople,
  searchGal,
  searchMailbox,
  type FindHits,
  type FindOptions,
  type GalOptions,
  type SearchHits,
  type SearchOptions,
} from './search.js';
import { sendMail, type SendMailOptions, type SendMailResult } from './send-mail.js';
import { sendSmart, type SmartOptions, type SmartSource } from './smart.js';
import { syncCollections, type SyncOptions, type SyncResult } from './sync.js';
import type { Timing } from './timing.js';
import { tellInformation, userInformation, type UserInformation } from './user-information.js';

export interface PhoneOptions {
  /** With or without the path /Microsoft-Server-ActiveSync. */
  readonly url: string | URL;
  readonly user: string;
  readonly password: string;
  readonly deviceId: string;
  /** Default `GodwitPhone`. */
  readonly deviceType?: string;
  readonly userAgent?: string;
  /** Default the newest. */
  readonly version?: ProtocolVersion;
  /** Default `plain`. */
  readonly query?: QueryForm;
  readonly agent?: Agent;
  /** Default true. */
  readonly rejectUnauthorized?: boolean;
  /** What is kept of items; default `items`. */
  readonly content?: 'items' | 'ids';
  /** Provisions by itself when the server asks for it (default). */
  readonly autoProvision?: boolean;
  readonly information?: DeviceInformation;
  /** Is given the bytes of every answer that could be decoded. */
  readonly onDocument?: (answer: AnswerDocument) => void;
}

/** What OPTIONS told. */
export interface ServerAbilities {
  readonly http: number;
  readonly versions: readonly string[];
  readonly commands: readonly string[];
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly timing: Timing;
}

const MAX_REDIRECTS = 3;

const provisionFirst: ReadonlySet<number> = new Set([
  CommonStatus.RemoteWipeRequested,
  CommonStatus.DeviceNotProvisioned,
  CommonStatus.PolicyRefresh,
  CommonStatus.InvalidPolicyKey,
]);

/** A phone with one account. Its methods are what the user's fingers and the phone's clock make it do. */
export class Phone {
  readonly version: ProtocolVersion;
  readonly hierarchy = new Hierarchy();
  readonly information: DeviceInformation;
  readonly link: Link;
  /** Times the server made it provision. */
  provisions = 0;
  /** The server had it wiped: it has forgotten everything. */
  wiped: ProvisionResult['wipe'] = null;
  /** Where HTTP 451 sent it, in order. */
  readonly redirects: URL[] = [];
  readonly #collections = new Map<string, Collection>();
  readonly #content: 'items' | 'ids';
  readonly #autoProvision: boolean;

  constructor(options: PhoneOptions) {
    this.version = options.version ?? protocolVersions.at(-1) ?? '16.1';
    const deviceType = options.deviceType ?? 'GodwitPhone';
    const userAgent = options.userAgent ?? `${deviceType}/1.0`;
    this.information = options.information ?? { Model: deviceType, OS: 'Godwit', UserAgent: userAgent };
    this.#content = options.content ?? 'items';
    this.#autoProvision = options.autoProvision ?? true;
    this.link = new Link(endpointOf(options.url), {
      user: options.user,
      password: options.password,
      deviceId: options.deviceId,
      deviceType,
      userAgent,
      version: parseVersion(this.version) ?? 161,
      query: options.query ?? 'plain',
      agent: options.agent,
      rejectUnauthorized: options.rejectUnauthorized ?? true,
      onDocument: options.onDocument,
    });
  }

  /** Times ten. */
  get versionNumber(): number {
    return this.link.identity.version;
  }

  get policyKey(): string | undefined {
    return this.link.policyKey;
  }

  get collections(): ReadonlyMap<string, Collection> {
    return this.#collections;
  }

  /** MS-ASHTTP 2.2.3. Whatever the server says is told; only network errors are thrown. */
  async options(): Promise<ServerAbilities> {
    const answer = await this.link.options();
    for await (const _chunk of answer.body);
    return {
      http: answer.status,
      versions: listOf(answer.headers['ms-asprotocolversions']),
      commands: listOf(answer.headers['ms-asprotocolcommands']),
      headers: answer.headers,
      timing: answer.timing(),
    };
  }

  /** Gets and acknowledges the policy. Throws UnexpectedAnswer. */
  async provision(): Promise<ProvisionResult> {
    this.provisions++;
    const result = await provision(this.link, this.information);
    if (result.wipe !== null) {
      this.wiped = result.wipe;
      this.hierarchy.reset();
      this.#collections.clear();
    }
    return result;
  }

  /** Brings the folders up to date; begins anew on a key that the server does not know (Status 9). Returns the Status. */
  async folderSync(options: CallOptions = {}): Promise<number> {
    const outcome = await this.command('FolderSync', { SyncKey: this.hierarchy.key }, options);
    if (outcome.kind !== 'document') throw new UnexpectedAnswer('FolderSync', outcome);
    const { value } = outcome;
    if (value.Status === 9 && this.hierarchy.key !== '0') {
      this.hierarchy.reset();
      return this.folderSync(options);
    }
    if (value.Status === 1) this.hierarchy.apply(value.Changes, value.SyncKey);
    return value.Status;
  }

  /** The phone's state of a folder; the same object each time. */
  collection(id: string): Collection {
    let collection = this.#collections.get(id);
    if (!collection) {
      const itemClass = classOf(this.hierarchy.folders.get(id)?.type ?? 0);
      collection = new Collection(id, itemClass, this.#content, (one, options) =>
        this.#syncOne(one, options),
      );
      this.#collections.set(id, collection);
    }
    return collection;
  }

  /** The collection of the Inbox; throws if FolderSync has shown none. */
  inbox(): Collection {
    const folder = this.hierarchy.inbox;
    if (!folder) throw new Error('the phone knows no Inbox; it has to do a FolderSync first');
    return this.collection(folder.id);
  }

  /** A folder in terms of its class: the default one unless an id is given. Throws if the phone knows none. */
  itemFolder<C extends ItemClass>(
    itemClass: C,
    id = this.hierarchy.ofType(typesOf[itemClass].standard)?.id,
  ): ItemFolder<C> {
    if (id === undefined) throw new Error(`the phone knows no default folder for ${itemClass}`);
    return new ItemFolder(this.collection(id), itemClass);
  }

  /** One Sync of several folders; no folders: the empty request, "the same as last time" (trap 31). */
  sync(
    parts: readonly (CollectionOptions & { readonly collection: Collection })[],
    options: SyncOptions = {},
  ): Promise<SyncResult> {
    return syncCollections(this, parts, options);
  }

  async #syncOne(
    collection: Collection,
    options: CollectionOptions & CallOptions,
  ): Promise<CollectionResult> {
    const { collections, status, isLost, timing } = await this.sync([{ ...options, collection }], options);
    return (
      collections.get(collection.id) ?? {
        ...NOTHING,
        status: status ?? 1,
        key: collection.key,
        isLost,
        timing,
      }
    );
  }

  /**
   * One command; provisions and follows HTTP 451 on the way, as a phone does. Whatever the server answers is an outcome;
   * only network errors are thrown.
   */
  command<N extends DeclaredCommand>(
    name: N,
    value: RequestOf<N> | null,
    options: CommandOptions = {},
  ): Promise<Outcome<ResponseOf<N>>> {
    const { request, response }: { request: Element; response: Element } = commands[name];
    return this.send(name, request, response, value, options) as Promise<Outcome<ResponseOf<N>>>;
  }

  /** The same with schemas of one's own, for commands that are not declared. */
  async send<Q extends Element, R extends Element>(
    command: CommandName,
    request: Q,
    response: R,
    value: Encodable<Q> | null,
    options: CommandOptions = {},
  ): Promise<Outcome<Infer<R>>> {
    const call = { ...options, command, request, response, value };
    let outcome = await this.#follow(call);
    if (this.#autoProvision && command !== 'Provision' && mustProvision(outcome)) {
      const { wipe } = await this.provision();
      if (wipe === null) outcome = await this.#follow(call);
    }
    return outcome;
  }

  /** Waits for news in folders (MS-ASCMD 2.2.1.13). */
  ping(
    options: Omit<PingOptions, 'folders'> & { readonly folders?: readonly Collection[] },
  ): Promise<PingResult> {
    return ping(this, options);
  }

  getItemEstimate(collection: Collection, filter?: number, options: CallOptions = {}): Promise<Estimate> {
    return getItemEstimate(this, collection, filter, options);
  }

  folderCreate(folder: { name: string; parentId?: string; type?: number }): ReturnType<typeof folderCreate> {
    return folderCreate(this, this.hierarchy, folder);
  }

  folderUpdate(folder: { id: string; name: string; parentId: string }): Promise<number> {
    return folderUpdate(this, this.hierarchy, folder);
  }

  async folderDelete(id: string): Promise<number> {
    const status = await folderDelete(this, this.hierarchy, id);
    if (status === 1) this.#collections.delete(id);
    return status;
  }

  emptyFolder(id: string, { deleteSubFolders = false } = {}): Promise<number> {
    return emptyFolder(this, id, deleteSubFolders);
  }

  moveConversation(conversationId: Uint8Array, folderId: string): Promise<number> {
    return moveConversation(this, conversationId, folderId);
  }

  moveItems(moves: readonly Move[], options: CallOptions = {}): Promise<Moved[]> {
    return moveItems(this, moves, options);
  }

  sendMail(mime: string | Uint8Array, options: SendMailOptions = {}): Promise<SendMailResult> {
    return sendMail(this, mime, options);
  }

  smartReply(
    source: SmartSource,
    mime: string | Uint8Array,
    options: SmartOptions = {},
  ): Promise<SendMailResult> {
    return sendSmart(this, 'SmartReply', source, mime, options);
  }

  smartForward(
    source: SmartSource,
    mime: string | Uint8Array,
    options: SmartOptions = {},
  ): Promise<SendMailResult> {
    return sendSmart(this, 'SmartForward', source, mime, options);
  }

  fetchItem(collection: Collection, serverId: string, options: FetchItemOptions = {}): Promise<FetchedItem> {
    return fetchItem(this, collection, serverId, options);
  }

  fetchAttachment(fileReference: string, options: FetchAttachmentOptions = {}): Promise<FetchedAttachment> {
    return fetchAttachment(this, fileReference, options);
  }

  /** Answers an invitation in the Inbox, or a meeting in a calendar. */
  meetingResponse(
    collection: Collection,
    answer: MeetingAnswer,
    options: CallOptions = {},
  ): Promise<MeetingAnswered> {
    return meetingResponse(this, collection.id, answer, options);
  }

  /** Search in mails; from all folders unless told otherwise. */
  search(text: string, options: SearchOptions = {}): Promise<SearchHits> {
    return searchMailbox(this, text, options);
  }

  searchGal(text: string, options: GalOptions = {}): Promise<SearchHits> {
    return searchGal(this, text, options);
  }

  /** Find in mails (16.1); `text` is KQL. */
  find(text: string, options: FindOptions = {}): Promise<FindHits> {
    return findMail(this, text, options);
  }

  findPeople(text: string, options: GalOptions & Pick<FindOptions, 'searchId'> = {}): Promise<FindHits> {
    return findPeople(this, text, options);
  }

  resolveRecipients(
    to: readonly string[],
    options: ResolveOptions = {},
    call: CallOptions = {},
  ): Promise<Resolved> {
    return resolveRecipients(this, to, options, call);
  }

  /** The account's own addresses. */
  userInformation(): Promise<UserInformation> {
    return userInformation(this);
  }

  /** Tells what device this is; from 14.1 on Provision does it too. */
  tellInformation(): Promise<number> {
    return tellInformation(this, this.information);
  }

  async #follow<Q extends Element, R extends Element>(call: Call<Q, R>): Promise<Outcome<Infer<R>>> {
    for (let redirects = 0; ; redirects++) {
      const outcome = await this.link.call(call);
      if (outcome.kind !== 'refused' || outcome.http !== 451 || redirects === MAX_REDIRECTS) return outcome;
      if (outcome.location === undefined || !URL.canParse(outcome.location)) return outcome;
      this.link.url = endpointOf(outcome.location);
      this.redirects.push(this.link.url);
    }
  }
}

const NOTHING = {
  added: [],
  changed: [],
  deleted: [],
  softDeleted: [],
  responses: [],
  more: false,
} as const;

function mustProvision(outcome: Outcome<unknown>): boolean {
  if (outcome.kind === 'refused') return outcome.http === 449;
  return outcome.kind === 'document' && outcome.status !== undefined && provisionFirst.has(outcome.status);
}

function listOf(header: string | readonly string[] | undefined): string[] {
  const text = typeof header === 'string' ? header : (header ?? []).join(',');
  return text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}
