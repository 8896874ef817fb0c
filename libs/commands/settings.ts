import { SettingsRequest, SettingsResponse, type SettingsAnswer, type SettingsPart } from '#eas';
import type { CommandContext } from './context.js';
import { rememberInformation } from './provision.js';
import { readDocument } from './read-document.js';
import { document, type Reply } from './reply.js';

/** MS-ASCMD 2.2.3.177.15; 168 of MS-ASRM: rights management is not offered. */
const SettingsStatus = { success: 1, accessDenied: 3, deniedByPolicy: 7, rightsManagementOff: 168 } as const;

const OOF_DISABLED = 0;

async function userInformation({ account }: CommandContext): Promise<SettingsAnswer> {
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

async function answer(context: CommandContext, part: SettingsPart): Promise<SettingsAnswer> {
  if ('DeviceInformation' in part) {
    await rememberInformation(context, part.DeviceInformation.Set);
    return { DeviceInformation: { Status: SettingsStatus.success } };
  }
  if ('UserInformation' in part) return userInformation(context);
  // No source of this version keeps an out-of-office message: there is none, and none can be set.
  if ('Oof' in part) {
    if (part.Oof.Set) return { Oof: { Status: SettingsStatus.accessDenied } };
    return { Oof: { Status: SettingsStatus.success, Get: { OofState: OOF_DISABLED } } };
  }
  if ('DevicePassword' in part) return { DevicePassword: { Status: SettingsStatus.deniedByPolicy } };
  return { RightsManagementInformation: { Status: SettingsStatus.rightsManagementOff } };
}

/** MS-ASCMD 2.2.1.18 Settings: every part is answered in the order asked (trap 103). */
export async function settings(context: CommandContext): Promise<Reply> {
  const { value } = await readDocument(context, SettingsRequest);
  const parts: SettingsAnswer[] = [{ Status: SettingsStatus.success }];
  for (const part of value) parts.push(await answer(context, part));
  return document(SettingsResponse, parts);
}
