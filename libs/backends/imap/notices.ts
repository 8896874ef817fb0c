import { BackendError } from '#backend';
import { list, text } from './nodes.js';
import { quote } from './quoting.js';
import type { Session } from './session.js';

/** Where Dovecot's OX driver of push notifications looks whether somebody wants to be told, and of whom. */
const ENTRY = '/private/vendor/vendor.dovecot/http-notify';

/** What a quoted string can say, and Dovecot reads as one value: it parts several by tabs. */
const isPlain = (user: string): boolean => /^[ -~]+$/.test(user);

/**
 * Has the server tell of new mail by itself: Dovecot's push notifications are for mailboxes that want them (METADATA, RFC
 * 5464). What another program has set there stays, as it serves us, too. False if the server cannot be asked.
 */
export async function askForNotices(session: Session, user: string): Promise<boolean> {
  if (!isPlain(user) || !(session.has('METADATA') || session.has('METADATA-SERVER'))) return false;
  let known: string | null = null;
  try {
    await session.run('GETMETADATA', `"" (${ENTRY})`, (name, untagged) => {
      if (name !== 'METADATA') return false;
      const [entry, value] = list(untagged.attributes?.[1]);
      if (text(entry)?.toLowerCase() === ENTRY) known = text(value);
      return true;
    });
    if (known === null) await session.run('SETMETADATA', `"" (${ENTRY} ${quote(`user=${user}`)})`);
    return true;
  } catch (error) {
    // Whatever the words: it does not keep this entry for us.
    if (error instanceof BackendError && (error.kind === 'invalid' || error.kind === 'gone')) return false;
    throw error;
  }
}
