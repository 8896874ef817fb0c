/** Alerts and dashboard speak of metrics that there are: one that was renamed would never alarm anybody again. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { metricCatalogue } from '../libs/ops/metrics/catalogue.js';

const read = (path: string): string => readFileSync(join(__dirname, path), 'utf8');

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}
interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly targets?: readonly { readonly expr: string }[];
}

const { groups } = parse(read('prometheus/godwit.rules.yaml')) as { groups: { rules: Rule[] }[] };
const rules = groups.flatMap((group) => group.rules);
const { panels } = JSON.parse(read('grafana/godwit.json')) as { panels: Panel[] };
const queries = panels.flatMap(({ title, targets = [] }) =>
  targets.map(({ expr }) => [title, expr] as const),
);
const expressions = [...rules.map(({ alert, expr }) => [alert, expr] as const), ...queries];

/** What each metric may be narrowed by, by the name it has in Prometheus; those of Node.js are prom-client's. */
const labelsOf = new Map<string, readonly string[]>();
for (const name of ['resident_memory_bytes', 'cpu_seconds_total']) labelsOf.set(`process_${name}`, []);
for (const name of ['up', 'nodejs_eventloop_lag_p99_seconds']) labelsOf.set(name, []);
for (const { type, name, labels } of Object.values(metricCatalogue)) {
  if (type === 'histogram') labelsOf.set(`${name}_bucket`, [...labels, 'le']).set(`${name}_count`, labels);
  else labelsOf.set(name, labels);
}

it.each(expressions)('%s asks for what is measured: %s', (_where, expr) => {
  const asked = [...expr.matchAll(/\b((?:godwit|process|nodejs)_\w+|up)\{([^}]*)\}/g)];
  expect(asked.length).toBeGreaterThan(0);
  // No metric without its job: there may be other programs.
  expect(expr.match(/\b(?:godwit|process|nodejs)_\w+/g)?.length ?? 1).toBe(asked.length);
  for (const [, name = '', selector = ''] of asked) {
    const known = labelsOf.get(name);
    expect([name, known !== undefined]).toEqual([name, true]);
    const labels = [...selector.matchAll(/(\w+)\s*(?:=~|!~|!=|=)/g)].map(([, label]) => label);
    expect(labels.filter((label) => !['job', 'instance', ...(known ?? [])].includes(label ?? ''))).toEqual(
      [],
    );
    expect(labels).toContain('job');
  }
});

it('says of each alert how bad it is, what happened and what to do', () => {
  expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length);
  for (const { alert, labels, annotations } of rules) {
    expect([alert, labels.severity]).toEqual([alert, expect.stringMatching(/^(warning|critical)$/)]);
    expect(Object.keys(annotations).sort()).toEqual(['description', 'summary']);
  }
});

it('points to pages that there are', () => {
  const pages = [...read('prometheus/godwit.rules.yaml').matchAll(/docs\/[\w/-]+\.md/g)].map(
    ([page]) => page,
  );
  expect(pages.filter((page) => !existsSync(join(__dirname, '..', page)))).toEqual([]);
});

it('has a dashboard that Grafana can tell apart', () => {
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  expect(panels.filter(({ type, targets }) => type !== 'row' && !targets?.length)).toEqual([]);
});
