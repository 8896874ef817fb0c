import { SettingsStatus } from '#eas';
import type { CommandContext } from '../context.js';

/** The longest recovery password that is kept, in characters. Phones draw some twenty digits. */
const LONGEST = 256;

/**
 * The phone leaves the password that unlocks it with the server, or takes it back with an empty one (MS-ASCMD 2.2.3.46,
 * 2.2.3.132.3). Gives the Status of MS-ASCMD 2.2.3.177.15: 7 where the policy does not allow it.
 */
export async function devicePassword(context: CommandContext, password: string | undefined): Promise<number> {
  if (password === undefined) return SettingsStatus.protocolError;
  if (password.length > LONGEST) return SettingsStatus.invalidArguments;
  const sealed = password === '' ? null : context.sealRecoveryPassword(password);
  const { kept } = await context.devices.ask(context.asker, { type: 'RecoveryPassword', sealed });
  return kept ? SettingsStatus.success : SettingsStatus.deniedByPolicy;
}
