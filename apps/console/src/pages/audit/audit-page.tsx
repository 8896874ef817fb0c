import { addressOf } from '#admin-api/client';
import { useSession } from '../../api/session.js';
import type { AuditEntry } from '../../api/types.js';
import { usePages } from '../../api/use-pages.js';
import { Icon } from '../../frame/icon.js';
import { Page } from '../../frame/page.js';
import { Empty, Failure, Skeleton } from '../../frame/states.js';
import { DataTable, More, type Column } from '../../parts/data-table.js';
import { FilterBar, SearchField, SelectFilter, useFilters, type Choice } from '../../parts/filters.js';
import { useTenants } from '../../parts/tenant-field.js';
import { Moment } from '../../parts/time.js';
import { auditQuery } from './audit-query.js';

/** What an action begins with. */
const subjects: readonly Choice[] = [
  { value: 'device', label: 'devices' },
  { value: 'user', label: 'users' },
  { value: 'app-password', label: 'passwords for phones' },
  { value: 'policy', label: 'policies' },
  { value: 'group', label: 'groups' },
  { value: 'rule', label: 'access rules' },
  { value: 'tenant', label: 'tenants' },
  { value: 'token', label: 'tokens' },
  { value: 'session', label: 'sign-ins' },
  { value: 'webhook', label: 'webhooks' },
];
const spans: readonly Choice[] = [
  { value: 'hour', label: 'last hour' },
  { value: 'day', label: 'last day' },
  { value: 'week', label: 'last week' },
  { value: 'month', label: 'last month' },
];

const columns: readonly Column<AuditEntry>[] = [
  { title: 'When', isShort: true, cell: ({ at }) => <Moment at={at} /> },
  {
    title: 'What',
    isName: true,
    cell: ({ action, target, reason }) => (
      <>
        <strong>{action}</strong>
        {target !== null && <span className="under">{target}</span>}
        {reason !== null && <span className="under">“{reason}”</span>}
      </>
    ),
  },
  {
    title: 'To whom',
    cell: ({ user, tenant, deviceId }) => (
      <span>
        {user ?? tenant ?? <span className="quiet">–</span>}
        {deviceId !== null && <span className="under mono">{deviceId}</span>}
      </span>
    ),
  },
  {
    title: 'By',
    cell: ({ actor, role, address }) => (
      <span>
        {actor}
        <span className="under">
          {role} · {address}
        </span>
      </span>
    ),
  },
  { title: 'Details', cell: (entry) => <Details entry={entry} /> },
];

function Details({ entry: { details } }: { readonly entry: AuditEntry }) {
  if (Object.keys(details).length === 0) return <span className="quiet">–</span>;
  return (
    <details className="json">
      <summary>show</summary>
      <pre tabIndex={0}>{JSON.stringify(details, null, 2)}</pre>
    </details>
  );
}

/** Who changed what, from where and why. */
export function AuditPage() {
  const session = useSession();
  const tenants = useTenants();
  const { values, change, clear, isFiltered } = useFilters([
    'user',
    'action',
    'actor',
    'tenant',
    'span',
    'deviceId',
  ]);
  const query = auditQuery(values);
  const pages = usePages('GET /audit', { query });
  const { items } = pages;
  return (
    <Page
      title="Audit log"
      lead="Who changed what, from where and why. It can be read, not changed."
      actions={
        <a className="button" href={addressOf('GET /audit.csv', {}, query)} download="audit.csv">
          <Icon name="download" /> CSV
        </a>
      }
    >
      <FilterBar onClear={isFiltered ? clear : undefined}>
        <SearchField
          label="User, the whole name"
          value={values['user'] ?? ''}
          onChange={(user) => change({ user }, true)}
        />
        <SelectFilter
          label="About"
          value={values['action']}
          choices={subjects}
          onChange={(action) => change({ action })}
        />
        <SelectFilter
          label="When"
          value={values['span']}
          choices={spans}
          onChange={(span) => change({ span })}
        />
        {session.tenant === null && (
          <SelectFilter
            label="Tenant"
            value={values['tenant']}
            choices={(tenants ?? []).map(({ name }) => ({ value: name, label: name }))}
            onChange={(tenant) => change({ tenant })}
          />
        )}
      </FilterBar>
      {Boolean(pages.error) && <Failure error={pages.error} retry={pages.reload} />}
      {items === null && !pages.error && <Skeleton lines={12} />}
      {items?.length === 0 && !pages.isLoading && (
        <Empty icon="audit" title={isFiltered ? 'Nothing passes these filters' : 'Nothing was changed yet'} />
      )}
      {items !== null && items.length > 0 && (
        <DataTable
          caption="Audit log, newest first"
          columns={columns}
          rows={items}
          keyOf={({ id }) => id}
          isStale={pages.isLoading}
        />
      )}
      <More pages={pages} />
    </Page>
  );
}
