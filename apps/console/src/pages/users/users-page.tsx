import { Link } from 'wouter';
import type { User } from '../../api/types.js';
import { useSession } from '../../api/session.js';
import { usePages } from '../../api/use-pages.js';
import { Page } from '../../frame/page.js';
import { Empty, Failure, Skeleton } from '../../frame/states.js';
import { Badge } from '../../parts/badge.js';
import { DataTable, More, type Column } from '../../parts/data-table.js';
import { FilterBar, SearchField, SelectFilter, useFilters } from '../../parts/filters.js';
import { useTenants } from '../../parts/tenant-field.js';
import { Ago } from '../../parts/time.js';

export const userHref = (tenant: string, user: string): string =>
  `/users/${encodeURIComponent(tenant)}/${encodeURIComponent(user)}`;

const columns: readonly Column<User>[] = [
  {
    title: 'User',
    isName: true,
    cell: ({ tenant, user }) => (
      <Link href={userHref(tenant, user)} className="row-link">
        {user}
      </Link>
    ),
  },
  { title: 'Tenant', cell: ({ tenant }) => tenant },
  {
    title: 'ActiveSync',
    isShort: true,
    cell: ({ enabled }) => <Badge tone={enabled ? 'good' : 'bad'}>{enabled ? 'on' : 'off'}</Badge>,
  },
  { title: 'Devices', isShort: true, align: 'end', cell: ({ devices }) => devices },
  { title: 'Last seen', isShort: true, cell: ({ lastSeenAt }) => <Ago at={lastSeenAt} /> },
  { title: 'Known since', isShort: true, cell: ({ createdAt }) => <Ago at={createdAt} /> },
];

/** Who has synced here. */
export function UsersPage() {
  const session = useSession();
  const tenants = useTenants();
  const { values, change, clear, isFiltered } = useFilters(['q', 'tenant']);
  const pages = usePages('GET /users', { query: values });
  const { items } = pages;
  return (
    <Page title="Users" lead="Everybody who has synced here, or was imported">
      <FilterBar onClear={isFiltered ? clear : undefined}>
        <SearchField
          label="A part of the name"
          value={values['q'] ?? ''}
          onChange={(q) => change({ q }, true)}
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
      {items === null && !pages.error && <Skeleton lines={10} />}
      {items?.length === 0 && !pages.isLoading && (
        <Empty icon="users" title={isFiltered ? 'Nobody passes these filters' : 'Nobody has synced yet'}>
          <p>
            A user appears here with the first request of a phone that signs in. Until then{' '}
            <code>godwit user test</code> tries a login.
          </p>
        </Empty>
      )}
      {items !== null && items.length > 0 && (
        <DataTable
          caption="Users"
          columns={columns}
          rows={items}
          keyOf={({ tenant, user }) => `${tenant} ${user}`}
          isStale={pages.isLoading}
        />
      )}
      <More pages={pages} />
    </Page>
  );
}
