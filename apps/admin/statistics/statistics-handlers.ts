import type { AnswerOf, Routes } from '#admin-api';
import type { DeviceCounts } from '#store';
import { version } from '../../assembly/paths.js';
import { tenantFor, type HandlersOf } from '../call.js';
import type { AdminParts } from '../parts.js';
import { ratesOf, type NodeMeasure } from './node-rates.js';
import type { NodeState } from './node-watch.js';

type Sample = AnswerOf<Routes['GET /statistics']>['items'][number];

/** Points of a chart at most. */
const POINTS = 300;
/** Milliseconds for which counts are good enough: many look at the overview at once. */
const FRESH = 5_000;

/** Numbers of the moment and over time. */
export function statisticsHandlers(parts: AdminParts): HandlersOf<'GET /overview' | 'GET /statistics'> {
  const { stores, watch } = parts;
  const counted = new Map<string, { at: number; counts: Promise<DeviceCounts> }>();
  const countsOf = (tenant: string | undefined): Promise<DeviceCounts> => {
    const key = tenant ?? '';
    const known = counted.get(key);
    if (known && Date.now() - known.at < FRESH) return known.counts;
    const counts = stores.statistics.counts(tenant);
    counts.catch(() => counted.delete(key));
    // Tenants that nobody looks at any more are not remembered for ever.
    if (counted.size > 1000) counted.clear();
    counted.set(key, { at: Date.now(), counts });
    return counts;
  };
  return {
    'GET /overview': async ({ query, principal }) => {
      const tenant = tenantFor(principal, query.tenant);
      const counts = await countsOf(tenant);
      return {
        ...counts,
        version: version(),
        byStanding: { ...counts.byStanding },
        quarantined: counts.byStanding.quarantined ?? 0,
        // How the installation does is the provider's matter.
        nodes: principal.tenant === null ? watch.nodes().map(nodeOf) : [],
      };
    },
    'GET /statistics': async ({ query: { minutes }, principal }) => {
      if (principal.tenant !== null) return { items: [] };
      const step = Math.max(1, Math.ceil(minutes / POINTS));
      const rows = await stores.statistics.minutes(new Date(Date.now() - minutes * 60_000), step);
      const byTime = new Map<string, NodeMeasure[]>();
      for (const { at, sample } of rows) {
        const key = at.toISOString();
        byTime.set(key, [...(byTime.get(key) ?? []), sample as NodeMeasure]);
      }
      return { items: [...byTime].map(([at, measures]) => sampleOf(at, measures)) };
    },
  };
}

function nodeOf({ sample, heardAt, ...rates }: NodeState) {
  const { node, role, version: own, startedAt, held, working, queued, memoryBytes } = sample;
  return {
    ...{ node, role, held, working, queued, memoryBytes },
    ...rates,
    version: own,
    startedAt: new Date(startedAt).toISOString(),
    seenAt: new Date(heardAt).toISOString(),
  };
}

const round = (value: number | null): number | null =>
  value === null ? null : Math.round(value * 100) / 100;

/** All nodes of a minute together. The queue is one for all of them: each that knows tells the same. */
function sampleOf(at: string, measures: readonly NodeMeasure[]): Sample {
  const { commandsPerSecond, failuresPerSecond, latencyMean, latencyP95 } = ratesOf(measures);
  const held = measures.reduce((sum, one) => sum + one.held, 0);
  const working = measures.reduce((sum, one) => sum + one.working, 0);
  const queued = measures.flatMap((one) => (one.queued === null ? [] : [one.queued]));
  return {
    at,
    devicesOnline: held + working,
    held,
    commandsPerSecond: round(commandsPerSecond) ?? 0,
    failuresPerSecond: round(failuresPerSecond) ?? 0,
    latencyMean: round(latencyMean),
    latencyP95: round(latencyP95),
    queued: queued.length === 0 ? null : Math.max(...queued),
  };
}
