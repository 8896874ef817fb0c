import type { AdministrationStores } from '#store';
import type { Core } from '../assembly/core.js';
import { EventStreams } from './live/event-streams.js';
import { KnownNodes } from './live/known-nodes.js';
import { LiveView } from './live/live-view.js';
import type { AdminParts } from './parts.js';
import { TraceKeeper } from './traces/trace-keeper.js';

type Looks = Pick<AdminParts, 'nodes' | 'live' | 'traces' | 'streams'>;

/** What hears on the bus what happens now. */
export function openLooks({ bus, sealer, log }: Core, { traces: store }: AdministrationStores): Looks {
  const nodes = new KnownNodes(bus);
  return {
    nodes,
    live: new LiveView({ bus, nodes: () => nodes.serving() }),
    traces: new TraceKeeper({ bus, store, sealer, log }),
    streams: new EventStreams(),
  };
}

/** Ends all streams, so that nobody's looking holds up the end of the process. */
export async function closeLooks({ nodes, live, traces, streams }: Looks): Promise<void> {
  streams.close();
  live.close();
  nodes.close();
  await traces.close();
}
