import type { ChangeManner } from '#backend';
import type { ClientProfile } from '#clients';

/** What the words of this phone mean: by its version, what it said to support (trap 53), and its kind. */
export const changeManner = (
  writer: { readonly version: number; readonly client: ClientProfile },
  supported: readonly string[] | null,
): ChangeManner => ({
  protocolVersion: writer.version,
  supported: supported && new Set(supported),
});
