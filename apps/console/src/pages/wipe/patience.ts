import type { DeviceSummary } from '../../api/types.js';

/** Milliseconds between two looks at devices; fewer while somebody waits for a phone to say that it is wiped. */
const EVERY = 15_000;
const WHILE_WIPING = 2000;

/** How soon to look again at these devices. */
export const patienceWith = (devices: readonly Pick<DeviceSummary, 'wipe'>[]): number =>
  devices.some(({ wipe }) => wipe?.state === 'requested' || wipe?.state === 'sent') ? WHILE_WIPING : EVERY;
