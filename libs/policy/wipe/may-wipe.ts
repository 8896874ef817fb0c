import { afterStep, type DeviceWipe, type WipeKind } from '#store';

/** The first version in which a phone understands an account wipe (MS-ASPROV 2.2.2.1). */
const ACCOUNT_WIPE_SINCE = 161;

/** Why something cannot be done with a wipe, for programs and for people. */
export interface WipeRefusal {
  readonly code:
    | 'account-wipe-unsupported'
    | 'wipe-under-way'
    | 'wipe-sent'
    | 'no-wipe'
    | 'wipe-not-waiting'
    | 'same-administrator';
  readonly detail: string;
}

const refuse = (code: WipeRefusal['code'], detail: string): WipeRefusal => ({ code, detail });

const underWay: ReadonlySet<string> = new Set<DeviceWipe['state']>(['waiting', 'requested', 'sent']);

/** Null: it may be asked for. An account wipe never becomes a full one (trap 106): it is refused where it cannot be done. */
export function whyNotWipe(
  kind: WipeKind,
  device: { readonly protocolVersion: number | null; readonly wipe: DeviceWipe | null },
): WipeRefusal | null {
  if (device.wipe && underWay.has(device.wipe.state))
    return refuse(
      'wipe-under-way',
      'A wipe of this device is under way. Cancel it first, if that is still possible.',
    );
  const spoken = device.protocolVersion;
  if (kind === 'account' && (spoken === null || spoken < ACCOUNT_WIPE_SINCE))
    return refuse(
      'account-wipe-unsupported',
      `Only devices that speak version 16.1 can wipe one account; this one ${spoken === null ? 'has not told its version' : `speaks ${spoken / 10}`}. Block it, or wipe all of the device.`,
    );
  return null;
}

/** Null: it may be cancelled. */
export function whyNotCancel(wipe: DeviceWipe | null): WipeRefusal | null {
  if (!wipe) return refuse('no-wipe', 'No wipe of this device is under way.');
  if (afterStep(wipe.state, 'cancel') !== null) return null;
  return wipe.state === 'confirmed'
    ? refuse('wipe-sent', 'The device has been wiped, as it says itself.')
    : refuse('wipe-sent', 'The device was told to wipe already; it may be doing so now.');
}

/** Null: this administrator may agree to it. */
export function whyNotApprove(
  wipe: DeviceWipe | null,
  { requestedBy, by }: { readonly requestedBy: string; readonly by: string },
): WipeRefusal | null {
  if (!wipe) return refuse('no-wipe', 'No wipe of this device is under way.');
  if (afterStep(wipe.state, 'approve') === null)
    return refuse('wipe-not-waiting', 'The wipe does not wait for anybody.');
  return requestedBy === by
    ? refuse('same-administrator', 'Another administrator than the one who asked has to agree.')
    : null;
}
