import { useState } from 'react';
import { api } from '../../api/client.js';
import { may } from '../../api/rights.js';
import { useSession } from '../../api/session.js';
import type { DeviceDetail, SharedFolder } from '../../api/types.js';
import { ConfirmDialog } from '../../frame/dialog.js';
import { Section } from '../../frame/page.js';
import { useToast } from '../../frame/toasts.js';
import { ShareDialog } from './share-dialog.js';
import { ShareList } from './share-list.js';

/** Folders of somebody else that the phone is shown. */
export function Shares({
  device,
  onChanged,
}: {
  readonly device: DeviceDetail;
  readonly onChanged: () => void;
}) {
  const { role } = useSession();
  const say = useToast();
  const [isAdding, setAdding] = useState(false);
  const [removed, setRemoved] = useState<SharedFolder | null>(null);
  const mayHelp = may(role, 'help');
  return (
    <Section
      title="Shared folders"
      actions={
        mayHelp && (
          <button type="button" className="button button-small" onClick={() => setAdding(true)}>
            Add folder
          </button>
        )
      }
    >
      {device.shares.length === 0 ? (
        <p className="quiet">Only the user’s own folders are shown.</p>
      ) : (
        <ShareList
          shares={device.shares}
          mayRemove={({ device: of }) => mayHelp && of !== null}
          onRemove={setRemoved}
        />
      )}
      {isAdding && (
        <ShareDialog
          onClose={() => setAdding(false)}
          onConfirm={async (body) => {
            await api.call('POST /devices/{device}/shares', { params: { device: device.id }, body });
            say('The phone is shown the folder with its next look at its folders.');
            onChanged();
          }}
        />
      )}
      {removed && (
        <ConfirmDialog
          title="Show this folder no longer?"
          action="Remove folder"
          onClose={() => setRemoved(null)}
          onConfirm={async ({ reason }) => {
            const params = { device: device.id, share: removed.id };
            await api.call('DELETE /devices/{device}/shares/{share}', { params, body: { reason } });
            say('The phone drops the folder with its next look at its folders.');
            onChanged();
          }}
        >
          <p>
            <strong>{removed.name ?? removed.path}</strong> disappears from the phone of {device.user}.
            Nothing is deleted where it is kept.
          </p>
        </ConfirmDialog>
      )}
    </Section>
  );
}
