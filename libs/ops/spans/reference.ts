import { SpanKind } from '@opentelemetry/api';
import { spanCatalogue } from './catalogue.js';

const INTRODUCTION = `# Traces

<!-- Generated from libs/ops/spans by \`npm run docs\`: change the declarations, not this page. -->

Godwit marks its work with spans of [OpenTelemetry](https://opentelemetry.io): a request of a phone, what it asks the actor of
its device, what the actor asks the sources, on whichever nodes that happens. It carries the API only. Where no SDK is
registered nothing is collected and next to nothing is spent; where one is, it decides about sampling and where spans go.

(To see what a phone and Godwit say to each other, no SDK is needed: \`godwit trace\` shows a device's requests and answers as XML.)

## Collecting them

Install an SDK in a folder of its own (any that speaks version 1.9 of the API or a newer one), and have it loaded first:

\`\`\`sh
mkdir tracing && cd tracing
npm install @opentelemetry/sdk-node
cat > start.mjs <<'END'
import { NodeSDK } from '@opentelemetry/sdk-node';
new NodeSDK().start();
END
export OTEL_EXPORTER_OTLP_ENDPOINT=http://collector:4318 OTEL_SERVICE_NAME=godwit-gateway
NODE_OPTIONS="--import $PWD/start.mjs" godwit gateway
\`\`\`

The SDK sends every five seconds (\`OTEL_BSP_SCHEDULE_DELAY\`); what a process did in its last ones is not seen. Have it shut down by
no signal: Godwit works on after SIGTERM.

For Kubernetes build an image from Godwit's with that folder added, and set the variables by \`extraEnv\` of the chart. Prisma,
ioredis and undici have instrumentation of their own (\`@prisma/instrumentation\`, \`@opentelemetry/auto-instrumentations-node\`);
their spans become children of Godwit's.

A request begins a trace, or goes on with the one its \`traceparent\` header names if a proxy of \`listen.trustedProxies\` sent it
(have the proxy set or drop what phones send). Asks carry the trace to the actor hosts. While a span is open, lines of the log have \`traceId\`
and \`spanId\`. Metrics for OpenTelemetry come from \`GET /metrics\`, by the collector's Prometheus receiver.

Spans hold user and device, as the log does, and never what mails, contacts or events say.

## Spans
`;

/** The reference page of all spans (docs/operate/tracing.md). */
export function renderSpans(): string {
  const parts = Object.values(spanCatalogue).map(({ kind, title, meaning, attributes }) => {
    const rows = Object.entries(attributes).map(([name, prose]) => `- \`${name}\`: ${prose}`);
    return [`### \`${title} ...\``, '', `Kind ${SpanKind[kind]}. ${meaning}`, '', ...rows].join('\n');
  });
  return `${INTRODUCTION}\n${parts.join('\n\n')}\n`;
}
