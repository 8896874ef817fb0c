import { useState } from 'react';
import type { CallOf } from '#admin-api/client';
import { ConfirmDialog } from '../../frame/dialog.js';
import { TextField } from '../../frame/field.js';

type NewShare = CallOf<'POST /devices/{device}/shares'>['body'];

/** Asks for a mail folder of somebody else; for a device, or for a user. */
export function ShareDialog({
  onConfirm,
  onClose,
}: {
  readonly onConfirm: (share: NewShare) => Promise<void>;
  readonly onClose: () => void;
}) {
  const [path, setPath] = useState('');
  const [name, setName] = useState('');
  return (
    <ConfirmDialog
      title="Show a mail folder of somebody else"
      action="Add folder"
      isReady={path.trim() !== ''}
      onClose={onClose}
      onConfirm={({ reason }) =>
        onConfirm({
          ...{ itemClass: 'Email', path: path.trim(), reason },
          ...(name.trim() !== '' && { name: name.trim() }),
        })
      }
    >
      <TextField
        label="Where it is"
        path="path"
        hint="The folder as the user reads it over IMAP, e.g. user/sales or Shared/Sales. The user needs the right to read it there."
        value={path}
        isVerbatim
        onChange={setPath}
      />
      <TextField label="Name on the phone (optional)" path="name" value={name} onChange={setName} />
    </ConfirmDialog>
  );
}
