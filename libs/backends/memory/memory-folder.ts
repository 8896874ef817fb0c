import {
  CursorInvalid,
  type ChangePage,
  type ChangesRequest,
  type FeedEntry,
  type FolderRole,
} from '#backend';
import { noMailFlags, type MailFlags } from '#formats';
import { entryOf, isInside, type MemoryDelivery, type MemoryMail } from './memory-mail.js';

let epochs = 0;

/** Mails of one folder and the log of what happened to them. */
export class MemoryFolder {
  private byId = new Map<string, MemoryMail>();
  /** Changed and removed ids in order; the place in it is the folder's clock. */
  private log: string[] = [];
  /** Entries forgotten from the begin of the log. */
  private forgotten = 0;
  private epoch = ++epochs;
  private lastNumber = 0;

  constructor(
    readonly identity: string,
    readonly role: FolderRole | null,
    public onChange: () => void,
  ) {}

  /** Oldest first. */
  mails(): readonly MemoryMail[] {
    return [...this.byId.values()];
  }

  find(id: string): MemoryMail | undefined {
    return this.byId.get(id);
  }

  get ids(): string[] {
    return [...this.byId.keys()];
  }

  add(message: Uint8Array, delivery: MemoryDelivery): string {
    const number = (++this.lastNumber).toString(36).padStart(7, '0');
    const id = `${this.epoch.toString(36).padStart(5, '0')}-${number}`;
    const receivedAt = delivery.receivedAt ?? new Date();
    const flags = { ...noMailFlags, ...delivery.flags };
    this.byId.set(id, { id, message, receivedAt, flags, unreadable: delivery.unreadable ?? false });
    this.record(id);
    return id;
  }

  setFlags(mail: MemoryMail, flags: Partial<MailFlags>): void {
    mail.flags = { ...mail.flags, ...flags };
    this.record(mail.id);
  }

  remove(id: string): boolean {
    const found = this.byId.delete(id);
    if (found) this.record(id);
    return found;
  }

  /** As after a UIDVALIDITY change: the same mails under new ids, and no cursor is valid any more. */
  renumber(): void {
    const mails = [...this.byId.values()];
    this.epoch = ++epochs;
    this.byId = new Map();
    for (const { message, receivedAt, flags, unreadable } of mails)
      this.add(message, { receivedAt, flags, unreadable });
  }

  /** Drops the log: cursors older than now become invalid. */
  forgetHistory(): void {
    this.forgotten += this.log.length;
    this.log = [];
  }

  private record(id: string): void {
    this.log.push(id);
    this.onChange();
  }

  changes({ cursor, scope, limit }: ChangesRequest): ChangePage {
    const position = cursor === null ? { time: this.now, before: '' } : this.parse(cursor);
    return cursor === null || position.before !== ''
      ? this.list(position.time, position.before, scope.sinceDay, limit)
      : this.delta(position.time, scope.sinceDay, limit);
  }

  private get now(): number {
    return this.forgotten + this.log.length;
  }

  /** A cursor is the epoch, the time from which changes are still to be told, and while listing the last id listed. */
  private format(time: number, before: string): string {
    return `${this.epoch}.${time}.${before}`;
  }

  private parse(cursor: string): { time: number; before: string } {
    const [epoch, time, before] = cursor.split('.');
    const at = Number(time);
    const valid =
      Number(epoch) === this.epoch && at >= this.forgotten && at <= this.now && before !== undefined;
    if (!valid) throw new CursorInvalid(`cursor ${cursor} is not of this folder's history`);
    return { time: at, before };
  }

  /** Newest first. What changes behind the listing's back is told afterwards, from the time the listing began. */
  private list(time: number, before: string, sinceDay: number | null, limit: number): ChangePage {
    const below = [...this.byId.values()].reverse().filter(({ id }) => before === '' || id < before);
    const inScope = below.map(entryOf).filter((entry) => isInside(entry, sinceDay));
    const changed = inScope.slice(0, limit);
    const more = inScope.length > limit;
    const from = more ? (changed.at(-1)?.id ?? null) : null;
    const listed = { from, to: before === '' ? null : before };
    return { changed, removed: [], cursor: this.format(time, from ?? ''), more, listed };
  }

  private delta(time: number, sinceDay: number | null, limit: number): ChangePage {
    const changed = new Map<string, FeedEntry>();
    const removed = new Set<string>();
    let at = time - this.forgotten;
    for (; at < this.log.length && changed.size < limit; at++) {
      const id = this.log[at]!;
      const mail = this.byId.get(id);
      if (!mail) removed.add(id);
      else if (isInside(entryOf(mail), sinceDay)) changed.set(id, entryOf(mail));
    }
    return {
      changed: [...changed.values()],
      removed: [...removed],
      cursor: this.format(at + this.forgotten, ''),
      more: at < this.log.length,
    };
  }
}
