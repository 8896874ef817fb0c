import type { AdministrationStores } from './administration/administration.js';
import type { MailNotesStore } from './mail-notes.js';
import type { ObjectNamesStore } from './object-names.js';
import type { ScheduledMailStore } from './scheduled-mail.js';
import type { SuggestedContactsStore } from './suggested-contacts.js';

/** What is kept for accounts beside their sources. */
export interface AccountStores {
  readonly administration: AdministrationStores;
  readonly notes: MailNotesStore;
  readonly suggestions: SuggestedContactsStore;
  readonly objectNames: ObjectNamesStore;
  readonly scheduledMail: ScheduledMailStore;
}
