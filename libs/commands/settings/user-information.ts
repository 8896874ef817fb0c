import { BackendError } from '#backend';
import { SettingsStatus, type SettingsAnswer } from '#eas';
import type { AccountLease, CommandContext } from '../context.js';
import { accountIdOf } from '../send-mail/sender.js';

/** Whether mail can be sent at all: MS-ASCMD 2.2.3.161. */
async function canSend(lease: AccountLease): Promise<boolean> {
  try {
    await lease.submitter();
    return true;
  } catch (error) {
    if (error instanceof BackendError) return error.kind !== 'unsupported';
    throw error;
  }
}

/**
 * The account's addresses (MS-ASCMD 2.2.3.192): alone up to 14.0; from 14.1 on the main account, which has no AccountId, and
 * every other address as an account of its own that mail can be sent from (2.2.3.3.2).
 */
export async function userInformation({ account }: CommandContext): Promise<SettingsAnswer> {
  const lease = account.lease();
  try {
    const [main, ...others] = await lease.identities();
    const SendDisabled = !(await canSend(lease));
    const PrimarySmtpAddress = main?.address ?? account.address;
    const EmailAddresses = {
      SMTPAddress: [PrimarySmtpAddress, ...others.map(({ address }) => address)],
      PrimarySmtpAddress,
    };
    const named = (name: string | null | undefined) => (name ? { UserDisplayName: name } : {});
    const Account = [
      { ...named(main?.displayName), SendDisabled, EmailAddresses },
      ...others.map((identity) => ({
        AccountId: accountIdOf(identity),
        AccountName: identity.address,
        ...named(identity.displayName),
        SendDisabled,
        EmailAddresses: { SMTPAddress: [identity.address], PrimarySmtpAddress: identity.address },
      })),
    ];
    return {
      UserInformation: { Status: SettingsStatus.success, Get: { EmailAddresses, Accounts: { Account } } },
    };
  } finally {
    lease.release();
  }
}
