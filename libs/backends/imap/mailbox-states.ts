import { spelled } from './mailbox-list.js';
import { list, text, type Untagged } from './nodes.js';
import { quote } from './quoting.js';
import type { Session } from './session.js';

/** From so many folders on one LIST for all is cheaper than a STATUS for each. */
const worthAList = 3;

/**
 * A text for each of the folders that changes when something happens in it. Folders that do not exist are left out. Asked
 * `alone`, what the server says of other folders meanwhile stays news.
 */
export async function mailboxStates(
  session: Session,
  folders: readonly string[],
  how: 'alone' | 'together',
): Promise<Map<string, string>> {
  const states = new Map<string, string>();
  const items = `(MESSAGES UIDNEXT UIDVALIDITY UNSEEN${session.has('CONDSTORE') ? ' HIGHESTMODSEQ' : ''})`;
  const wanted = new Set(folders);
  const take = (untagged: Untagged): boolean => {
    const name = spelled(text(untagged.attributes?.[0]) ?? '');
    if (how === 'alone' && !wanted.has(name)) return false;
    const values = list(untagged.attributes?.[1]).map((node) => text(node) ?? '');
    states.set(name, values.join(' '));
    return true;
  };
  if (how === 'together' && folders.length >= worthAList && session.has('LIST-STATUS')) {
    await session.run('LIST', `"" "*" RETURN (STATUS ${items})`, (name, untagged) =>
      name === 'STATUS' ? take(untagged) : name === 'LIST',
    );
    for (const name of [...states.keys()]) if (!wanted.has(name)) states.delete(name);
  }
  // Not every server lists other users' folders under `*`. A folder that is gone gives no answer: what watches it will
  // hear of that when it asks for the folders.
  const missing = folders.filter((folder) => !states.has(folder));
  await session.wire.runAll(
    missing.map((folder) => `STATUS ${quote(folder)} ${items}`),
    (name, untagged) => name === 'STATUS' && take(untagged),
  );
  return states;
}
