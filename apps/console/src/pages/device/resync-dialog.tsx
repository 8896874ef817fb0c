import { useState } from 'react';
import type { CallOf } from '#admin-api/client';
import { api } from '../../api/client.js';
import type { DeviceDetail } from '../../api/types.js';
import { useResource } from '../../api/use-resource.js';
import { ConfirmDialog } from '../../frame/dialog.js';
import { Failure, Skeleton } from '../../frame/states.js';
import { useToast } from '../../frame/toasts.js';

type Resync = CallOf<'POST /devices/{device}/resync'>['body'];
export type ResyncWish = Pick<Resync, 'scope' | 'itemClass' | 'folder'>;

const classes = ['Email', 'Calendar', 'Contacts', 'Tasks', 'Notes'] as const;

/** The choices, as one list: everything, the folder list, each class, each folder. */
function wishesOf(device: DeviceDetail): readonly (readonly [string, ResyncWish])[] {
  const held = new Set(device.folders.map(({ itemClass }) => itemClass));
  return [
    ['Everything', { scope: 'device' }],
    ['The list of folders only', { scope: 'hierarchy' }],
    ...classes
      .filter((itemClass) => held.has(itemClass))
      .map((itemClass) => [`All of class ${itemClass}`, { scope: 'class', itemClass }] as const),
    ...device.folders.map(({ id, name }) => [`Folder ${name}`, { scope: 'folder', folder: id }] as const),
  ];
}

/** Makes a phone load again, after showing exactly what: the server is asked to try it first. */
export function ResyncDialog({
  device,
  wish = { scope: 'device' },
  onChanged,
  onClose,
}: {
  readonly device: DeviceDetail;
  readonly wish?: ResyncWish;
  readonly onChanged: () => void;
  readonly onClose: () => void;
}) {
  const say = useToast();
  const wishes = wishesOf(device);
  const [chosen, setChosen] = useState(JSON.stringify(wish));
  const asked = JSON.parse(chosen) as ResyncWish;
  const params = { device: device.id };
  const { data, error, isLoading, reload } = useResource('POST /devices/{device}/resync', {
    params,
    body: { ...asked, dryRun: true },
  });
  const items = data?.folders.reduce((sum, folder) => sum + folder.items, 0) ?? 0;
  return (
    <ConfirmDialog
      title="Load again"
      action="Load again"
      isReady={data !== null && !isLoading}
      onClose={onClose}
      onConfirm={async ({ reason }) => {
        const body = { ...asked, reason };
        const { folders } = await api.call('POST /devices/{device}/resync', { params, body });
        say(`The phone loads ${folders.length} ${folders.length === 1 ? 'folder' : 'folders'} again.`);
        onChanged();
      }}
    >
      <label className="field">
        <span>What the phone of {device.user} loads again</span>
        <select value={chosen} onChange={({ target }) => setChosen(target.value)}>
          {wishes.map(([label, one]) => (
            <option key={label} value={JSON.stringify(one)}>
              {label}
            </option>
          ))}
        </select>
      </label>
      {Boolean(error) && <Failure error={error} retry={reload} />}
      {data === null && !error && <Skeleton lines={3} />}
      {data !== null && (
        <div className="preview" aria-live="polite" aria-busy={isLoading}>
          <p>
            {data.folders.length === 0 && !data.hierarchy
              ? 'Nothing: the phone has not loaded any of it yet.'
              : `${data.folders.length} ${data.folders.length === 1 ? 'folder' : 'folders'} with ${items.toLocaleString('en')} items${data.hierarchy ? ', and the list of folders' : ''}. Nothing is deleted on the server; changes the phone has not sent yet may be lost.`}
          </p>
          {data.folders.length > 0 && (
            <ul>
              {data.folders.map(({ id, name, items: count }) => (
                <li key={id}>
                  <span>{name ?? id}</span>
                  <span className="quiet">{count.toLocaleString('en')}</span>
                </li>
              ))}
            </ul>
          )}
        </div>
      )}
    </ConfirmDialog>
  );
}
