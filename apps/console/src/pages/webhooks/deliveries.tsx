import { useState } from 'react';
import { api } from '../../api/client.js';
import type { WebhookDelivery, WebhookEndpoint } from '../../api/types.js';
import { usePages } from '../../api/use-pages.js';
import { Section } from '../../frame/page.js';
import { Failure, Skeleton } from '../../frame/states.js';
import { useToast } from '../../frame/toasts.js';
import { Badge, type Tone } from '../../parts/badge.js';
import { DataTable, More, type Column } from '../../parts/data-table.js';
import { FilterBar, SelectFilter, useFilters } from '../../parts/filters.js';
import { Ago } from '../../parts/time.js';

const tones: Readonly<Record<WebhookDelivery['state'], Tone>> = {
  waiting: 'warn',
  delivered: 'good',
  failed: 'bad',
};

const columns: readonly Column<WebhookDelivery>[] = [
  {
    title: 'Event',
    isName: true,
    cell: ({ event, endpoint }) => (
      <>
        <strong>{event}</strong>
        <span className="under">to {endpoint}</span>
      </>
    ),
  },
  {
    title: 'State',
    cell: ({ state, lastError }) => (
      <span>
        <Badge tone={tones[state]}>{state === 'failed' ? 'given up' : state}</Badge>
        {lastError !== null && <span className="under">{lastError}</span>}
      </span>
    ),
  },
  { title: 'Tries', isShort: true, align: 'end', cell: ({ attempts }) => attempts },
  { title: 'Happened', isShort: true, cell: ({ createdAt }) => <Ago at={createdAt} /> },
  {
    title: 'Next try',
    isShort: true,
    cell: ({ state, dueAt }) => (state === 'waiting' ? <Ago at={dueAt} /> : <span className="quiet">–</span>),
  },
];

const same = (values: readonly string[]) => values.map((value) => ({ value, label: value }));

/** Events on their way, delivered and given up. */
export function Deliveries({ endpoints }: { readonly endpoints: readonly WebhookEndpoint[] }) {
  const say = useToast();
  const { values, change, clear, isFiltered } = useFilters(['endpoint', 'state']);
  const pages = usePages('GET /webhook-deliveries', { query: { ...values } });
  const { items, reload } = pages;
  const [error, setError] = useState<unknown>(null);
  const again = async ({ id }: WebhookDelivery): Promise<void> => {
    setError(null);
    try {
      await api.call('POST /webhook-deliveries/{delivery}/retry', { params: { delivery: id } });
      say('The event is sent again.');
      reload();
    } catch (thrown) {
      setError(thrown);
    }
  };
  const retry: Column<WebhookDelivery> = {
    title: 'Actions',
    align: 'end',
    cell: (delivery) =>
      delivery.state === 'delivered' ? null : (
        <span className="row-actions">
          <button
            type="button"
            className="button button-small"
            aria-label={`Send now: ${delivery.event} to ${delivery.endpoint}`}
            onClick={() => void again(delivery)}
          >
            Send now
          </button>
        </span>
      ),
  };
  const trouble = error ?? pages.error;
  return (
    <Section title="Deliveries" isFlush>
      <div className="card-body">
        <FilterBar onClear={isFiltered ? clear : undefined}>
          <SelectFilter
            label="Endpoint"
            value={values['endpoint']}
            choices={same(endpoints.map(({ name }) => name))}
            onChange={(endpoint) => change({ endpoint })}
          />
          <SelectFilter
            label="State"
            value={values['state']}
            choices={[...same(['waiting', 'delivered']), { value: 'failed', label: 'given up' }]}
            onChange={(state) => change({ state })}
          />
        </FilterBar>
        {Boolean(trouble) && <Failure error={trouble} retry={reload} />}
        {items === null && !pages.error && <Skeleton lines={4} />}
        {items?.length === 0 && <p className="quiet">No events{isFiltered && ' pass these filters'}.</p>}
      </div>
      {items !== null && items.length > 0 && (
        <DataTable
          caption="Deliveries of events, newest first"
          columns={[...columns, retry]}
          rows={items}
          keyOf={({ id }) => id}
          isStale={pages.isLoading}
        />
      )}
      <More pages={pages} />
    </Section>
  );
}
