import type { ChangeManner } from '#backend';
import type { ClientProfile } from '#clients';
import { birthdaysOf } from './view.js';

/** What the words of this phone mean: by its version, what it said to support (trap 53), and its kind. */
export const changeManner = (
  writer: { readonly version: number; readonly client: ClientProfile },
  supported: readonly string[] | null,
): ChangeManner => ({
  protocolVersion: writer.version,
  supported: isNone(writer.client, supported) ? null : new Set(supported),
  birthdays: birthdaysOf(writer.client),
  emptyPictureKeeps: writer.client.emptyPictureKeeps,
  keepsOmitted: writer.client.keepsOmitted,
});

const isNone = ({ emptySupportedIsNone }: ClientProfile, supported: readonly string[] | null): boolean =>
  supported === null || (emptySupportedIsNone && supported.length === 0);
