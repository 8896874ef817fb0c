import { createHash } from 'node:crypto';
import type { CollectionAsk, SyncMessage } from '#device';
import { classOfFolderId } from '#device';
import type { ItemClass } from '#backend';
import {
  EasStatusError,
  type SyncClientCommand,
  type SyncOptions,
  type SyncRequest,
  type SyncRequestCollection,
} from '#eas';
import { INITIAL_KEY, isFilterAllowed } from '#sync';
import type { CommandLimits } from '../context.js';
import { parseServerId } from '../server-id.js';
import { collectionOptions } from '../view.js';

/** Status of a whole Sync (MS-ASCMD 2.2.3.177.17). */
export const SyncStatus = {
  protocolError: 4,
  waitOutOfRange: 14,
  tooManyCollections: 15,
  invalidXml: 103,
} as const;

/** A request that is answered by a Status alone, with the nearest allowed value where there is one. */
export class SyncRefused extends EasStatusError {
  constructor(
    status: number,
    message: string,
    readonly limit?: number,
  ) {
    super('Sync', status, message);
  }
}

/** A Sync request on values: what the actor is asked, and what the phone did itself. */
export interface SyncPlan {
  readonly message: Omit<SyncMessage, 'phase'>;
  readonly commands: ReadonlyMap<string, PlannedCommands>;
  /** Names what it adds, in which collections after which answers; null if it adds nothing. */
  readonly adds: string | null;
}

export interface PlannedCommands {
  readonly list: readonly SyncClientCommand[];
  readonly deletesAsMoves: boolean;
}

const SECONDS_A_MINUTE = 60;

/** Trap 34. Seconds, or null if the phone does not wait. */
function waitOf(request: SyncRequest, limits: CommandLimits): number | null {
  const { Wait: minutes, HeartbeatInterval: seconds } = request;
  if (minutes !== undefined && seconds !== undefined) {
    throw new SyncRefused(SyncStatus.protocolError, 'Wait and HeartbeatInterval exclude each other');
  }
  if (minutes !== undefined) {
    const least = Math.max(1, Math.ceil(limits.minHeartbeat / SECONDS_A_MINUTE));
    const most = Math.min(59, Math.floor(limits.maxHeartbeat / SECONDS_A_MINUTE));
    return within(minutes, least, most) * SECONDS_A_MINUTE;
  }
  return seconds === undefined ? null : within(seconds, limits.minHeartbeat, limits.maxHeartbeat);
}

function within(value: number, least: number, most: number): number {
  if (value >= least && value <= most) return value;
  throw new SyncRefused(
    SyncStatus.waitOutOfRange,
    `${value} is not in ${least} to ${most}`,
    value < least ? least : most,
  );
}

/** Trap 46. A value no version knows is malformed; one of another class breaks the protocol. */
function checkFilter(itemClass: ItemClass, filterType: number | undefined, version: number): void {
  if (filterType === undefined || isFilterAllowed(itemClass, filterType)) return;
  const status = filterType > 8 && version >= 140 ? SyncStatus.invalidXml : SyncStatus.protocolError;
  throw new SyncRefused(status, `FilterType ${filterType} is none of ${itemClass}`);
}

function askOf(collection: SyncRequestCollection, version: number): CollectionAsk {
  const itemClass = classOfFolderId(collection.CollectionId);
  // A folder of nobody's is answered by its own Status, whatever is asked of it.
  if (itemClass !== null) {
    for (const block of collection.Options ?? []) checkFilter(itemClass, block.FilterType, version);
    checkClasses(collection.Options ?? [], itemClass);
  }
  const { Supported, Commands = [] } = collection;
  return {
    id: collection.CollectionId,
    key: collection.SyncKey,
    getChanges: collection.GetChanges ?? null,
    windowSize: collection.WindowSize ?? null,
    options: collectionOptions(collection.Options, itemClass ?? 'Email'),
    // Trap 53: with any other key it means nothing.
    ...(collection.SyncKey === INITIAL_KEY && Supported && { supported: distinctNames(Supported) }),
    ...(itemClass !== 'Email' && Commands.length > 0 && { touched: touchedBy(Commands) }),
  };
}

/** Kept with the device for as long as it syncs: more names than all classes have elements are nobody's. */
const MOST_SUPPORTED = 250;
const distinctNames = (names: readonly string[]): string[] => [...new Set(names)].slice(0, MOST_SUPPORTED);

/** The items that commands change, in whatever folder they are. */
const touchedBy = (commands: readonly SyncClientCommand[]): string[] => [
  ...new Set(
    commands.flatMap((command) => {
      const named = 'Change' in command ? command.Change : 'Delete' in command ? command.Delete : null;
      return parseServerId(named?.ServerId ?? '')?.item ?? [];
    }),
  ),
];

/** One block a class, and beside that of the folder only SMS (MS-ASCMD 2.2.3.27.6). */
function checkClasses(blocks: readonly SyncOptions[], itemClass: ItemClass): void {
  const classes = blocks.map((block) => block.Class ?? itemClass);
  const isTwice = new Set(classes).size < classes.length;
  const isOther = classes.some((name) => name !== itemClass && !(itemClass === 'Email' && name === 'SMS'));
  if (isTwice || isOther) {
    throw new SyncRefused(SyncStatus.protocolError, `Options for ${classes.join(', ')}`);
  }
}

/** The same collection twice would make two answers with one key. */
function checkDistinct(collections: readonly SyncRequestCollection[]): void {
  if (new Set(collections.map((item) => item.CollectionId)).size < collections.length) {
    throw new SyncRefused(SyncStatus.protocolError, 'a collection is named twice');
  }
}

/** MS-ASCMD 3.1.5.10 has 200 for this; it is configured, since a phone that is refused brings the same again. */
function checkCommands(collections: readonly SyncRequestCollection[], most: number): void {
  const count = collections.reduce((sum, { Commands }) => sum + (Commands?.length ?? 0), 0);
  if (count > most) throw new SyncRefused(SyncStatus.protocolError, `${count} commands`);
}

/** Checks a decoded request (null: no body) and says it in the actor's terms. Throws SyncRefused. */
export function planSync(request: SyncRequest | null, version: number, limits: CommandLimits): SyncPlan {
  if (!request) {
    return {
      message: { type: 'Sync', collections: null, partial: false, windowSize: null, wait: null },
      commands: new Map(),
      adds: null,
    };
  }
  const collections = request.Collections?.Collection ?? [];
  const partial = request.Partial === true;
  const wait = waitOf(request, limits);
  if (collections.length > limits.collections) {
    throw new SyncRefused(
      SyncStatus.tooManyCollections,
      `${collections.length} collections`,
      limits.collections,
    );
  }
  checkDistinct(collections);
  checkCommands(collections, limits.commands);
  // Trap 33: Partial must bring something new; without it there must be collections.
  const bringsNothing = collections.length === 0 && wait === null && request.WindowSize === undefined;
  if (partial ? bringsNothing : collections.length === 0) {
    throw new SyncRefused(SyncStatus.protocolError, 'no collection and nothing else to go by');
  }
  const commands = new Map(
    collections.flatMap((item) =>
      item.Commands?.length
        ? [[item.CollectionId, { list: item.Commands, deletesAsMoves: item.DeletesAsMoves ?? true }] as const]
        : [],
    ),
  );
  return {
    message: {
      type: 'Sync',
      collections: collections.map((item) => askOf(item, version)),
      partial,
      windowSize: request.WindowSize ?? null,
      wait,
    },
    commands,
    adds: addsOf(collections),
  };
}

function addsOf(collections: readonly SyncRequestCollection[]): string | null {
  const adding = collections.filter(({ Commands }) => Commands?.some((command) => 'Add' in command));
  if (adding.length === 0) return null;
  const places = JSON.stringify(adding.map(({ CollectionId, SyncKey }) => [CollectionId, SyncKey]));
  return `adding ${createHash('sha256').update(places).digest('base64url')}`;
}
