import { useState } from 'react';
import type { CallOf } from '#admin-api/client';
import { ConfirmDialog } from '../../frame/dialog.js';

type NewShare = CallOf<'POST /devices/{device}/shares'>['body'];
const classes: readonly NewShare['itemClass'][] = ['Email', 'Calendar', 'Contacts', 'Tasks', 'Notes'];

/** Asks for a folder of somebody else; for a device, or for a user. */
export function ShareDialog({
  onConfirm,
  onClose,
}: {
  readonly onConfirm: (share: NewShare) => Promise<void>;
  readonly onClose: () => void;
}) {
  const [itemClass, setClass] = useState<NewShare['itemClass']>('Email');
  const [path, setPath] = useState('');
  const [name, setName] = useState('');
  return (
    <ConfirmDialog
      title="Show a folder of somebody else"
      action="Add folder"
      isReady={path.trim() !== ''}
      onClose={onClose}
      onConfirm={({ reason }) =>
        onConfirm({ itemClass, path: path.trim(), ...(name.trim() !== '' && { name: name.trim() }), reason })
      }
    >
      <label className="field">
        <span>What it holds</span>
        <select
          value={itemClass}
          onChange={({ target }) => setClass(classes.find((one) => one === target.value) ?? 'Email')}
        >
          {classes.map((one) => (
            <option key={one}>{one}</option>
          ))}
        </select>
      </label>
      <label className="field">
        <span>Where it is</span>
        <input value={path} onChange={({ target }) => setPath(target.value)} spellCheck={false} required />
      </label>
      <p className="hint">
        {itemClass === 'Email'
          ? 'The folder as the user reads it over IMAP, e.g. user/sales or Shared/Sales. The user needs the right to read it there.'
          : 'The URL of the collection at the CalDAV or CardDAV server. The user needs the right to read it there.'}
      </p>
      <label className="field">
        <span>Name on the phone (optional)</span>
        <input value={name} maxLength={200} onChange={({ target }) => setName(target.value)} />
      </label>
    </ConfirmDialog>
  );
}
