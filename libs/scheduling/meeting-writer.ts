import { createHash } from 'node:crypto';
import {
  BackendError,
  type CalendarObject,
  type CalendarStore,
  type ItemDeleter,
  type ItemWriter,
  type WrittenItem,
} from '#backend';
import { MalformedText, meetingNews, askedAnew, type OutgoingScheduling, type Owner } from '#formats';

/** Longest text of a meeting that is remembered while it is changed. Characters. */
const LONGEST_REMEMBERED = 256 * 1024;

/**
 * Remembers what was begun, across a crash: a write that was made and whose mails were not sent is known when the phone
 * tries again.
 */
export interface Intentions {
  /** Takes note that this is begun. Returns what was noted by an earlier attempt that did not end, else `before`. */
  begin(key: string, before: string | null): Promise<string | null>;
  /** It is done: the same again is another one. */
  end(key: string): Promise<void>;
}

export interface MeetingWriterParts {
  readonly owner: Owner;
  readonly intentions: Intentions;
  /**
   * Takes a message over: from here on it will be sent, once for this key. Throws StoreUnavailable.
   */
  send(message: OutgoingScheduling, key: string): Promise<void>;
  readonly now: () => Date;
  /** Whether the calendars' server tells those who are invited of the meeting in this text. */
  isServers(text: string): boolean;
}

const hash = (...parts: readonly unknown[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('base64url');

/**
 * Tells those who are invited what a phone of 16.x did to a meeting that its user organizes (MS-ASCMD 2.2.1.21; trap 89): what
 * the backend can do, with the mails that come of it. A process that dies in between leaves a note: the phone's next attempt
 * finds the write done, and only the mail is still to be sent.
 */
export class MeetingWriter {
  constructor(
    private readonly backend: CalendarStore & ItemWriter & ItemDeleter,
    private readonly parts: MeetingWriterParts,
  ) {}

  /** The same backend whose writes are told to those who are invited. */
  get told(): CalendarStore & ItemWriter & ItemDeleter {
    const writes: Readonly<Record<string, unknown>> = {
      createItem: this.createItem.bind(this),
      changeItem: this.changeItem.bind(this),
      deleteOccurrence: this.deleteOccurrence.bind(this),
      deleteItems: this.deleteItems.bind(this),
    };
    return new Proxy(this.backend, {
      get(target, name) {
        const own = typeof name === 'string' && Object.hasOwn(writes, name) ? writes[name] : undefined;
        if (own !== undefined) return own;
        const member: unknown = Reflect.get(target, name, target);
        if (typeof member !== 'function') return member;
        return (...args: unknown[]): unknown => Reflect.apply(member, target, args);
      },
    });
  }

  private async createItem(
    ...[folder, change, name]: Parameters<ItemWriter['createItem']>
  ): Promise<WrittenItem> {
    const work = () => this.backend.createItem(folder, change, name);
    return this.telling(hash('create', folder, name), null, work, folder);
  }

  private async changeItem(
    ...[folder, id, change, expected]: Parameters<ItemWriter['changeItem']>
  ): Promise<WrittenItem> {
    const before = await this.textOf(folder, id);
    const work = () => this.backend.changeItem(folder, id, change, expected);
    return this.telling(hash('change', folder, id, change.instance, change.data), before, work, folder);
  }

  private async deleteOccurrence(
    ...[folder, id, instance, expected]: Parameters<ItemWriter['deleteOccurrence']>
  ): Promise<WrittenItem> {
    const before = await this.textOf(folder, id);
    const work = () => this.backend.deleteOccurrence(folder, id, instance, expected);
    return this.telling(hash('delete', folder, id, instance), before, work, folder);
  }

  /** What is to be told of a deleted meeting can only be told while its text is known: it is noted before. */
  private async deleteItems(...[folder, ids]: Parameters<ItemDeleter['deleteItems']>): Promise<{
    readonly failed: readonly string[];
  }> {
    const failed: string[] = [];
    for (const id of ids) {
      const key = hash('delete', folder, id);
      const before = await this.begin(key, await this.textOf(folder, id));
      const result = await this.backend.deleteItems(folder, [id]);
      failed.push(...result.failed);
      if (result.failed.length === 0) await this.tell(key, before, null);
      await this.parts.intentions.end(key);
    }
    return { failed };
  }

  private async telling(
    key: string,
    current: string | null,
    work: () => Promise<WrittenItem>,
    folder: string,
  ): Promise<WrittenItem> {
    const before = await this.begin(key, current);
    const isRetry = before !== current;
    let item: WrittenItem;
    try {
      item = await work();
    } catch (error) {
      // A write that was done before is no conflict with itself: what came of it is told, and the phone gets what there is.
      const isOwn = isRetry && error instanceof BackendError && error.kind === 'conflict';
      if (isOwn) await this.tell(key, before, current);
      if (!(error instanceof BackendError && error.retryable)) await this.parts.intentions.end(key);
      throw error;
    }
    const after = await this.backend.calendarObject(folder, item.id);
    const told = await this.anew(item, before, after);
    await this.tell(key, before, told.text ?? after?.text ?? null);
    await this.parts.intentions.end(key);
    return told.item;
  }

  /** Who is asked anew must see that this is another question than before. */
  private async anew(
    item: WrittenItem,
    before: string | null,
    after: CalendarObject | null,
  ): Promise<{ readonly item: WrittenItem; readonly text?: string }> {
    if (before === null || !after || !this.news(before, after.text).asksAnew) return { item };
    const text = askedAnew(after.text, before);
    if (text === null) return { item };
    const written = await this.backend.putCalendarObject(after.folder, text, { over: after });
    return { item: { ...written, id: item.id, files: item.files, altered: item.altered }, text };
  }

  private news(before: string | null, after: string | null): ReturnType<typeof meetingNews> {
    try {
      return meetingNews({ before, after }, this.parts.owner, this.parts.now());
    } catch (error) {
      if (error instanceof MalformedText) return { messages: [], asksAnew: false };
      throw error;
    }
  }

  private async tell(key: string, before: string | null, after: string | null): Promise<void> {
    if (before !== null && this.parts.isServers(before)) return;
    for (const message of this.news(before, after).messages) {
      await this.parts.send(message, hash(key, before, message.method, message.to, message.subject));
    }
  }

  private async begin(key: string, before: string | null): Promise<string | null> {
    const isTooLong = before !== null && before.length > LONGEST_REMEMBERED;
    return isTooLong ? before : this.parts.intentions.begin(key, before);
  }

  private async textOf(folder: string, id: string): Promise<string | null> {
    return (await this.backend.calendarObject(folder, id))?.text ?? null;
  }
}
