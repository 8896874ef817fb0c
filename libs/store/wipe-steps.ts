import type { DeviceWipe, WipeKind } from './device-control.js';

/** Where a wipe stands in the history; a cancelled one is not with the device any more. */
export type WipeState = DeviceWipe['state'] | 'cancelled';

/** What may become of a wipe. */
export type WipeStep = 'approve' | 'cancel' | 'send' | 'confirm' | 'fail';

interface Move {
  readonly from: readonly WipeState[];
  readonly to: WipeState;
}

/**
 * Every move there is. The database makes each only from a state in `from`, so that of two who move a wipe at once one
 * comes too late: nothing is sent that was cancelled, and nothing cancelled that was sent. A device that says it failed is
 * told again (MS-ASPROV 3.2.5.1.2.2), and may succeed then.
 */
export const wipeSteps: Readonly<Record<WipeStep, Move>> = {
  approve: { from: ['waiting'], to: 'requested' },
  cancel: { from: ['waiting', 'requested'], to: 'cancelled' },
  send: { from: ['requested'], to: 'sent' },
  confirm: { from: ['sent', 'failed'], to: 'confirmed' },
  fail: { from: ['sent'], to: 'failed' },
};

const inForce: ReadonlySet<WipeState> = new Set<WipeState>(['requested', 'sent', 'failed']);

/** Whether the device is to be told, and served nothing else. */
export const isWipeInForce = (wipe: Pick<DeviceWipe, 'state'> | null): boolean =>
  wipe !== null && inForce.has(wipe.state);

/** States in which the device is told. */
export const wipeStatesInForce: readonly WipeState[] = [...inForce];

/** The state after a step; null if the step cannot be made from here. */
export const afterStep = (state: WipeState, step: WipeStep): WipeState | null =>
  wipeSteps[step].from.includes(state) ? wipeSteps[step].to : null;

/** A wipe the device is told of, and whose it is. */
export interface WipeInForce {
  readonly tenant: string;
  readonly user: string;
  readonly deviceId: string;
  readonly kind: WipeKind;
}
