// The README of the Helm chart: a table of its values, each with the comment above it in values.yaml.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { root } from './run.mjs';

const INTRODUCTION = `# Godwit's Helm chart

<!-- Generated from values.yaml by \`npm run docs\`: change the comments there, not this page. -->

Gateways, actor hosts and the administrators' node of one Godwit, over a PostgreSQL and a Redis that are there already.

\`\`\`sh
helm install godwit deploy/helm/godwit --values mine.yaml
\`\`\`

\`mine.yaml\` has at least your \`config.tenants\` and \`secrets\`; \`ci/\` has examples. How to install, upgrade and back up:
docs/operate/install.md.

| value | default | meaning |
| --- | --- | --- |
`;

const cell = (text) => text.replaceAll('|', '\\|');
const isSection = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Every key with a comment above it, with its path. */
function commented(text) {
  const found = [];
  const path = [];
  let comment = [];
  for (const line of text.split('\n')) {
    const [, indent = '', name] = /^( *)'?([\w./-]+)'?:(?: |$)/.exec(line) ?? [];
    if (/^\s*#/.test(line)) comment.push(line.trim().slice(1).trim());
    else {
      if (name !== undefined) {
        path.length = indent.length / 2;
        path.push(name);
        if (comment.length > 0) found.push({ path: [...path], meaning: comment.join(' ') });
      }
      comment = [];
    }
  }
  return found;
}

export function renderChart() {
  const text = readFileSync(join(root, 'deploy/helm/godwit/values.yaml'), 'utf8');
  const values = parse(text);
  const rows = commented(text).map(({ path, meaning }) => {
    const value = path.reduce((here, name) => here?.[name], values);
    const initial = isSection(value) && Object.keys(value).length > 0 ? '' : `\`${JSON.stringify(value)}\``;
    return `| \`${cell(path.join('.'))}\` | ${cell(initial)} | ${cell(meaning)} |`;
  });
  return `${INTRODUCTION}${rows.join('\n')}\n`;
}
