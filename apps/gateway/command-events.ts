import type { CommandEvents } from '#commands';
import type { Skipped } from '#eas';
import type { Core } from '../assembly/core.js';
import type { RequestRecord } from './request-record.js';

/** Turns what the commands of one request tell of into log lines and numbers. */
export const commandEvents = ({ log, metrics }: Core, record: RequestRecord): CommandEvents =>
  new RecordedEvents(log, metrics, record);

/** A class, and no object of closures: a waiting phone keeps it. */
class RecordedEvents implements CommandEvents {
  constructor(
    private readonly log: Core['log'],
    private readonly metrics: Core['metrics'],
    private readonly record: RequestRecord,
  ) {}

  held(command: string, seconds: number, folders: number): void {
    this.metrics.held.inc({ command });
    this.record.held(folders);
    this.log.event('request.held', { ...this.record.who, command, seconds, folders });
  }

  released(command: string, reason: string, waited: number): void {
    const { log, metrics, record } = this;
    record.released(waited);
    metrics.held.dec({ command });
    metrics.heldEnded.inc({ command, reason });
    if (reason === 'news') log.event('request.woken', { ...record.who, command, waited: Math.round(waited) });
    if (reason === 'superseded') log.event('request.superseded', record.who);
  }

  itemsSent(itemClass: string, kind: string, count: number): void {
    this.record.items += count;
    this.metrics.items.inc({ class: itemClass, kind }, count);
  }

  mailSent(outcome: string): void {
    this.metrics.mailsSent.inc({ outcome });
    if (outcome === 'accepted') this.log.event('mail.sent', this.record.who);
    else if (outcome !== 'held-back') this.log.event('mail.refused', { ...this.record.who, reason: outcome });
  }

  sentCopyFailed(reason: string): void {
    this.log.event('mail.not-saved', { ...this.record.who, reason });
  }

  notMarked(reason: string): void {
    this.log.event('mail.not-marked', { ...this.record.who, reason });
  }

  meetingFailed(what: 'mail' | 'send', reason: string): void {
    const name = what === 'mail' ? 'meeting.not-applied' : 'meeting.not-sent';
    this.log.event(name, { ...this.record.who, reason });
  }

  requestNotRemoved(reason: string): void {
    this.log.event('meeting.request-stays', { ...this.record.who, reason });
  }

  serviceFailed(service: 'directory' | 'outOfOffice' | 'contacts', reason: string): void {
    this.log.event('service.failed', { ...this.record.who, service, reason });
  }

  collectionRefused(status: number): void {
    this.record.answeredStatus(status);
  }

  readFailed(folder: string, item: string, reason: string): void {
    this.log.event('item.unreadable', { ...this.record.who, folder, item, reason });
  }

  skipped({ count, tags }: Skipped): void {
    if (count > 0) this.log.event('wbxml.unknown-tokens', { ...this.record.who, tokens: tags });
  }
}
