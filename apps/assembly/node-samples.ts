import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { NodeSample } from '#bus';
import type { Core } from './core.js';
import { version } from './paths.js';

/** Milliseconds between two samples. */
const EVERY = 5_000;
/** How fine pauses of the event loop are measured, in milliseconds. */
const RESOLUTION = 20;
/** Milliseconds of a pause that an operator should hear of. */
const LONG_PAUSE = 1_000;
const NANOSECONDS = 1e6;

interface Point {
  readonly value: number;
  readonly labels: Readonly<Partial<Record<string, string | number>>>;
  readonly metricName?: string;
}

const total = (points: readonly Point[]): number => points.reduce((sum, { value }) => sum + value, 0);

function sums(points: readonly Point[], label: string): Record<string, number> {
  const by: Record<string, number> = {};
  for (const { value, labels } of points) {
    const key = String(labels[label] ?? '');
    by[key] = (by[key] ?? 0) + value;
  }
  return by;
}

/** How the process does now, out of its own metrics. `pause` in milliseconds. */
export async function sampleOf(
  { metrics, runtime, node }: Pick<Core, 'metrics' | 'runtime' | 'node'>,
  role: NodeSample['role'],
  pause: number,
): Promise<NodeSample> {
  const [held, working, requests, failures, seconds, queued] = await Promise.all([
    metrics.held.get(),
    metrics.working.get(),
    metrics.requests.get(),
    metrics.requestFailures.get(),
    metrics.requestSeconds.get(),
    runtime.queued().catch(() => null),
  ]);
  const timings: readonly Point[] = seconds.values;
  const named = (end: string): Point[] => timings.filter(({ metricName }) => metricName?.endsWith(end));
  return {
    node,
    role,
    version: version(),
    startedAt: Math.round(performance.timeOrigin),
    at: Date.now(),
    held: total(held.values),
    working: Math.max(0, total(working.values)),
    requests: sums(requests.values, 'command'),
    failures: sums(failures.values, 'kind'),
    seconds: { sum: total(named('_sum')), count: total(named('_count')) },
    buckets: sums(named('_bucket'), 'le'),
    queued,
    memoryBytes: process.memoryUsage.rss(),
    pause,
  };
}

/** Tells the administrators' processes how this one does, at once and then every few seconds. Returns what ends it. */
export function tellSamples(core: Core, role: NodeSample['role']): () => void {
  const delays = monitorEventLoopDelay({ resolution: RESOLUTION });
  delays.enable();
  const tell = async (): Promise<void> => {
    const pause = Math.max(0, Math.round(delays.max / NANOSECONDS) - RESOLUTION);
    delays.reset();
    if (pause >= LONG_PAUSE) core.log.event('process.overloaded', { ms: pause });
    core.bus.publish('sample', await sampleOf(core, role, pause));
  };
  void tell();
  const timer = setInterval(() => void tell(), EVERY).unref();
  return () => {
    clearInterval(timer);
    delays.disable();
  };
}
