import { useState } from 'react';
import { api } from '../../api/client.js';
import type { AppPassword } from '../../api/types.js';
import { useResource } from '../../api/use-resource.js';
import { ConfirmDialog } from '../../frame/dialog.js';
import { Page } from '../../frame/page.js';
import { SecretDialog } from '../../frame/secret-dialog.js';
import { Empty, Loaded } from '../../frame/states.js';
import { useToast } from '../../frame/toasts.js';
import { DataTable, type Column } from '../../parts/data-table.js';
import { Ago } from '../../parts/time.js';
import { MakePasswordDialog } from '../passwords/make-password-dialog.js';

const columnsFor = (onRemove: (password: AppPassword) => void): readonly Column<AppPassword>[] => [
  { title: 'Name', isName: true, cell: ({ name }) => <strong>{name}</strong> },
  {
    title: 'For',
    cell: ({ deviceId }) => (deviceId === null ? 'any device' : <span className="mono">{deviceId}</span>),
  },
  { title: 'Made', cell: ({ createdAt }) => <Ago at={createdAt} /> },
  { title: 'Last used', cell: ({ lastUsedAt }) => <Ago at={lastUsedAt} /> },
  { title: 'Expires', cell: ({ expiresAt }) => <Ago at={expiresAt} /> },
  {
    title: 'Actions',
    align: 'end',
    cell: (password) => (
      <button
        type="button"
        className="button button-small"
        onClick={() => onRemove(password)}
        aria-label={`Take back ${password.name}`}
      >
        Take back
      </button>
    ),
  },
];

/** Passwords that work on phones only, so that the mailbox's own need not be typed into each. */
export function PasswordsPage() {
  const resource = useResource('GET /me/app-passwords', {});
  const say = useToast();
  const [isMaking, setMaking] = useState(false);
  const [made, setMade] = useState<string | null>(null);
  const [removed, setRemoved] = useState<AppPassword | null>(null);
  return (
    <Page
      title="Passwords for phones"
      lead="Each works for ActiveSync only. If a phone is lost, take its password back; the others go on."
      actions={
        <button type="button" className="button button-primary" onClick={() => setMaking(true)}>
          Make a password
        </button>
      }
    >
      <Loaded resource={resource}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty icon="key" title="No password for phones yet">
              <p>Phones sign in with the mailbox’s own password until you make one.</p>
            </Empty>
          ) : (
            <DataTable
              caption="Passwords for phones"
              columns={columnsFor(setRemoved)}
              rows={items}
              keyOf={({ id }) => id}
            />
          )
        }
      </Loaded>
      {isMaking && (
        <MakePasswordDialog
          isMine
          onClose={() => setMaking(false)}
          onConfirm={async (body) => {
            const { appPassword } = await api.call('POST /me/app-passwords', { body });
            setMade(appPassword);
            resource.reload();
          }}
        />
      )}
      {made !== null && (
        <SecretDialog title="Your new password" secret={made} onClose={() => setMade(null)}>
          <p>Type it into the phone now, in place of the mailbox’s own.</p>
        </SecretDialog>
      )}
      {removed && (
        <ConfirmDialog
          title="Take this password back?"
          action="Take back"
          isDangerous
          asksReason={false}
          onClose={() => setRemoved(null)}
          onConfirm={async () => {
            await api.call('DELETE /me/app-passwords/{password}', {
              params: { password: removed.id },
              body: {},
            });
            say('The password no longer works.');
            resource.reload();
          }}
        >
          <p>
            Phones that use <strong>{removed.name}</strong> can no longer sign in.
          </p>
        </ConfirmDialog>
      )}
    </Page>
  );
}
