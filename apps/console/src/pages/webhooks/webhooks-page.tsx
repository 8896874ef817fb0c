import { useState } from 'react';
import { api } from '../../api/client.js';
import { troubleOf } from '../../api/problem.js';
import type { WebhookEndpoint } from '../../api/types.js';
import { useResource } from '../../api/use-resource.js';
import { Page, Section } from '../../frame/page.js';
import { Empty, Loaded } from '../../frame/states.js';
import { Badge } from '../../parts/badge.js';
import { DataTable, type Column } from '../../parts/data-table.js';
import { Deliveries } from './deliveries.js';

/** Who is told of events, and what became of each. */
export function WebhooksPage() {
  const resource = useResource('GET /webhooks', {});
  return (
    <Page title="Webhooks" lead="Who is told of events, and what became of each">
      <Loaded resource={resource}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty icon="webhooks" title="Nobody is told">
              <p>
                Endpoints are written in the configuration under <code>webhooks</code>: a name, a URL, a
                secret and the events. Each event is signed, tried again when it fails, and shown here.
              </p>
            </Empty>
          ) : (
            <div className="stack">
              <Endpoints endpoints={items} onTried={resource.reload} />
              <Deliveries endpoints={items} />
            </div>
          )
        }
      </Loaded>
    </Page>
  );
}

interface Tried {
  readonly name: string;
  readonly ok: boolean;
  readonly text: string;
}

function Endpoints({
  endpoints,
  onTried,
}: {
  readonly endpoints: readonly WebhookEndpoint[];
  readonly onTried: () => void;
}) {
  const [busy, setBusy] = useState<string | null>(null);
  const [tried, setTried] = useState<Tried | null>(null);
  const attempt = async (name: string): Promise<void> => {
    setBusy(name);
    setTried(null);
    try {
      const { ok, status, detail } = await api.call('POST /webhooks/{name}/trial', { params: { name } });
      setTried({
        name,
        ok,
        text: [status === null ? '' : `HTTP ${status}`, detail].filter(Boolean).join(': '),
      });
      onTried();
    } catch (thrown) {
      setTried({ name, ok: false, text: troubleOf(thrown).detail });
    } finally {
      setBusy(null);
    }
  };
  const trial: Column<WebhookEndpoint> = {
    title: 'Actions',
    align: 'end',
    cell: ({ name }) => (
      <span className="row-actions">
        <button
          type="button"
          className="button button-small"
          aria-label={`Send trial event to ${name}`}
          disabled={busy !== null}
          onClick={() => void attempt(name)}
        >
          {busy === name ? 'Sending…' : 'Send trial'}
        </button>
      </span>
    ),
  };
  return (
    <Section title="Endpoints" isFlush>
      <div role="status">
        {tried && (
          <p className={tried.ok ? 'verdict verdict-good' : 'verdict verdict-bad'}>
            {tried.ok ? `${tried.name} took the trial event.` : `${tried.name} did not take the trial event.`}{' '}
            {tried.text}
          </p>
        )}
      </div>
      <DataTable
        caption="Endpoints of webhooks"
        columns={[...columns, trial]}
        rows={endpoints}
        keyOf={({ name }) => name}
      />
    </Section>
  );
}

const columns: readonly Column<WebhookEndpoint>[] = [
  {
    title: 'Name',
    isName: true,
    cell: ({ name, url }) => (
      <>
        <strong>{name}</strong>
        <span className="under mono">{url}</span>
      </>
    ),
  },
  { title: 'Tenant', cell: ({ tenant }) => tenant ?? <span className="quiet">all</span> },
  { title: 'Events', cell: ({ events }) => (events.includes('*') ? 'all' : events.join(', ')) },
  { title: 'Waiting', isShort: true, align: 'end', cell: ({ waiting }) => waiting },
  {
    title: 'Given up',
    isShort: true,
    align: 'end',
    cell: ({ failed }) => (failed > 0 ? <Badge tone="bad">{String(failed)}</Badge> : 0),
  },
];
