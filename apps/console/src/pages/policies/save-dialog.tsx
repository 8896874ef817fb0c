import type { Policy } from '../../api/types.js';
import { ConfirmDialog } from '../../frame/dialog.js';
import { readable } from './settings-draft.js';

/** Says how many devices provision again, before they do. */
export function SaveDialog({
  policy,
  changes,
  isRuleChanged,
  onConfirm,
  onClose,
}: {
  readonly policy: Policy | null;
  /** Names of settings. */
  readonly changes: readonly string[];
  readonly isRuleChanged: boolean;
  readonly onConfirm: (reason: string | undefined) => Promise<void>;
  readonly onClose: () => void;
}) {
  const devices = policy === null ? 0 : policy.devices + policy.pending;
  const again = changes.length > 0 || isRuleChanged ? devices : 0;
  return (
    <ConfirmDialog
      title={policy ? `Save ${policy.name}?` : 'Make this policy?'}
      action={policy ? 'Save policy' : 'Make policy'}
      onConfirm={({ reason }) => onConfirm(reason)}
      onClose={onClose}
    >
      <p>
        {policy === null && 'No device has it until it is assigned.'}
        {policy !== null && again === 0 && 'No device has to provision again.'}
        {again > 0 && (
          <>
            <strong>
              {again.toLocaleString('en')} {again === 1 ? 'device provisions' : 'devices provision'} again
            </strong>{' '}
            with the next request, without losing what {again === 1 ? 'it has' : 'they have'} synced. Some
            users are asked by their phone to agree, or for a new password.
          </>
        )}
      </p>
      {policy !== null && changes.length > 0 && (
        <p className="hint">
          Changed: {changes.slice(0, 6).map(readable).join(', ')}
          {changes.length > 6 && ` and ${changes.length - 6} more`}.
        </p>
      )}
    </ConfirmDialog>
  );
}
