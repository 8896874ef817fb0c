import { metricCatalogue } from './catalogue.js';

const INTRODUCTION = `# Metrics

<!-- Generated from libs/ops/metrics/catalogue.ts by \`npm run docs\`: change the declaration, not this page. -->

\`GET /metrics\` of every process answers in the Prometheus text format. No label holds a user or a device. Beside these
there are the usual metrics of a Node.js process (\`process_*\`, \`nodejs_*\`).

| metric | type | labels | meaning |
| --- | --- | --- | --- |
`;

/** The reference page of all metrics (docs/operate/metrics.md). */
export function renderMetrics(): string {
  const rows = Object.values(metricCatalogue).map(
    ({ name, type, labels, help }) =>
      `| \`${name}\` | ${type} | ${labels.map((label) => `\`${label}\``).join(', ')} | ${help} |`,
  );
  return `${INTRODUCTION}${rows.join('\n')}\n`;
}
