import type { WipeableDevice } from '#store';
import { recoveryPasswordOf } from '../../assembly/recovery-password.js';
import type { Core } from '../../assembly/core.js';
import { Refused } from '../call.js';

/** Throws Refused 404 where the device left none, and 409 where this installation's secret is another one since. */
export function recoveryPasswordIn(
  { sealer }: Pick<Core, 'sealer'>,
  { identity, recoveryPassword }: Pick<WipeableDevice, 'identity' | 'recoveryPassword'>,
): string {
  if (recoveryPassword === null)
    throw new Refused(404, 'no-recovery-password', 'The device has not left a recovery password here.');
  let opened: unknown = null;
  try {
    opened = sealer.open(recoveryPassword, recoveryPasswordOf(identity));
  } catch {
    // Sealed under a secret that is not configured any more: below.
  }
  if (typeof opened === 'string') return opened;
  throw new Refused(
    409,
    'recovery-password-sealed',
    'The recovery password was sealed with another `secret` than the configured one, and cannot be read.',
  );
}
