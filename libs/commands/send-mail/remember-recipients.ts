import { parseAddresses, type HeaderBlock } from '#formats';
import type { AccountLease, CommandContext } from '../context.js';

/**
 * Takes note of whom a mail went to, where the tenant suggests people to its phones. Who got a blind copy is suggested, too:
 * the list is the user's own.
 */
export async function rememberRecipients(
  context: CommandContext,
  lease: AccountLease,
  header: HeaderBlock,
): Promise<void> {
  const people = ['to', 'cc', 'bcc'].flatMap((name) => parseAddresses(header.list(name)));
  const own = new Set((await lease.identities()).map(({ address }) => address.toLowerCase()));
  await context.account.wroteTo(
    people.map(({ address, name }) => ({ address, name: name === '' ? null : name })),
    own,
  );
}
