import { events } from './catalogue.js';

const INTRODUCTION = `# Events

<!-- Generated from libs/ops/log/catalogue.ts by \`npm run docs\`: change the declaration, not this page. -->

Every line of the log is one event: a JSON object with \`time\` (ISO 8601), \`level\`, \`event\` (its name) and the fields
below. Names do not change between versions. Fields that do not apply are absent.
Where spans are collected ([traces](tracing.md)) a line has \`traceId\` and \`spanId\` as well.
`;

/** The reference page of all events (docs/operate/events.md). */
export function renderEvents(): string {
  const parts = Object.entries(events).map(([name, { level, meaning, fields }]) => {
    const rows = Object.entries(fields).map(([field, prose]) => `* \`${field}\`: ${prose}`);
    return [
      `## ${name}`,
      '',
      `Level \`${level}\`. ${meaning}`,
      ...(rows.length > 0 ? ['', ...rows] : []),
    ].join('\n');
  });
  return `${INTRODUCTION}\n${parts.join('\n\n')}\n`;
}
