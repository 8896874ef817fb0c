import {
  SettingsStatus,
  SettingsRequest,
  SettingsResponse,
  type SettingsAnswer,
  type SettingsPart,
} from '#eas';
import type { CommandContext } from '../context.js';
import { rememberInformation } from '../provision.js';
import { readDocument } from '../read-document.js';
import { document, type Reply } from '../reply.js';
import { devicePassword } from './device-password.js';
import { oof } from './oof.js';
import { userInformation } from './user-information.js';

/** Of MS-ASRM: rights management is not offered. */
const RIGHTS_MANAGEMENT_OFF = 168;

async function answer(context: CommandContext, part: SettingsPart): Promise<SettingsAnswer> {
  if ('DeviceInformation' in part) {
    await rememberInformation(context, part.DeviceInformation.Set);
    return { DeviceInformation: { Status: SettingsStatus.success } };
  }
  if ('UserInformation' in part) return userInformation(context);
  if ('Oof' in part) return { Oof: await oof(context, part.Oof) };
  if ('DevicePassword' in part)
    return { DevicePassword: { Status: await devicePassword(context, part.DevicePassword.Set?.Password) } };
  return { RightsManagementInformation: { Status: RIGHTS_MANAGEMENT_OFF } };
}

/** MS-ASCMD 2.2.1.18 Settings: every part is answered in the order asked (trap 103). */
export async function settings(context: CommandContext): Promise<Reply> {
  const { value } = await readDocument(context, SettingsRequest);
  const parts: SettingsAnswer[] = [{ Status: SettingsStatus.success }];
  for (const part of value) parts.push(await answer(context, part));
  return document(SettingsResponse, parts);
}
