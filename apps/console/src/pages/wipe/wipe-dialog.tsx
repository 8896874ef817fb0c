import { useState } from 'react';
import type { DeviceSummary, WipeKind } from '../../api/types.js';
import { ConfirmDialog } from '../../frame/dialog.js';

/** Oldest protocol version in which a phone can forget one account alone. */
const ACCOUNT_ONLY = 16.1;

/** The account first: a full wipe takes the owner's photos with it, and needs the user's name typed. */
export function WipeDialog({
  device,
  onConfirm,
  onClose,
}: {
  readonly device: DeviceSummary;
  readonly onConfirm: (kind: WipeKind, reason: string | undefined) => Promise<void>;
  readonly onClose: () => void;
}) {
  const canForgetAccount = Number(device.protocolVersion ?? 0) >= ACCOUNT_ONLY;
  const [kind, setKind] = useState<WipeKind | null>(canForgetAccount ? 'account' : null);
  const isFull = kind === 'device';
  const choice = (value: WipeKind, title: string, text: string, isPossible: boolean) => (
    <label className="choice">
      <input
        type="radio"
        name="kind"
        checked={kind === value}
        disabled={!isPossible}
        onChange={() => setKind(value)}
      />
      <span>
        <strong>{title}</strong>
        {text}
      </span>
    </label>
  );
  return (
    <ConfirmDialog
      key={String(isFull)}
      title={`Wipe ${device.friendlyName ?? device.model ?? device.deviceId}`}
      action={isFull ? 'Wipe the whole device' : 'Wipe the account'}
      isDangerous
      isReady={kind !== null}
      typed={isFull ? device.user : undefined}
      onConfirm={({ reason }) => onConfirm(kind ?? 'account', reason)}
      onClose={onClose}
    >
      <p>
        Of <strong>{device.user}</strong>. The phone is told with its next request, even if its password is no
        longer valid, and is blocked once it has confirmed.
      </p>
      {choice(
        'account',
        'The account only',
        canForgetAccount
          ? 'Mail, contacts and calendars of this account leave the phone. Everything else stays on it.'
          : `Not possible: this needs protocol 16.1, and the phone speaks ${device.protocolVersion ?? 'an unknown one'}.`,
        canForgetAccount,
      )}
      {choice(
        'device',
        'The whole device',
        'Back to how it left the factory: photos, apps and other accounts are lost. It cannot be undone.',
        true,
      )}
    </ConfirmDialog>
  );
}
