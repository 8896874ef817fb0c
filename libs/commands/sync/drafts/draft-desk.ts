import {
  BackendError,
  canAppend,
  canDelete,
  canReadPart,
  canReplace,
  canUpdateState,
  type Backend,
  type MailState,
} from '#backend';
import { CommonStatus, EasStatusError, type EmailData, type EmailItem } from '#eas';
import {
  composeDraft,
  isSameDraft,
  segmentsSize,
  SpoolOverflow,
  streamOf,
  takeIn,
  type ComposedDraft,
  type TakenMessage,
} from '#formats';
import type { AccountLease, CommandContext } from '../../context.js';
import { deliver } from '../../send-mail/deliver.js';
import { whole } from '../../send-mail/original.js';
import { completed, NoAddress, recipientsOf } from '../../send-mail/outgoing-message.js';
import { withSender } from '../../send-mail/sender.js';
import { ItemStatus, itemStatusOf } from '../item-status.js';
import { draftWish, MalformedDraft, type DraftWish } from './draft-change.js';
import type { DraftFiles } from './draft-files.js';
import { storedElements } from './stored-elements.js';

/** What came of a command on a draft. */
export interface DraftOutcome {
  /** 1 is success. */
  readonly status: number;
  /** Under which id it is stored now, and its version; null where it is not, or the source does not tell. */
  readonly stored: { readonly id: string; readonly version: string } | null;
  /** What the phone has to hear of what was stored. */
  readonly data: EmailItem | null;
}

/** Nothing is stored that the phone would have to hear of. */
const withoutDraft = (status: number): DraftOutcome => ({ status, stored: null, data: null });

/** The drafts folder of an account, as phones write into it from 16.0 on (trap 79). */
export class DraftDesk {
  constructor(
    private readonly context: CommandContext,
    private readonly lease: AccountLease,
    private readonly backend: Backend,
    private readonly folder: { readonly id: string; readonly path: string },
    private readonly files: DraftFiles,
  ) {}

  /** A new draft, or with `send` a mail. `name` tells the command from all others of the device. */
  async add(
    email: EmailData,
    state: MailState,
    order: { send: boolean; name: string },
  ): Promise<DraftOutcome> {
    return this.answered(async () => {
      const wish = draftWish(email, null, this.files);
      const before = await this.writtenMime(wish);
      try {
        const draft = await composeDraft(before, wish.change);
        try {
          if (!order.send) return await this.store(draft, wish, state);
          await this.send(draft, order.name);
          return withoutDraft(ItemStatus.success);
        } finally {
          draft.composition.dispose();
        }
      } finally {
        before?.dispose();
      }
    });
  }

  /** Another text, other recipients or files; with `send` it leaves the drafts. */
  async change(
    item: string,
    email: EmailData,
    state: MailState,
    order: { send: boolean; name: string },
  ): Promise<DraftOutcome> {
    return this.answered(async () => {
      const wish = draftWish(email, item, this.files);
      const before = (await this.writtenMime(wish)) ?? (await this.read(item));
      try {
        if (!order.send && wish.mime === null && (await isSameDraft(before, wish.change))) {
          return await this.onlyState(item, state);
        }
        const draft = await composeDraft(before, wish.change);
        try {
          if (!order.send) return await this.replace(item, draft, wish, state);
          await this.send(draft, order.name);
        } finally {
          draft.composition.dispose();
        }
      } finally {
        before.dispose();
      }
      await this.removeSent(item);
      return withoutDraft(ItemStatus.success);
    });
  }

  /** The feed tells the phone that it is gone. It was sent: that it cannot be deleted now is no failure of that. */
  private async removeSent(item: string): Promise<void> {
    try {
      if (canDelete(this.backend)) await this.backend.deleteItems(this.folder.path, [item]);
    } catch (error) {
      if (!(error instanceof BackendError)) throw error;
      this.context.events.notMarked(error.message);
    }
  }

  /** What a phone that repeats its Add has to hear. */
  async again(email: EmailData, item: string): Promise<EmailItem | null> {
    return this.stored(item, draftWish(email, null, this.files));
  }

  private async answered(work: () => Promise<DraftOutcome>): Promise<DraftOutcome> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof EasStatusError) return withoutDraft(error.status);
      if (error instanceof MalformedDraft) return withoutDraft(ItemStatus.malformed);
      if (error instanceof SpoolOverflow) return withoutDraft(ItemStatus.quota);
      if (error instanceof BackendError) return withoutDraft(itemStatusOf(error));
      throw error;
    }
  }

  private async writtenMime({ mime }: DraftWish): Promise<TakenMessage | null> {
    if (mime === null) return null;
    return takeIn(once(Buffer.from(mime, 'utf8')), { maxSize: this.context.limits.mailBytes });
  }

  private async read(item: string): Promise<TakenMessage> {
    if (!canReadPart(this.backend)) throw new BackendError('unsupported', 'drafts cannot be read here');
    const { content, size } = await this.backend.readPart(this.folder.path, item, '');
    return takeIn(whole(content, size), { maxSize: this.context.limits.mailBytes });
  }

  /** The draft as it lies in the mailbox: complete enough to be sent from there by any mail program. */
  private async segmentsOf({ header, composition }: ComposedDraft) {
    const [main, ...others] = await this.lease.identities();
    const from = main ? withSender(header, [main, ...others], null).header : header;
    const { entity } = composition;
    const complete = completed(
      from.without((name) => name === 'date'),
      main?.address ?? '',
      new Date(),
    );
    const segments = [complete.adding(entity.fields).bytes(), ...entity.body];
    const size = segmentsSize(segments);
    if (size > this.context.limits.mailBytes) throw new SpoolOverflow(`a draft of ${size} bytes`);
    return { segments, size };
  }

  private async store(draft: ComposedDraft, wish: DraftWish, state: MailState): Promise<DraftOutcome> {
    const { backend, folder } = this;
    if (!canAppend(backend)) throw new BackendError('unsupported', 'drafts cannot be stored here');
    const { segments, size } = await this.segmentsOf(draft);
    const given = { read: true, ...state, draft: true };
    const { id } = await backend.append(folder.path, streamOf(segments), size, given);
    // A source that does not tell the id tells of the draft by its feed.
    if (id === null) return withoutDraft(ItemStatus.success);
    const version = canUpdateState(backend) ? (await backend.updateState(folder.path, id, {})).version : '';
    return { status: ItemStatus.success, stored: { id, version }, data: await this.stored(id, wish) };
  }

  private async replace(
    item: string,
    draft: ComposedDraft,
    wish: DraftWish,
    state: MailState,
  ): Promise<DraftOutcome> {
    const { backend, folder } = this;
    if (!canReplace(backend)) throw new BackendError('unsupported', 'drafts cannot be changed here');
    const { segments, size } = await this.segmentsOf(draft);
    const stored = await backend.replaceMessage(folder.path, item, streamOf(segments), size, state);
    const hasNewFiles = wish.change.add.length > 0;
    const data = hasNewFiles ? await this.stored(stored.id, wish) : null;
    return { status: ItemStatus.success, stored, data };
  }

  private async onlyState(item: string, state: MailState): Promise<DraftOutcome> {
    const { backend, folder } = this;
    if (!canUpdateState(backend)) return withoutDraft(ItemStatus.success);
    const { version } = await backend.updateState(folder.path, item, state);
    return { status: ItemStatus.success, stored: { id: item, version }, data: null };
  }

  private stored(item: string, wish: DraftWish): Promise<EmailItem | null> {
    return storedElements(this.backend, this.folder, item, wish, this.context.version);
  }

  /** Throws EasStatusError; a mail that was sent before counts as sent. */
  private async send({ header, composition }: ComposedDraft, name: string): Promise<void> {
    checkRecipients(header);
    try {
      await deliver(this.context, {
        command: 'SendMail',
        clientId: name,
        accountId: null,
        save: true,
        written: null,
        make: async () => ({
          header: header.without((field) => field === 'date'),
          composition: { entity: composition.entity, dispose: () => undefined },
        }),
      });
    } catch (error) {
      const isSent = error instanceof EasStatusError && error.status === CommonStatus.MessagePreviouslySent;
      if (!isSent) throw error;
    }
  }
}

/** MS-ASCMD 2.2.2: 183 is a draft without recipients, or with one that has no address. */
function checkRecipients(header: ComposedDraft['header']): void {
  try {
    if (recipientsOf(header).length > 0) return;
  } catch (error) {
    if (!(error instanceof NoAddress)) throw error;
  }
  throw new EasStatusError('Sync', CommonStatus.InvalidRecipients, 'the draft has no valid recipients');
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
