import { rmSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Fixture } from '#backend/contract';
import type { Dovecot } from '../../../../tests/servers/index.js';
import type { ImapConfig } from '../index.js';
import { imapFixture } from './imap-fixture.js';

export { configOf, outsider } from './imap-fixture.js';

let users = 0;

/** A name nobody has used yet: a fresh mailbox. */
export const freshUser = (): string => `user${++users}`;

/** The contract's fixture: a fresh account on a running Dovecot. */
export function dovecotFixture(server: Dovecot, config: Partial<ImapConfig> = {}): Promise<Fixture> {
  const user = freshUser();
  return imapFixture(server, user, config, {
    renumber: async (folder) => renumber(server, user, folder),
    // A home directory for Dovecot.
    unnameable: /^~/,
  });
}

/** A mailbox that lost its list of UIDs numbers anew under another UIDVALIDITY. */
function renumber(server: Dovecot, user: string, folder: string): void {
  server.kick(user);
  const maildir = server.maildir(user, folder);
  for (const file of readdirSync(maildir)) {
    if (/^dovecot[-.](?:uidlist|index)/.test(file)) rmSync(join(maildir, file));
  }
}
