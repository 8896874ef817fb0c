import type { Dovecot, SeedMail } from '../servers/index.js';
import { samples, seedMails } from './corpus.js';

let users = 0;

/** A new account with these mails in its Inbox. Any user exists for the test's Dovecot. */
export function newUser(dovecot: Dovecot, mails: Iterable<SeedMail> = []): string {
  const user = `user${++users}@example.test`;
  dovecot.seed(user, mails);
  return user;
}

/** Mails of all kinds, one an hour. */
export const some = (count: number): SeedMail[] => seedMails(samples(count), 1);
