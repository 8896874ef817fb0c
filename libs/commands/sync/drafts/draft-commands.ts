import { createHash } from 'node:crypto';
import { dayOf } from '#sync';
import type { DeltaEntry } from '#device';
import type { EmailData, SyncClientCommand, SyncCommandResponse } from '#eas';
import { parseServerId, serverId } from '../../server-id.js';
import { ItemStatus } from '../item-status.js';
import { MalformedChange, mailStateOf } from '../mail-state.js';
import type { DraftDesk, DraftOutcome } from './draft-desk.js';
import { isForDraft } from './drafts-path.js';

type Add = Extract<SyncClientCommand, { Add: unknown }>['Add'];
type Change = Extract<SyncClientCommand, { Change: unknown }>['Change'];

/** What a Sync's commands and its retries share. */
export interface DraftRecord {
  readonly responses: SyncCommandResponse[];
  readonly imports: DeltaEntry[];
  readonly journal: Record<string, number | null>;
}

export interface DraftCircumstances {
  readonly folder: string;
  /** The sync key the phone came with: ClientIds are unique within one request only (trap 24). */
  readonly presented: string;
  /** Protocol version times ten. */
  readonly version: number;
  readonly faulty: (data: object) => boolean;
}

const digest = (text: string): string => createHash('sha256').update(text).digest('base64url').slice(0, 22);

/** A ClientId is any text; in the journal it is one word. */
const addPrefix = (clientId: string): string => `Draft ${digest(clientId)} `;

/** Names what a command asks for; the same draft may be written on again and again. */
function contentOf(email: EmailData, isSent: boolean): string {
  const { Attachments, ...rest } = email;
  const files = Attachments?.Add?.map(({ ClientId, DisplayName, Content }) => [
    ClientId,
    DisplayName,
    Content?.length,
  ]);
  const removed = Attachments?.Delete?.map(({ FileReference }) => FileReference);
  return digest(JSON.stringify([rest, files, removed, isSent]));
}

/** The phone's commands on drafts, each carried out once whatever is lost (traps 19, 24, 25). */
export class DraftCommands {
  constructor(
    private readonly desk: DraftDesk,
    private readonly record: DraftRecord,
    private readonly about: DraftCircumstances,
  ) {}

  /** False: the command writes no draft. */
  async take(command: SyncClientCommand): Promise<boolean> {
    if (!isForDraft(command)) return false;
    if ('Add' in command) await this.add(command.Add);
    else if ('Change' in command) await this.change(command.Change);
    return true;
  }

  private async add(add: Add): Promise<void> {
    const { ClientId, ApplicationData, Send } = add;
    const email = ApplicationData?.Email ?? {};
    const prefix = addPrefix(ClientId);
    const earlier = Object.keys(this.record.journal).find((key) => key.startsWith(prefix));
    if (earlier !== undefined) return this.addedBefore(ClientId, email, earlier);
    const name = `${this.about.folder} ${this.about.presented} ${ClientId}`;
    const outcome = await this.outcome(add, email, (state) =>
      this.desk.add(email, state, { send: Send === true, name }),
    );
    const { stored, status } = outcome;
    this.record.journal[`${prefix}${stored?.id ?? ''}`] = status;
    if (stored) this.record.imports.push([stored.id, stored.version, dayOf(new Date())]);
    this.answerAdd(ClientId, outcome);
  }

  private async addedBefore(ClientId: string, email: EmailData, key: string): Promise<void> {
    const status = this.record.journal[key] ?? ItemStatus.success;
    const id = key.slice(addPrefix(ClientId).length);
    const data = id === '' ? null : await this.desk.again(email, id);
    this.answerAdd(ClientId, { status, stored: id === '' ? null : { id, version: '' }, data });
  }

  private answerAdd(ClientId: string, { status, stored, data }: DraftOutcome): void {
    this.record.responses.push({
      Add: {
        ClientId,
        ...(stored && { ServerId: serverId(this.about.folder, stored.id) }),
        Status: status,
        ...(data && { ApplicationData: { Email: data } }),
      },
    });
  }

  private async change(change: Change): Promise<void> {
    const { ServerId, ApplicationData, Send } = change;
    const address = parseServerId(ServerId);
    if (address?.folder !== this.about.folder) return this.changed(ServerId, ItemStatus.notFound);
    const email = ApplicationData?.Email ?? {};
    const isSent = Send === true;
    const key = `Draft of ${address.item} ${contentOf(email, isSent)}`;
    const before = this.record.journal[key];
    if (before !== undefined) return this.changed(ServerId, before ?? ItemStatus.success);
    const name = `${ServerId} ${this.about.presented}`;
    const outcome = await this.outcome(change, email, (state) =>
      this.desk.change(address.item, email, state, { send: isSent, name }),
    );
    this.forget(address.item);
    this.record.journal[key] = outcome.status;
    // Under another id than before it is another mail to the phone: the feed tells of both.
    const { stored } = outcome;
    if (stored?.id === address.item) this.record.imports.push([stored.id, stored.version, null]);
    this.changed(ServerId, outcome.status, outcome);
  }

  /** Trap 25: only failures are told, and what the phone must know of its files. */
  private changed(ServerId: string, Status: number, outcome?: DraftOutcome): void {
    if (Status === ItemStatus.success && !outcome?.data) return;
    const data = outcome?.data ? { ApplicationData: { Email: outcome.data } } : {};
    this.record.responses.push({ Change: { ServerId, Status, ...data } });
  }

  private async outcome(
    command: object,
    email: EmailData,
    work: (state: ReturnType<typeof mailStateOf>) => Promise<DraftOutcome>,
  ): Promise<DraftOutcome> {
    const malformed = { status: ItemStatus.malformed, stored: null, data: null };
    if (this.about.faulty(command)) return malformed;
    try {
      return await work(mailStateOf(email, this.about.version));
    } catch (error) {
      if (error instanceof MalformedChange) return malformed;
      throw error;
    }
  }

  private forget(item: string): void {
    const { journal } = this.record;
    for (const key of Object.keys(journal)) if (key.startsWith(`Draft of ${item} `)) delete journal[key];
  }
}
