import type { Encodable, Infer, SyncRequest, SyncResponse } from '#eas';
import type { Handset } from './handset.js';

type Requested = NonNullable<NonNullable<Encodable<typeof SyncRequest>['Collections']>['Collection']>;
/** One collection of a Sync request; `SyncKey` and `CollectionId` are filled in. */
export type CollectionOf = Partial<Exclude<Requested, AsyncIterable<unknown>>[number]>;
type Sync = Infer<typeof SyncResponse>;
export type Answered = NonNullable<NonNullable<NonNullable<Sync['Collections']>['Collection']>[number]>;

/** A folder as a phone keeps it: the key, and the items it was given. */
export class MailSync {
  key = '0';
  /** ServerId to subject, as far as one was told. */
  readonly has = new Map<string, string>();

  constructor(
    private readonly handset: Handset,
    readonly id = 'm1',
  ) {}

  /** One Sync of this folder alone; null if the answer was empty. */
  async sync(more: CollectionOf = {}, request: Partial<Encodable<typeof SyncRequest>> = {}) {
    const collection = { SyncKey: this.key, CollectionId: this.id, ...more };
    const answer = await this.handset.call('Sync', {
      ...request,
      Collections: { Collection: [collection] },
    });
    if (answer.kind === 'refusal') throw new Error(`HTTP ${answer.status}`);
    if (answer.kind === 'empty') return null;
    const answered = answer.value.Collections?.Collection?.[0];
    if (!answered) throw new Error(`Sync Status ${answer.value.Status}`);
    if (answered.Status === 1) this.take(answered);
    return answered;
  }

  /** From key 0 to where nothing more is available. */
  async complete(more: CollectionOf = {}): Promise<this> {
    this.key = '0';
    await this.sync(more);
    while ((await this.sync())?.MoreAvailable === true);
    return this;
  }

  idOf(subject: string): string {
    for (const [id, known] of this.has) if (known === subject) return id;
    throw new Error(`the phone has no mail ${subject}`);
  }

  private take(answered: Answered): void {
    this.key = answered.SyncKey ?? this.key;
    for (const command of answered.Commands ?? []) {
      if ('Add' in command)
        this.has.set(command.Add.ServerId, command.Add.ApplicationData.Email?.Subject ?? '');
      else if ('Delete' in command) this.has.delete(command.Delete.ServerId);
      else if ('SoftDelete' in command) this.has.delete(command.SoftDelete.ServerId);
    }
  }
}

/** Kinds and ids of the commands of an answer: `['Add m1:1', ...]`. */
export const commandsOf = (answered: Answered | null): string[] =>
  (answered?.Commands ?? []).map((command) => {
    const [kind, body] = Object.entries(command)[0] as [string, { ServerId: string }];
    return `${kind} ${body.ServerId}`;
  });
