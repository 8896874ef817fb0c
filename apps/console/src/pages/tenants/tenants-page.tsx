import { useState } from 'react';
import { Link } from 'wouter';
import { api } from '../../api/client.js';
import { may } from '../../api/rights.js';
import { useSession } from '../../api/session.js';
import type { SourceHealth, Tenant } from '../../api/types.js';
import { useResource } from '../../api/use-resource.js';
import { Icon } from '../../frame/icon.js';
import { Page, Section } from '../../frame/page.js';
import { Empty, Failure, Loaded } from '../../frame/states.js';
import { Badge, StandingBadge } from '../../parts/badge.js';
import { DataTable, type Column } from '../../parts/data-table.js';
import { Facts } from '../../parts/facts.js';
import { sayDuration } from '../../parts/say-time.js';
import { DefaultsDialog } from '../access/defaults.js';

/** Tenants, the servers behind them, and whether those answer. */
export function TenantsPage() {
  const resource = useResource('GET /tenants', {});
  return (
    <Page
      title="Tenants"
      lead="Whose phones sync here, and the mail, calendar and address servers behind them"
    >
      <Loaded resource={resource}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty icon="tenants" title="No tenants">
              <p>Tenants are written in the configuration, with their domains and servers.</p>
            </Empty>
          ) : (
            <div className="stack">
              {items.map((tenant) => (
                <OneTenant key={tenant.name} tenant={tenant} onChanged={resource.reload} />
              ))}
            </div>
          )
        }
      </Loaded>
    </Page>
  );
}

function OneTenant({ tenant, onChanged }: { readonly tenant: Tenant; readonly onChanged: () => void }) {
  const { role } = useSession();
  const [isEditing, setEditing] = useState(false);
  const health = useHealth(tenant.name);
  return (
    <Section
      title={tenant.name}
      isFlush
      actions={
        <span className="row-actions">
          {may(role, 'manage') && (
            <button
              type="button"
              className="button button-small"
              aria-label={`New devices of ${tenant.name}`}
              onClick={() => setEditing(true)}
            >
              New devices
            </button>
          )}
          <button
            type="button"
            className="button button-small"
            aria-label={`Check now the sources of ${tenant.name}`}
            disabled={health.isRunning}
            onClick={() => void health.check()}
          >
            <Icon name="refresh" /> {health.isRunning ? 'Checking…' : 'Check now'}
          </button>
        </span>
      }
    >
      <div className="card-body">
        <Facts facts={factsOf(tenant)} />
      </div>
      <div role="status">
        {health.error !== null && <Failure error={health.error} retry={() => void health.check()} />}
        <Sources tenant={tenant} health={health.found} isRunning={health.isRunning} />
      </div>
      {isEditing && <DefaultsDialog tenant={tenant} onClose={() => setEditing(false)} onSaved={onChanged} />}
    </Section>
  );
}

function useHealth(tenant: string) {
  const [found, setFound] = useState<readonly SourceHealth[] | null>(null);
  const [isRunning, setRunning] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const check = async (): Promise<void> => {
    setRunning(true);
    setError(null);
    try {
      setFound((await api.call('GET /tenants/{tenant}/health', { params: { tenant } })).items);
    } catch (thrown) {
      setError(thrown);
    } finally {
      setRunning(false);
    }
  };
  return { found, isRunning, error, check };
}

const factsOf = ({ name, domains, provisioning, settings, users, devices, quarantined }: Tenant) =>
  [
    ['Domains', domains.join(', ')],
    ['Users', <Link href={`/users?tenant=${encodeURIComponent(name)}`}>{users.toLocaleString('en')}</Link>],
    [
      'Devices',
      <span>
        <Link href={`/devices?tenant=${encodeURIComponent(name)}`}>{devices.toLocaleString('en')}</Link>
        {quarantined > 0 && (
          <>
            , <Link href="/quarantine">{quarantined.toLocaleString('en')} in quarantine</Link>
          </>
        )}
      </span>,
    ],
    ['Provisioning', provisioning],
    [
      'New devices',
      <span>
        <StandingBadge standing={settings.defaultAccess} />
        {settings.maxDevices !== null && ` at most ${settings.maxDevices} a user`}
      </span>,
    ],
  ] as const;

type Source = Tenant['sources'][number];

/** What is known of a source: by the last check, if there was one. */
function Sources({
  tenant,
  health,
  isRunning,
}: {
  readonly tenant: Tenant;
  readonly health: readonly SourceHealth[] | null;
  readonly isRunning: boolean;
}) {
  const of = ({ source }: Source): SourceHealth | undefined => health?.find((one) => one.source === source);
  const columns: readonly Column<Source>[] = [
    { title: 'Source', isName: true, cell: ({ source }) => <strong>{source}</strong> },
    { title: 'Kind', isShort: true, cell: ({ kind }) => kind },
    { title: 'Where', cell: ({ where }) => <span className="mono">{where}</span> },
    {
      title: 'State',
      cell: (source) => {
        const found = of(source);
        if (!found) return <span className="quiet">{isRunning ? 'checking…' : 'not checked yet'}</span>;
        return (
          <span>
            <Badge tone={found.ok ? 'good' : 'bad'}>{found.ok ? 'reachable' : 'failed'}</Badge>
            {found.ms !== null && <span className="quiet"> {sayDuration(found.ms)}</span>}
            <span className="under">{found.detail}</span>
          </span>
        );
      },
    },
  ];
  return (
    <DataTable
      caption={`Sources of ${tenant.name}`}
      columns={columns}
      rows={tenant.sources}
      keyOf={({ source }) => source}
    />
  );
}
