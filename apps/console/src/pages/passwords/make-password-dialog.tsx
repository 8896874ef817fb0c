import { useState } from 'react';
import type { NewAppPassword } from '../../api/types.js';
import { ConfirmDialog } from '../../frame/dialog.js';
import { TextField } from '../../frame/field.js';

/** Asks for what a password for phones needs. `isMine`: made by its user, who need not say why. */
export function MakePasswordDialog({
  isMine,
  onConfirm,
  onClose,
}: {
  readonly isMine: boolean;
  readonly onConfirm: (password: NewAppPassword) => Promise<void>;
  readonly onClose: () => void;
}) {
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [deviceId, setDevice] = useState('');
  const [until, setUntil] = useState('');
  return (
    <ConfirmDialog
      title="Make a password for a phone"
      action="Make password"
      asksReason={!isMine}
      isReady={name.trim() !== '' && password !== ''}
      onClose={onClose}
      onConfirm={({ reason }) =>
        onConfirm({
          name: name.trim(),
          password,
          ...(deviceId.trim() !== '' && { deviceId: deviceId.trim() }),
          ...(until !== '' && { expiresAt: new Date(`${until}T23:59:59Z`).toISOString() }),
          reason,
        })
      }
    >
      <TextField
        label="Name, to know it by"
        path="name"
        value={name}
        placeholder={isMine ? 'e.g. my tablet' : 'e.g. the tablet'}
        onChange={setName}
      />
      <TextField
        label={isMine ? 'Password of your mailbox' : 'Password of the mailbox'}
        type="password"
        path="password"
        hint="The mail server is asked with it for the phone. It is kept encrypted."
        value={password}
        maxLength={1000}
        autoComplete={isMine ? 'current-password' : 'off'}
        onChange={setPassword}
      />
      <div className="form-row">
        <TextField
          label="Only for device id (optional)"
          path="deviceId"
          value={deviceId}
          maxLength={64}
          placeholder="any device"
          isVerbatim
          onChange={setDevice}
        />
        <TextField label="Until (optional)" type="date" path="expiresAt" value={until} onChange={setUntil} />
      </div>
    </ConfirmDialog>
  );
}
