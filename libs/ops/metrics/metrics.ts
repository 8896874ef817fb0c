import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { metricCatalogue, type LabelOf, type MetricKey } from './catalogue.js';

type Instrument<K extends MetricKey> = {
  counter: Counter<LabelOf<K>>;
  gauge: Gauge<LabelOf<K>>;
  histogram: Histogram<LabelOf<K>>;
}[(typeof metricCatalogue)[K]['type']];

/** All metrics of the catalogue, ready to be counted: `metrics.requests.inc({ command, status, version })`. */
export type Metrics = { readonly [K in MetricKey]: Instrument<K> } & {
  /** The exposition GET /metrics answers, and its content type. */
  exposition(): Promise<{ contentType: string; body: string }>;
  /** Sets gauges to what stands at the moment, each time somebody looks. Must be cheap. */
  beforeExposition(read: () => void): void;
};

/** A registry of its own, so that several processes' worth of metrics can live in one test. */
export function createMetrics(options: { readonly process?: boolean } = {}): Metrics {
  const registry = new Registry();
  if (options.process) collectDefaultMetrics({ register: registry });
  const instruments = Object.fromEntries(
    Object.entries(metricCatalogue).map(
      ([key, declaration]) => [key, create(declaration, registry)] as const,
    ),
  );
  const readings: (() => void)[] = [];
  const exposition = async () => {
    for (const read of readings) read();
    return { contentType: registry.contentType, body: await registry.metrics() };
  };
  const beforeExposition = (read: () => void): void => void readings.push(read);
  // The entries were made from the catalogue one by one, which Object.fromEntries cannot express.
  return { ...instruments, exposition, beforeExposition } as Metrics;
}

function create(
  declaration: (typeof metricCatalogue)[MetricKey],
  registry: Registry,
): Counter<string> | Gauge<string> | Histogram<string> {
  const { type, name, help } = declaration;
  const settings = { name, help, labelNames: [...declaration.labels], registers: [registry] };
  if (type === 'counter') return new Counter(settings);
  return type === 'gauge'
    ? new Gauge(settings)
    : new Histogram({ ...settings, buckets: [...declaration.buckets] });
}
