import { BackendError } from '#backend';
import { list, text, type Untagged } from './nodes.js';
import { quote } from './quoting.js';
import type { Session } from './session.js';

/** From so many folders on one LIST for all is cheaper than a STATUS for each. */
const worthAList = 3;

/** A text for each of the folders that changes when something happens in it. Folders that do not exist are left out. */
export async function mailboxStates(
  session: Session,
  folders: readonly string[],
): Promise<Map<string, string>> {
  const states = new Map<string, string>();
  const items = `(MESSAGES UIDNEXT UIDVALIDITY UNSEEN${session.has('CONDSTORE') ? ' HIGHESTMODSEQ' : ''})`;
  const take = (untagged: Untagged): boolean => {
    const name = text(untagged.attributes?.[0]) ?? '';
    const values = list(untagged.attributes?.[1]).map((node) => text(node) ?? '');
    states.set(name.toUpperCase() === 'INBOX' ? 'INBOX' : name, values.join(' '));
    return true;
  };
  if (folders.length >= worthAList && session.has('LIST-STATUS')) {
    await session.run('LIST', `"" "*" RETURN (STATUS ${items})`, (name, untagged) =>
      name === 'STATUS' ? take(untagged) : name === 'LIST',
    );
    const wanted = new Set(folders);
    for (const name of [...states.keys()]) if (!wanted.has(name)) states.delete(name);
    return states;
  }
  for (const folder of folders) {
    try {
      await session.run(
        'STATUS',
        `${quote(folder)} ${items}`,
        (name, untagged) => name === 'STATUS' && take(untagged),
      );
    } catch (error) {
      // The folder is gone: what watches it will hear of that when it asks for the folders.
      const refused = error instanceof BackendError && (error.kind === 'gone' || error.kind === 'invalid');
      if (!refused) throw error;
    }
  }
  return states;
}
