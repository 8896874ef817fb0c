import type { Encodable, Infer, SyncRequest, SyncResponse } from '#eas';
import { violationsOf } from '../../eas/testing/index.js';
import type { Handset } from './handset.js';
import type { Answered, CollectionOf } from './mail-sync.js';

type ServerCommand = NonNullable<Answered['Commands']>[number];
type ItemOnPhone = NonNullable<Extract<ServerCommand, { Add: unknown }>['Add']['ApplicationData']>;
export type ClientCommand = Exclude<NonNullable<CollectionOf['Commands']>, AsyncIterable<unknown>>[number];

/** A folder of contacts, events, tasks or notes as a phone keeps it; every answer is held against the specification. */
export class PimSync {
  key = '0';
  /** What the phone has, by ServerId. */
  readonly has = new Map<string, ItemOnPhone>();

  constructor(
    readonly handset: Handset,
    readonly id: string,
  ) {}

  /** One Sync of this folder alone; null if the answer was empty. `lost`: the phone does not get it. */
  async sync(more: CollectionOf = {}, lost = false): Promise<Answered | null> {
    const collection = { SyncKey: this.key, CollectionId: this.id, ...more };
    const request: Encodable<typeof SyncRequest> = { Collections: { Collection: [collection] } };
    const answer = await this.handset.call('Sync', request);
    if (answer.kind === 'refusal') throw new Error(`HTTP ${answer.status}`);
    if (answer.kind === 'empty') return null;
    const violations = violationsOf(answer.bytes);
    if (violations.length > 0) throw new Error(JSON.stringify(violations));
    const value: Infer<typeof SyncResponse> = answer.value;
    const answered = value.Collections?.Collection?.[0];
    if (!answered) throw new Error(`Sync Status ${value.Status}`);
    if (!lost && answered.Status === 1) this.take(answered);
    return answered;
  }

  /** From key 0 to where nothing more is available. */
  async complete(more: CollectionOf = {}): Promise<this> {
    this.key = '0';
    this.has.clear();
    await this.sync(more);
    while ((await this.sync())?.MoreAvailable === true);
    return this;
  }

  /** Sends commands. */
  async send(...commands: ClientCommand[]): Promise<Answered | null> {
    return this.sync({ Commands: commands });
  }

  /** Sends commands whose answer does not arrive, and again. */
  async sendTwice(...commands: ClientCommand[]): Promise<Answered | null> {
    await this.sync({ Commands: commands }, true);
    return this.send(...commands);
  }

  private take(answered: Answered): void {
    this.key = answered.SyncKey ?? this.key;
    for (const command of answered.Commands ?? []) {
      if ('Add' in command) this.has.set(command.Add.ServerId, command.Add.ApplicationData);
      else if ('Change' in command) this.has.set(command.Change.ServerId, command.Change.ApplicationData);
      else if ('Delete' in command) this.has.delete(command.Delete.ServerId);
      else this.has.delete(command.SoftDelete.ServerId);
    }
  }
}
