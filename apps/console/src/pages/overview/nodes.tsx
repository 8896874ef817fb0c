import type { NodeState } from '../../api/types.js';
import { Empty } from '../../frame/states.js';
import { Badge } from '../../parts/badge.js';
import { DataTable, type Column } from '../../parts/data-table.js';
import { sayBytes, sayDuration } from '../../parts/say-time.js';
import { Ago } from '../../parts/time.js';

/** Milliseconds after which a node that says nothing is thought to be gone. */
const SILENT = 60_000;

const rate = (value: number): string => value.toFixed(value < 10 ? 1 : 0);
const latency = (value: number | null): string => (value === null ? '–' : sayDuration(value));

const columns: readonly Column<NodeState>[] = [
  { title: 'Node', isName: true, cell: ({ node }) => <strong>{node}</strong> },
  {
    title: 'Role',
    cell: ({ role, seenAt }) => (
      <span className="badges">
        <Badge tone="quiet">{role}</Badge>
        {Date.now() - Date.parse(seenAt) > SILENT && <Badge tone="bad">silent</Badge>}
      </span>
    ),
  },
  { title: 'Version', cell: ({ version }) => version },
  { title: 'Started', cell: ({ startedAt }) => <Ago at={startedAt} /> },
  { title: 'Heard of', cell: ({ seenAt }) => <Ago at={seenAt} /> },
  { title: 'Held', align: 'end', cell: ({ held }) => held.toLocaleString('en') },
  { title: 'Working', align: 'end', cell: ({ working }) => working },
  { title: 'Commands/s', align: 'end', cell: ({ commandsPerSecond }) => rate(commandsPerSecond) },
  { title: 'Errors/s', align: 'end', cell: ({ failuresPerSecond }) => rate(failuresPerSecond) },
  { title: 'Latency p95', align: 'end', cell: ({ latencyP95 }) => latency(latencyP95) },
  { title: 'Queue', align: 'end', cell: ({ queued }) => queued ?? '–' },
  { title: 'Memory', align: 'end', cell: ({ memoryBytes }) => sayBytes(memoryBytes) },
];

export function Nodes({ nodes }: { readonly nodes: readonly NodeState[] }) {
  if (nodes.length === 0)
    return (
      <div className="card-body">
        <Empty icon="overview" title="No node has been heard of yet">
          <p>
            Each process tells of itself every few seconds. If this stays empty, look whether Redis is
            reachable.
          </p>
        </Empty>
      </div>
    );
  return <DataTable caption="Nodes" columns={columns} rows={nodes} keyOf={({ node }) => node} />;
}
