import { notedMail } from '#mail-notes';
import type { Log } from '#ops';
import type { MailNotesStore } from '#store';
import type { TenantSources } from './sources.js';

/** Sources whose mail has what they cannot keep themselves (libs/mail-notes). */
export function notedSources(sources: TenantSources, notes: MailNotesStore, log: Log): TenantSources {
  return {
    itemClasses: sources.itemClasses,
    async open(itemClass, account, identities) {
      const backend = await sources.open(itemClass, account, identities);
      if (itemClass !== 'Email') return backend;
      const onUnavailable = (error: unknown): void =>
        log.event('notes.unavailable', { tenant: account.tenant.name, user: account.user, error });
      return notedMail(backend, notes, account.key, { onUnavailable });
    },
    openService: (name, account) => sources.openService(name, account),
    close: () => sources.close(),
  };
}
