/**
 * Mail from an IMAP server. An account has a small pool of connections, each with at most one mailbox open; a command
 * runs on the one that has its mailbox open already. The feed asks the server what changed since a modification sequence
 * (CONDSTORE, QRESYNC) and falls back by steps where a server knows less; reading asks for the structure of a batch of
 * mails first and then for just the parts the phone wants; a watcher shared by all devices hears of new mail by NOTIFY
 * or IDLE. imapflow does the connection, the sign-in and the parsing (wire.ts says why no more).
 *
 * Dovecot tells NOTIFY and IDLE clients of an event half a second after it happened, whatever the client does.
 */
export type { ImapConfig } from './config.js';
export { ImapFactory } from './factory.js';
