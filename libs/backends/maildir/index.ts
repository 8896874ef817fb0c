/**
 * Maildir++ as a source: one folder a directory, one message a file, its state in the file's name. Any other program may
 * work on the same directories at the same time. What Maildir lacks, Godwit keeps beside it: a file `godwit-uids` in
 * each folder gives every message a number of its own and remembers the order of changes, so the feed answers from it
 * and looks at the directory only when its modification time moved. The file may be deleted at any time; then the phones
 * load the folder's list anew. Also here: signing in against a password file, and delivery to local users, which
 * together make the account of the demonstration.
 */
export { deliver, type Delivery } from './deliver.js';
export { LocalSubmitter, type LocalSubmitterOptions } from './local-submitter.js';
export { MaildirBackend } from './maildir-backend.js';
export { MaildirFactory, type MaildirFactoryOptions } from './maildir-factory.js';
export { createMailFolder, MaildirStore } from './maildir-store.js';
export { hashPassword, passwordFile, verifyPassword } from './password-file.js';
