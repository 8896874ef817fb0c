import { useState } from 'react';
import { api } from '../../api/client.js';
import { may } from '../../api/rights.js';
import { useSession } from '../../api/session.js';
import type { DeviceDetail } from '../../api/types.js';
import { ConfirmDialog } from '../../frame/dialog.js';
import { SecretDialog } from '../../frame/secret-dialog.js';

/** Whether the device left a password that unlocks it, and for those who manage it a way to read it, after a question. */
export function RecoveryPassword({ device }: { readonly device: DeviceDetail }) {
  const { role } = useSession();
  const [isAsking, setAsking] = useState(false);
  const [revealed, setRevealed] = useState<string | null>(null);
  if (!device.hasRecoveryPassword) return <>none</>;
  return (
    <span className="with-action">
      kept, sealed
      {may(role, 'manage') && (
        <button type="button" className="button button-small" onClick={() => setAsking(true)}>
          Reveal<span className="visually-hidden"> the recovery password</span>
        </button>
      )}
      {isAsking && (
        <ConfirmDialog
          title="Reveal the recovery password?"
          action="Reveal"
          asksReason={false}
          onClose={() => setAsking(false)}
          onConfirm={async () => {
            const params = { device: device.id };
            const answer = await api.call('GET /devices/{device}/recovery-password', { params });
            setRevealed(answer.recoveryPassword);
          }}
        >
          <p>
            It unlocks the phone of <strong>{device.user}</strong>. That you looked is kept in the audit log.
          </p>
        </ConfirmDialog>
      )}
      {revealed !== null && (
        <SecretDialog
          title="Recovery password"
          secret={revealed}
          hint="Make sure that it is the owner who asks for it."
          onClose={() => setRevealed(null)}
        >
          <p>
            Typed at the lock screen, it unlocks the phone of <strong>{device.user}</strong>, who then chooses
            a new password.
          </p>
        </SecretDialog>
      )}
    </span>
  );
}
