import { Link } from 'wouter';
import { addressOf } from '#admin-api/client';
import { useSession } from '../../api/session.js';
import type { DeviceSummary } from '../../api/types.js';
import { usePages } from '../../api/use-pages.js';
import { Icon } from '../../frame/icon.js';
import { Page } from '../../frame/page.js';
import { Empty, Failure, Skeleton } from '../../frame/states.js';
import { Address } from '../../parts/address.js';
import { DeviceBadges } from '../../parts/badge.js';
import { DataTable, More, type Column } from '../../parts/data-table.js';
import { useFilters } from '../../parts/filters.js';
import { Ago } from '../../parts/time.js';
import { DeviceFilters } from './device-filters.js';
import { queryOf, filterNames, sortOf, type Query } from './device-query.js';

const name = ({ friendlyName, model, deviceType, deviceId }: DeviceSummary): string =>
  friendlyName ?? model ?? (deviceType || deviceId);

function columnsFor(hasTenants: boolean): readonly Column<DeviceSummary>[] {
  return [
    {
      title: 'User',
      sort: 'user',
      isName: true,
      cell: (device) => (
        <>
          <Link className="row-link" href={`/devices/${device.id}`}>
            <Address of={device.user} />
          </Link>
          {hasTenants && <span className="under">{device.tenant}</span>}
        </>
      ),
    },
    {
      title: 'Device',
      sort: 'model',
      cell: (device) => (
        <span>
          {name(device)}
          <span className="under">{[device.os, device.deviceType].filter(Boolean).join(' · ')}</span>
          <span className="under mono">{device.deviceId}</span>
        </span>
      ),
    },
    {
      title: 'EAS',
      isShort: true,
      cell: ({ protocolVersion }) => protocolVersion ?? <span className="quiet">–</span>,
    },
    { title: 'State', cell: (device) => <DeviceBadges device={device} /> },
    {
      title: 'Last seen',
      sort: 'lastSeenAt',
      isShort: true,
      cell: ({ lastSeenAt }) => <Ago at={lastSeenAt} />,
    },
    { title: 'Last sync', isShort: true, cell: ({ lastSyncAt }) => <Ago at={lastSyncAt} /> },
  ];
}

/** Every device, filtered; the filters are in the address. */
export function DevicesPage() {
  const session = useSession();
  const { values, change, clear, isFiltered } = useFilters([...filterNames, 'sort', 'order']);
  const query = queryOf(values);
  const pages = usePages('GET /devices', { query });
  const sorting = sortOf(values);
  const { items } = pages;
  return (
    <Page
      title="Devices"
      lead={
        items === null ? 'Phones, tablets and Outlooks that sync here' : countOf(items.length, pages.hasMore)
      }
      actions={<CsvLink query={query} />}
    >
      <DeviceFilters values={values} onChange={change} onClear={isFiltered ? clear : undefined} />
      {Boolean(pages.error) && <Failure error={pages.error} retry={pages.reload} />}
      {items === null && !pages.error && <Skeleton lines={12} />}
      {items?.length === 0 && !pages.isLoading && <Nothing isFiltered={isFiltered} clear={clear} />}
      {items !== null && items.length > 0 && (
        <DataTable
          caption="Devices"
          columns={columnsFor(session.tenant === null)}
          rows={items}
          keyOf={({ id }) => id}
          isStale={pages.isLoading}
          sorting={{
            ...sorting,
            change: (by) =>
              change({ sort: by, order: sorting.by === by && sorting.order === 'desc' ? 'asc' : 'desc' }),
          }}
        />
      )}
      <More pages={pages} />
    </Page>
  );
}

const countOf = (count: number, hasMore: boolean): string =>
  `${count.toLocaleString('en')}${hasMore ? ' and more' : ''} ${count === 1 && !hasMore ? 'device' : 'devices'}`;

/** The same filter as a table for a spreadsheet. */
function CsvLink({ query }: { readonly query: Query }) {
  const { sort: _sort, order: _order, ...filter } = query;
  return (
    <a className="button" href={addressOf('GET /devices.csv', {}, filter)} download="devices.csv">
      <Icon name="download" /> CSV
    </a>
  );
}

function Nothing({ isFiltered, clear }: { readonly isFiltered: boolean; readonly clear: () => void }) {
  if (isFiltered)
    return (
      <Empty icon="search" title="No device passes these filters">
        <p>Names are compared in full, except in the search field, which also finds parts.</p>
        <button type="button" className="button" onClick={clear}>
          Clear the filters
        </button>
      </Empty>
    );
  return (
    <Empty icon="devices" title="No phone has synced yet">
      <p>
        Add an Exchange (ActiveSync) account on a phone: the user’s mail address, his password, and this
        server’s name. It appears here with its first request. <code>godwit doctor</code> tries the same from
        a computer.
      </p>
    </Empty>
  );
}
