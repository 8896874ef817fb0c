import type { SettingsAnswer } from '#eas';
import type { CommandContext } from '../context.js';
import { SettingsStatus } from './status.js';

/** The account's addresses (MS-ASCMD 2.2.3.192): alone up to 14.0, in an account from 14.1 on. */
export async function userInformation({ account }: CommandContext): Promise<SettingsAnswer> {
  const lease = account.lease();
  const identities = await lease.identities().finally(() => lease.release());
  const [main] = identities;
  const address = main?.address ?? account.address;
  const displayName = main?.displayName ?? null;
  const EmailAddresses = {
    SMTPAddress: identities.map((identity) => identity.address),
    PrimarySmtpAddress: address,
  };
  const Account = [{ ...(displayName !== null && { UserDisplayName: displayName }), EmailAddresses }];
  return {
    UserInformation: { Status: SettingsStatus.success, Get: { EmailAddresses, Accounts: { Account } } },
  };
}
