import { SyncStatus, type Blob, type ItemDataByClass } from '#eas';
import { answerTo, type EditCommand } from './answer-to.js';
import type { ClientCommand, Collection, CollectionResult, CollectionSyncOptions } from './collection.js';
import type { ItemClass } from './hierarchy.js';
import type { ItemData } from './mailbox.js';

/** What became of one thing the user did. */
export interface Done<C extends ItemClass> {
  /** Of the command; else of the folder. 1 is success, also by silence (trap 25). */
  readonly status: number;
  /** What the answer says of the item (16.0 and later): an event's UID, where its new files are. */
  readonly told: ItemDataByClass[C] | undefined;
  /** What else came with the same answer. */
  readonly sync: CollectionResult;
}

/** What became of an Add; without success there is no id. */
export interface Added<C extends ItemClass> extends Done<C> {
  readonly serverId: string | undefined;
}

/** What goes with the Sync that carries a command, and takes its place in the folder's request. */
export type EditOptions = Omit<CollectionSyncOptions, 'commands'>;

let clientIds = 0;

/**
 * A folder in terms of its class: its items are contacts, events, tasks, notes or mails, and what the user does to one of
 * them is one Sync.
 */
export class ItemFolder<C extends ItemClass> {
  constructor(
    readonly collection: Collection,
    readonly itemClass: C,
  ) {
    if (collection.itemClass !== itemClass)
      throw new Error(`folder ${collection.id} has items of class ${collection.itemClass}, not ${itemClass}`);
  }

  get items(): ReadonlyMap<string, ItemDataByClass[C]> {
    return new Map([...this.collection.items].map(([id, data]) => [id, this.#own(data) ?? {}]));
  }

  /** Throws if the phone has no such item. */
  item(serverId: string): ItemDataByClass[C] {
    const data = this.collection.items.get(serverId);
    if (!data) throw new Error(`the phone has no item ${serverId}`);
    return this.#own(data) ?? {};
  }

  /** The id of the only item of which this is true; throws if there is none, or another one. */
  idOf(what: (item: ItemDataByClass[C]) => boolean): string {
    const ids = [...this.items].filter(([, item]) => what(item)).map(([id]) => id);
    if (ids.length !== 1) throw new Error(`${ids.length} items of ${this.items.size} are meant`);
    return ids[0]!;
  }

  /** `clientId`: the same for a second attempt at the same thing. */
  async add(
    item: ItemDataByClass[C],
    { clientId = `new${++clientIds}`, ...options }: EditOptions & { readonly clientId?: string } = {},
  ): Promise<Added<C>> {
    const command = { Add: { ClientId: clientId, ApplicationData: this.#data(item) } };
    const sync = await this.#do(command, options);
    for (const response of sync.responses) {
      if (!('Add' in response) || response.Add.ClientId !== clientId) continue;
      const { Status: status, ServerId: serverId, ApplicationData } = response.Add;
      return { status, serverId, told: ApplicationData && this.#own(ApplicationData), sync };
    }
    // Of an Add silence is no success: the phone would not know the item's id.
    return { status: missing(sync), serverId: undefined, told: undefined, sync };
  }

  /** What is left out stays, or goes: trap 53 says which. */
  change(serverId: string, item: ItemDataByClass[C], options: EditOptions = {}): Promise<Done<C>> {
    return this.#edit({ Change: { ServerId: serverId, ApplicationData: this.#data(item) } }, options);
  }

  /** Changes the occurrence of a series that would begin then (16.0 and later). */
  changeOccurrence(
    serverId: string,
    start: Date,
    item: ItemDataByClass[C],
    options: EditOptions = {},
  ): Promise<Done<C>> {
    const ApplicationData = this.#data(item);
    return this.#edit(
      { Change: { ServerId: serverId, InstanceId: instanceIdOf(start), ApplicationData } },
      options,
    );
  }

  delete(serverId: string, options: EditOptions = {}): Promise<Done<C>> {
    return this.#edit({ Delete: { ServerId: serverId } }, options);
  }

  /** The same for the occurrence of a series that would begin then (16.0 and later). */
  deleteOccurrence(serverId: string, start: Date, options: EditOptions = {}): Promise<Done<C>> {
    return this.#edit({ Delete: { ServerId: serverId, InstanceId: instanceIdOf(start) } }, options);
  }

  /** Asks for one item anew (Fetch within Sync). */
  async fetch(serverId: string, options: EditOptions = {}): Promise<Done<C>> {
    const sync = await this.#do({ Fetch: { ServerId: serverId } }, { getChanges: false, ...options });
    for (const response of sync.responses) {
      if (!('Fetch' in response) || response.Fetch.ServerId !== serverId) continue;
      const { Status: status, ApplicationData } = response.Fetch;
      return { status, told: ApplicationData && this.#own(ApplicationData), sync };
    }
    return { status: missing(sync), told: undefined, sync };
  }

  async #edit(command: EditCommand, options: EditOptions): Promise<Done<C>> {
    const sync = await this.#do(command, options);
    const { Status: status = sync.status, ApplicationData } = answerTo(command, sync.responses) ?? {};
    return { status, told: ApplicationData && this.#own(ApplicationData), sync };
  }

  #do(command: ClientCommand, options: EditOptions): Promise<CollectionResult> {
    return this.collection.sync({ ...options, commands: [command] });
  }

  #data(item: ItemDataByClass[C]): ItemData {
    const data: Partial<Record<ItemClass, unknown>> = { [this.itemClass]: item };
    return data as ItemData;
  }

  #own(data: ItemData): ItemDataByClass[C] | undefined {
    const groups: Partial<ItemDataByClass> = data;
    return groups[this.itemClass];
  }
}

/** The folder's own trouble, if it has some; else the server did not answer what it has to. */
const missing = ({ status }: CollectionResult): number =>
  status === SyncStatus.success ? SyncStatus.serverError : status;

/** A Compact DateTime (MS-ASAIRS 2.2.2.25). */
const instanceIdOf = (start: Date): string => start.toISOString().replace(/[-:]|\.\d+/g, '');

/** The bytes of a file that is attached, as `Content`; to be sent as often as need be. */
export const fileContent = (bytes: Uint8Array): Blob => ({
  length: bytes.length,
  content: {
    async *[Symbol.asyncIterator]() {
      yield bytes;
    },
  },
});
