import type { Encodable, Infer, SyncRequest, SyncResponse } from '#eas';
import type { Collection, CollectionOptions, CollectionResult } from './collection.js';
import type { CallOptions } from './link.js';
import { UnexpectedAnswer, type Outcome } from './outcome.js';
import type { Timing } from './timing.js';

export interface SyncOptions extends CallOptions {
  /** Seconds to wait for news (14.0 and later). */
  readonly heartbeat?: number;
  /** Minutes to wait for news. */
  readonly wait?: number;
  /** Items in all folders together. */
  readonly globalWindow?: number;
  /** Folders that are not named are asked for as last time. */
  readonly partial?: boolean;
}

export interface SyncResult {
  /** Of the whole Sync, where the answer has one. */
  readonly status: number | undefined;
  /** With Status 14 and 15. */
  readonly limit: number | undefined;
  /** By CollectionId: the folders the answer speaks of. */
  readonly collections: ReadonlyMap<string, CollectionResult>;
  /** HTTP 200 without a body: nothing is new. */
  readonly isEmpty: boolean;
  readonly isLost: boolean;
  readonly timing: Timing;
}

/** The phone as Sync needs it. */
export interface SyncingPhone {
  /** Times ten. */
  readonly versionNumber: number;
  collection(id: string): Collection;
  command(
    name: 'Sync',
    value: Encodable<typeof SyncRequest> | null,
    options: CallOptions,
  ): Promise<Outcome<Infer<typeof SyncResponse>>>;
}

type Part = CollectionOptions & { readonly collection: Collection };

/** One Sync: builds the request from the collections, and lets them take the answer. Throws UnexpectedAnswer. */
export async function syncCollections(
  phone: SyncingPhone,
  parts: readonly Part[],
  options: SyncOptions,
): Promise<SyncResult> {
  const outcome = await phone.command('Sync', requestOf(phone, parts, options), options);
  const { timing } = outcome;
  const none = {
    status: undefined,
    limit: undefined,
    collections: new Map<string, CollectionResult>(),
    timing,
  };
  if (outcome.kind === 'empty') return { ...none, isEmpty: true, isLost: false };
  if (outcome.kind === 'lost') return { ...none, isEmpty: false, isLost: true };
  if (outcome.kind !== 'document') throw new UnexpectedAnswer('Sync', outcome);
  const sent = new Map(parts.map((part) => [part.collection.id, part.commands ?? []]));
  const collections = new Map<string, CollectionResult>();
  for (const answer of outcome.value.Collections?.Collection ?? []) {
    // Some servers leave the id out when only one folder was asked for.
    const id = answer.CollectionId ?? (parts.length === 1 ? parts[0]?.collection.id : undefined);
    if (id === undefined) continue;
    const taken = phone.collection(id).take(answer, sent.get(id) ?? []);
    collections.set(id, { ...taken, isLost: false, timing });
  }
  const { Status: status, Limit: limit } = outcome.value;
  return { status, limit, collections, isEmpty: false, isLost: false, timing };
}

function requestOf(
  phone: SyncingPhone,
  parts: readonly Part[],
  options: SyncOptions,
): Encodable<typeof SyncRequest> | null {
  const { heartbeat, wait, globalWindow, partial } = options;
  const whole = {
    ...(wait !== undefined && { Wait: wait }),
    ...(heartbeat !== undefined && { HeartbeatInterval: heartbeat }),
    ...(globalWindow !== undefined && { WindowSize: globalWindow }),
    ...(partial === true && { Partial: true }),
  };
  if (parts.length === 0 && Object.keys(whole).length === 0) return null;
  const Collection = parts.map((part) => part.collection.request(part, phone.versionNumber));
  return { ...(parts.length > 0 && { Collections: { Collection } }), ...whole };
}
