// npm run docs: writes the pages that follow from declarations in the code. With --check it only tells which are old.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { build } from './build.mjs';
import { renderChart } from './chart-readme.mjs';
import { root } from './run.mjs';

await build();
const { renderConfiguration, renderEvents, renderMetrics, renderSpans } =
  await import('../dist/libs/ops/index.js');
const { renderClients } = await import('../dist/libs/clients/index.js');
const { buildProgram } = await import('../dist/apps/cli/program.js');
const { renderCommands } = await import('../dist/apps/cli/reference.js');
const { renderSupport } = await import('../dist/libs/eas/index.js');
const { openApiDocument, renderApi } = await import('../dist/libs/admin-api/index.js');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const renderOpenApi = () => JSON.stringify(openApiDocument(version));

const pages = [
  ['deploy/helm/godwit/README.md', renderChart],
  ['docs/admin/api.md', renderApi],
  ['docs/admin/openapi.json', renderOpenApi],
  ['docs/operate/command.md', () => renderCommands(buildProgram(''))],
  ['docs/operate/configuration.md', renderConfiguration],
  ['docs/operate/clients.md', renderClients],
  ['docs/operate/events.md', renderEvents],
  ['docs/operate/metrics.md', renderMetrics],
  ['docs/operate/tracing.md', renderSpans],
  ['docs/protocol/support.md', renderSupport],
];

const check = process.argv.includes('--check');
const old = [];
for (const [path, render] of pages) {
  const file = join(root, path);
  const page = await format(render(), {
    ...(await resolveConfig(file)),
    parser: path.endsWith('.json') ? 'json' : 'markdown',
  });
  if (existsSync(file) && readFileSync(file, 'utf8') === page) continue;
  old.push(path);
  if (check) continue;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, page);
}
if (check && old.length > 0) {
  process.stdout.write(
    `Not what the code declares: ${old.join(', ')}. Run npm run docs and commit the result.\n`,
  );
  process.exitCode = 1;
}
