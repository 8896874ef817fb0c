import { createHash } from 'node:crypto';
import type { Identity } from '#backend';
import { asciiDomain, encodeMailbox, parseAddresses, type HeaderBlock } from '#formats';

/** Names an identity for as long as the account has it (MS-ASCMD 2.2.3.3.2). */
export const accountIdOf = ({ address }: Identity): string =>
  createHash('sha256').update(address.toLowerCase()).digest('base64url').slice(0, 16);

/** Null for an AccountId that is none of ours. */
export const identityOf = (identities: readonly Identity[], accountId: string): Identity | null =>
  identities.find((identity) => accountIdOf(identity) === accountId) ?? null;

const comparable = (address: string): string => asciiDomain(address).toLowerCase();

/**
 * The header with a From the account may use (trap 73): the first one of the phone's that is among the identities, else the
 * main one under the name the phone gave. `chosen` is what an AccountId named: it goes before From (MS-ASCMD 2.2.3.3.1).
 */
export function withSender(
  header: HeaderBlock,
  identities: readonly [Identity, ...Identity[]],
  chosen: Identity | null,
): { readonly header: HeaderBlock; readonly address: string } {
  const told = parseAddresses(header.list('from'));
  const isOf = (identity: Identity) => (mailbox: { address: string }) =>
    comparable(mailbox.address) === comparable(identity.address);
  const own = told.flatMap((mailbox) => identities.find((identity) => isOf(identity)(mailbox)) ?? []);
  const identity = chosen ?? own[0] ?? identities[0];
  const address = asciiDomain(identity.address);
  const mailbox = told.find(isOf(identity));
  // Who else the mail may claim to be from: Sender, and the traces of an earlier sending (RFC 5322 3.6.6).
  const cleared = header.without(
    (name) => name === 'sender' || name === 'return-path' || name.startsWith('resent-'),
  );
  const isFine =
    mailbox && told.length === 1 && header.count('from') === 1 && !/[^\x20-\x7e]/.test(header.raw('from'));
  if (isFine) return { header: cleared, address };
  // A name that is an address would show the one that was replaced.
  const names = mailbox ? [mailbox.name] : told.map(({ name }) => name).filter((name) => !name.includes('@'));
  const name = names.find((one) => one !== '') ?? identity.displayName ?? '';
  return { header: cleared.with('From', encodeMailbox(name, address)), address };
}
