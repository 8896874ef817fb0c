import type { CommandEvents } from '#commands';
import type { Core } from '../assembly/core.js';
import type { RequestRecord } from './request-record.js';

/** Turns what commands tell of into log lines and numbers. */
export function commandEvents({ log, metrics }: Core, record: RequestRecord): CommandEvents {
  return {
    held(command, seconds, folders) {
      metrics.held.inc({ command });
      record.held(folders);
      log.event('request.held', { ...record.who, command, seconds, folders });
    },
    released(command, reason, waited) {
      record.released(waited);
      metrics.held.dec({ command });
      metrics.heldEnded.inc({ command, reason });
      if (reason === 'news')
        log.event('request.woken', { ...record.who, command, waited: Math.round(waited) });
      if (reason === 'superseded') log.event('request.superseded', record.who);
    },
    itemsSent(itemClass, kind, count) {
      record.items += count;
      metrics.items.inc({ class: itemClass, kind }, count);
    },
    mailSent(outcome) {
      metrics.mailsSent.inc({ outcome });
      if (outcome === 'accepted') log.event('mail.sent', record.who);
      else if (outcome !== 'held-back') log.event('mail.refused', { ...record.who, reason: outcome });
    },
    sentCopyFailed: (reason) => log.event('mail.not-saved', { ...record.who, reason }),
    notMarked: (reason) => log.event('mail.not-marked', { ...record.who, reason }),
    meetingFailed: (what, reason) =>
      log.event(what === 'mail' ? 'meeting.not-applied' : 'meeting.not-sent', { ...record.who, reason }),
    requestNotRemoved: (reason) => log.event('meeting.request-stays', { ...record.who, reason }),
    serviceFailed: (service, reason) => log.event('service.failed', { ...record.who, service, reason }),
    readFailed: (folder, item, reason) =>
      log.event('item.unreadable', { ...record.who, folder, item, reason }),
    skipped({ count, tags }) {
      if (count > 0) log.event('wbxml.unknown-tokens', { ...record.who, tokens: tags });
    },
  };
}
