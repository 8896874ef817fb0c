// npm run verify: everything a change has to pass besides the integration tests. Stops at the first step that fails.
// --tested leaves out the unit tests: npm test has just run them.
import { buildAll } from './build.mjs';
import { program, runNode, script } from './run.mjs';

const isTested = process.argv.includes('--tested');
const steps = [
  ['build', async () => ((await buildAll()) ? 0 : 1)],
  ['format', () => runNode(program('prettier/bin/prettier.cjs'), ['--check', '.', '--log-level', 'warn'])],
  ['types', () => runNode(program('typescript/bin/tsc'), ['--noEmit'])],
  ['types of the console', () => runNode(program('typescript/bin/tsc'), ['-p', 'apps/console'])],
  ['lint', () => runNode(program('eslint/bin/eslint.js'), ['.', '--max-warnings', '0'])],
  [
    'imports',
    () =>
      runNode(program('dependency-cruiser/bin/dependency-cruise.mjs'), [
        'apps',
        'libs',
        '--config',
        '.dependency-cruiser.cjs',
      ]),
  ],
  ['unused', () => runNode(program('knip/bin/knip.js'))],
  ['docs', () => runNode(script('docs.mjs'), ['--check'])],
  ['unit tests', () => (isTested ? 0 : runNode(script('test.mjs'), ['--unit', '--silent']))],
];

const seconds = (since) => `${((performance.now() - since) / 1000).toFixed(1)} s`;
const begin = performance.now();
for (const [name, step] of steps) {
  process.stdout.write(`\n--- ${name}\n`);
  const started = performance.now();
  const code = await step();
  process.stdout.write(`--- ${name}: ${code === 0 ? 'ok' : 'FAILED'} (${seconds(started)})\n`);
  if (code !== 0) {
    process.stdout.write(`\nverify failed at: ${name}\n`);
    process.exit(1);
  }
}
process.stdout.write(`\nverify: all ${steps.length} steps ok (${seconds(begin)})\n`);
