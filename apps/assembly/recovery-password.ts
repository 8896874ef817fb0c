import type { DeviceIdentity } from '#store';
import type { Core } from './core.js';

/** A sealed recovery password is that of one device: moved to another row it cannot be opened. */
export const recoveryPasswordOf = ({ tenant, user, deviceId }: DeviceIdentity): string =>
  `recovery-password/${tenant}/${user}/${deviceId}`;

/** What the sealer hides of it. The device told it under its own identity. */
export const sealRecoveryPassword = (
  { sealer }: Pick<Core, 'sealer'>,
  identity: DeviceIdentity,
  password: string,
): string => sealer.seal(password, recoveryPasswordOf(identity));
