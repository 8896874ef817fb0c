import { parseDateTime, type Infer, type SyncResponse } from '#eas';
import type { ItemClass } from './hierarchy.js';

type SyncDocument = Infer<typeof SyncResponse>;
/** One folder's part of a Sync answer. */
export type CollectionAnswer = NonNullable<NonNullable<SyncDocument['Collections']>['Collection']>[number];
export type ServerCommand = NonNullable<CollectionAnswer['Commands']>[number];
export type CommandAnswer = NonNullable<CollectionAnswer['Responses']>[number];
/** An item's properties, by class: `{ Email: {...} }`. */
export type ItemData = Extract<ServerCommand, { Add: unknown }>['Add']['ApplicationData'];

/** Something a server must not do. The phone goes on as well as it can and writes it down. */
export interface Anomaly {
  readonly kind:
    | 'add-of-known'
    | 'change-of-unknown'
    | 'delete-of-unknown'
    | 'soft-delete-of-unknown'
    /** MoreAvailable with nothing sent and the same key: a phone would ask for ever (trap 45). */
    | 'no-progress'
    /** Items in the answer to key 0 (trap 20). */
    | 'items-at-key-0'
    /** A key that was used before. */
    | 'key-reused';
  readonly collectionId: string;
  readonly serverId: string | undefined;
}

export interface Applied {
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly deleted: readonly string[];
  readonly softDeleted: readonly string[];
}

/** What the phone has of one folder. `content: 'ids'` keeps no properties, for mailboxes of any size. */
export class Mailbox {
  readonly items = new Map<string, ItemData>();
  readonly anomalies: Anomaly[] = [];
  readonly #collectionId: string;
  readonly #itemClass: ItemClass;
  readonly #content: 'items' | 'ids';
  /** Ids of a move by this phone: the server may tell of it once more. */
  readonly #moved = new Set<string>();

  constructor(collectionId: string, itemClass: ItemClass, content: 'items' | 'ids') {
    this.#collectionId = collectionId;
    this.#itemClass = itemClass;
    this.#content = content;
  }

  clear(): void {
    this.items.clear();
    this.#moved.clear();
  }

  note(kind: Anomaly['kind'], serverId?: string): void {
    this.anomalies.push({ kind, collectionId: this.#collectionId, serverId });
  }

  /** Does what the server says, in its order. */
  apply(commands: readonly ServerCommand[]): Applied {
    const applied = { added: [], changed: [], deleted: [], softDeleted: [] } as Record<
      keyof Applied,
      string[]
    >;
    for (const command of commands) {
      if ('Add' in command) {
        applied.added.push(command.Add.ServerId);
        this.#add(command.Add.ServerId, command.Add.ApplicationData);
      } else if ('Change' in command) {
        applied.changed.push(command.Change.ServerId);
        this.#change(command.Change.ServerId, command.Change.ApplicationData);
      } else if ('Delete' in command) {
        applied.deleted.push(command.Delete.ServerId);
        this.#remove(command.Delete.ServerId, 'delete-of-unknown');
      } else {
        applied.softDeleted.push(command.SoftDelete.ServerId);
        this.#remove(command.SoftDelete.ServerId, 'soft-delete-of-unknown');
      }
    }
    return applied;
  }

  /** The phone's own addition, once the server gave it an id. */
  keep(serverId: string, data: ItemData): void {
    this.items.set(serverId, this.#content === 'ids' ? EMPTY : ownOf(this.#itemClass, data));
  }

  /** The phone's own change, once the server took it; `told` is what the server's answer adds. */
  merge(serverId: string, data: ItemData, told: ItemData = EMPTY): void {
    const known = this.items.get(serverId);
    if (known === undefined || this.#content === 'ids') return;
    const itemClass = this.#itemClass;
    this.items.set(serverId, merged(merged(known, ownOf(itemClass, data)), ownOf(itemClass, told)));
  }

  /** The same of one occurrence of a series (16.0 and later); without `data` it is deleted. */
  mergeOccurrence(serverId: string, instanceId: string, data?: ItemData): void {
    const known = this.items.get(serverId);
    if (known === undefined || this.#content === 'ids') return;
    const exceptions = known.Calendar?.Exceptions?.Exception ?? [];
    const start = parseDateTime(instanceId)?.getTime();
    const isThis = ({ InstanceId = '' }: { InstanceId?: string | undefined }): boolean =>
      parseDateTime(InstanceId)?.getTime() === start;
    const changed = data
      ? { ...exceptions.find(isThis), ...data.Calendar, InstanceId: instanceId }
      : { InstanceId: instanceId, Deleted: true };
    const Exception = [...exceptions.filter((one) => !isThis(one)), changed];
    this.items.set(serverId, merged(known, { Calendar: { Exceptions: { Exception } } }));
  }

  drop(serverId: string): void {
    this.items.delete(serverId);
  }

  /** The item went to another folder; what becomes of it there, `arrived` is told. */
  depart(serverId: string): ItemData | undefined {
    const data = this.items.get(serverId);
    this.items.delete(serverId);
    this.#moved.add(serverId);
    return data;
  }

  arrive(serverId: string, data: ItemData | undefined): void {
    // A move asked for twice arrives twice.
    this.items.set(serverId, data ?? this.items.get(serverId) ?? EMPTY);
    this.#moved.add(serverId);
  }

  #add(serverId: string, data: ItemData): void {
    if (this.items.has(serverId) && !this.#moved.delete(serverId)) this.note('add-of-known', serverId);
    this.keep(serverId, data);
  }

  #change(serverId: string, data: ItemData): void {
    if (!this.items.has(serverId)) {
      this.note('change-of-unknown', serverId);
      return;
    }
    // Of a mail only what changed is told (trap 54); anything else comes whole, and what it lacks is gone.
    if (this.#itemClass === 'Email') this.merge(serverId, data);
    else this.keep(serverId, data);
  }

  #remove(serverId: string, anomaly: Anomaly['kind']): void {
    if (!this.items.delete(serverId) && !this.#moved.delete(serverId)) this.note(anomaly, serverId);
  }
}

const EMPTY: ItemData = Object.freeze({});

/** A decoded element that several classes share (a Body) stands in each of them: the folder's class picks. */
function ownOf(itemClass: ItemClass, data: ItemData): ItemData {
  const own = data[itemClass];
  return own === undefined ? EMPTY : { [itemClass]: own };
}

/** Only what a change names is changed. */
function merged(known: ItemData, change: ItemData): ItemData {
  const classes: Record<string, unknown> = { ...known };
  for (const [name, properties] of Object.entries(change)) {
    classes[name] = { ...(classes[name] as object | undefined), ...(properties as object) };
  }
  return classes;
}
