/**
 * The people a user writes to, as phones suggest them while an address is typed: the recipient information cache, a folder
 * of type 19 that nobody but this gateway keeps. `SuggestedContacts` takes note of whom mails went to, and opens the folder.
 */
export { SuggestedContacts, type Recipient } from './suggested-contacts.js';
