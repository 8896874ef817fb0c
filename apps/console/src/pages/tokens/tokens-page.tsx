import { useState } from 'react';
import { api } from '../../api/client.js';
import { useSession } from '../../api/session.js';
import type { Token } from '../../api/types.js';
import { useResource } from '../../api/use-resource.js';
import { Icon } from '../../frame/icon.js';
import { Page } from '../../frame/page.js';
import { useQuestion, type Question } from '../../frame/question.js';
import { SecretDialog } from '../../frame/secret-dialog.js';
import { Empty, Loaded } from '../../frame/states.js';
import { DataTable, type Column } from '../../parts/data-table.js';
import { Ago } from '../../parts/time.js';
import { MakeTokenDialog } from './make-token-dialog.js';

const columnsFor = (onRevoke: (token: Token) => void): readonly Column<Token>[] => [
  {
    title: 'Name',
    isName: true,
    cell: ({ name, createdBy }) => (
      <>
        <strong>{name}</strong>
        <span className="under">made by {createdBy}</span>
      </>
    ),
  },
  { title: 'Role', isShort: true, cell: ({ role }) => role },
  { title: 'For', cell: ({ user, tenant }) => user ?? tenant ?? <span className="quiet">all tenants</span> },
  { title: 'Made', isShort: true, cell: ({ createdAt }) => <Ago at={createdAt} /> },
  { title: 'Last used', isShort: true, cell: ({ lastUsedAt }) => <Ago at={lastUsedAt} /> },
  { title: 'Expires', isShort: true, cell: ({ expiresAt }) => <Ago at={expiresAt} /> },
  {
    title: 'Actions',
    align: 'end',
    cell: (token) => (
      <span className="row-actions">
        <button
          type="button"
          className="button button-small button-quiet-danger"
          aria-label={`Revoke ${token.name}`}
          onClick={() => onRevoke(token)}
        >
          Revoke
        </button>
      </span>
    ),
  },
];

const revocation = ({ id, name }: Token): Question => ({
  title: `Revoke ${name}?`,
  text: (
    <p>
      Whatever signs in with <strong>{name}</strong>, a script or a person, can no longer do so from now on.
    </p>
  ),
  action: 'Revoke token',
  isDangerous: true,
  done: `${name} no longer works.`,
  act: (reason) => api.call('DELETE /tokens/{token}', { params: { token: id }, body: { reason } }),
});

/** Tokens of the API, for scripts and people. */
export function TokensPage() {
  const session = useSession();
  const resource = useResource('GET /tokens', {});
  const { ask, dialog } = useQuestion(resource.reload);
  const [isMaking, setMaking] = useState(false);
  const [made, setMade] = useState<{ readonly name: string; readonly token: string } | null>(null);
  return (
    <Page
      title="Tokens"
      lead="What scripts, monitoring and people sign in with, each with no more rights than it needs"
      actions={
        <button type="button" className="button button-primary" onClick={() => setMaking(true)}>
          <Icon name="add" /> New token
        </button>
      }
    >
      <Loaded resource={resource}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty icon="key" title="No tokens yet">
              <p>
                The first administrator’s token stands in the configuration or the data directory and is not
                listed. Make one for each script and person, so that each can be revoked alone.
              </p>
            </Empty>
          ) : (
            <DataTable
              caption="Tokens"
              columns={columnsFor((token) => ask(revocation(token)))}
              rows={items}
              keyOf={({ id }) => id}
            />
          )
        }
      </Loaded>
      {isMaking && (
        <MakeTokenDialog
          tenant={session.tenant}
          onClose={() => setMaking(false)}
          onMade={(token) => {
            setMade(token);
            resource.reload();
          }}
        />
      )}
      {made && (
        <SecretDialog title={`The token ${made.name}`} secret={made.token} onClose={() => setMade(null)}>
          <p>
            Scripts send it as <code>Authorization: Bearer …</code>; people sign in here with it.
          </p>
        </SecretDialog>
      )}
      {dialog}
    </Page>
  );
}
