import type { NodeSample } from '#bus';

/** What a node did between two of its samples, and how it does now. A JSON value, so a type. */
export type NodeMeasure = {
  readonly held: number;
  readonly working: number;
  /** Requests answered, and failed. */
  readonly requests: number;
  readonly failures: number;
  /** Milliseconds between the samples. */
  readonly ms: number;
  /** Seconds of work, and of how many requests. */
  readonly sum: number;
  readonly count: number;
  /** Requests by upper bound of seconds, cumulative. */
  readonly buckets: Readonly<Record<string, number>>;
  readonly queued: number | null;
  readonly memoryBytes: number;
};

export interface Rates {
  readonly commandsPerSecond: number;
  readonly failuresPerSecond: number;
  /** Milliseconds; null without requests. */
  readonly latencyMean: number | null;
  readonly latencyP95: number | null;
}

const total = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((sum, count) => sum + count, 0);

/** A counter that fell was begun anew. */
const rise = (after: number, before: number): number => (after >= before ? after - before : after);

/** What happened between two samples of a node; with none before, nothing is known to have. */
export function between(before: NodeSample | undefined, after: NodeSample): NodeMeasure {
  const { held, working, queued, memoryBytes } = after;
  const now = { held, working, queued, memoryBytes };
  // A process of the same name that began anew counts from nothing.
  if (!before || before.startedAt !== after.startedAt)
    return { ...now, requests: 0, failures: 0, ms: 0, sum: 0, count: 0, buckets: {} };
  return {
    ...now,
    requests: rise(total(after.requests), total(before.requests)),
    failures: rise(total(after.failures), total(before.failures)),
    ms: Math.max(0, after.at - before.at),
    sum: rise(after.seconds.sum, before.seconds.sum),
    count: rise(after.seconds.count, before.seconds.count),
    buckets: Object.fromEntries(
      Object.entries(after.buckets).map(([bound, count]) => [bound, rise(count, before.buckets[bound] ?? 0)]),
    ),
  };
}

/** The upper bound under which 95 of 100 requests stay, interpolated as Prometheus does; seconds. */
export function p95(buckets: Readonly<Record<string, number>>): number | null {
  const bounds = Object.entries(buckets)
    .map(([bound, count]) => [bound === '+Inf' ? Infinity : Number(bound), count] as const)
    .sort(([a], [b]) => a - b);
  const all = bounds.at(-1)?.[1] ?? 0;
  if (all === 0) return null;
  const rank = all * 0.95;
  let [low, below] = [0, 0];
  for (const [bound, count] of bounds) {
    if (count >= rank)
      return bound === Infinity ? low : low + ((bound - low) * (rank - below)) / (count - below);
    [low, below] = [bound, count];
  }
  return low;
}

/** Rates of one measure, or of several nodes' together. */
export function ratesOf(measures: readonly NodeMeasure[]): Rates {
  const perSecond = (count: (one: NodeMeasure) => number): number =>
    measures.reduce((sum, one) => sum + (one.ms > 0 ? (count(one) * 1000) / one.ms : 0), 0);
  const count = measures.reduce((sum, one) => sum + one.count, 0);
  const seconds = measures.reduce((sum, one) => sum + one.sum, 0);
  const buckets: Record<string, number> = {};
  for (const one of measures)
    for (const [bound, n] of Object.entries(one.buckets)) buckets[bound] = (buckets[bound] ?? 0) + n;
  const late = p95(buckets);
  return {
    commandsPerSecond: perSecond(({ requests }) => requests),
    failuresPerSecond: perSecond(({ failures }) => failures),
    latencyMean: count > 0 ? (seconds / count) * 1000 : null,
    latencyP95: late === null ? null : late * 1000,
  };
}
