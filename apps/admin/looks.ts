import type { AdministrationStores } from '#store';
import type { Core } from '../assembly/core.js';
import { EventStreams } from './live/event-streams.js';
import { KnownNodes } from './live/known-nodes.js';
import { LiveView } from './live/live-view.js';
import type { AdminParts } from './parts.js';
import { NodeWatch } from './statistics/node-watch.js';
import { TraceKeeper } from './traces/trace-keeper.js';

type Looks = Pick<AdminParts, 'nodes' | 'watch' | 'live' | 'traces' | 'streams'>;

/** What hears on the bus what happens now. */
export function openLooks(
  { bus, sealer, log }: Core,
  { traces: store, statistics }: AdministrationStores,
): Looks {
  const nodes = new KnownNodes(bus);
  return {
    nodes,
    watch: new NodeWatch({ bus, statistics, report: (error) => log.event('store.unavailable', { error }) }),
    live: new LiveView({ bus, nodes: () => nodes.serving() }),
    traces: new TraceKeeper({ bus, store, sealer, log }),
    streams: new EventStreams({ report: (error) => log.event('store.unavailable', { error }) }),
  };
}

/** Ends all streams, so that nobody's looking holds up the end of the process. */
export async function closeLooks({ nodes, watch, live, traces, streams }: Looks): Promise<void> {
  streams.close();
  live.close();
  nodes.close();
  watch.close();
  await traces.close();
}
