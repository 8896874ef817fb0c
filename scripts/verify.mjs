// npm run verify: everything a change has to pass besides the integration tests. The build comes first, then two steps at
// a time; each step's output is shown in one piece when it ends. --tested leaves out the unit tests: npm test has just run
// them.
import { buildAll } from './build.mjs';
import { program, runNodeQuietly, script } from './run.mjs';

const isTested = process.argv.includes('--tested');

/** Longest first, so that no lane ends long after the other. */
const steps = [
  ...(isTested ? [] : [['unit tests', script('test.mjs'), ['--unit', '--silent']]]),
  ['lint', program('eslint/bin/eslint.js'), ['.', '--max-warnings', '0']],
  ['types', program('typescript/bin/tsc'), ['--noEmit']],
  ['docs', script('docs.mjs'), ['--check']],
  [
    'imports',
    program('dependency-cruiser/bin/dependency-cruise.mjs'),
    ['apps', 'libs', '--config', '.dependency-cruiser.cjs'],
  ],
  ['format', program('prettier/bin/prettier.cjs'), ['--check', '.', '--log-level', 'warn']],
  ['unused', program('knip/bin/knip.js'), []],
  ['types of the console', program('typescript/bin/tsc'), ['-p', 'apps/console']],
];
const LANES = 2;

const seconds = (since) => `${((performance.now() - since) / 1000).toFixed(1)} s`;
const begin = performance.now();
const failed = [];

function tell(name, output, code, started) {
  process.stdout.write(`\n--- ${name}\n${output}`);
  process.stdout.write(`--- ${name}: ${code === 0 ? 'ok' : 'FAILED'} (${seconds(started)})\n`);
  if (code !== 0) failed.push(name);
}

async function lane(waiting) {
  for (let step = waiting.shift(); step; step = waiting.shift()) {
    const [name, file, args] = step;
    const started = performance.now();
    const { code, output } = await runNodeQuietly(file, args);
    tell(name, output, code, started);
  }
}

tell('build', '', (await buildAll()) ? 0 : 1, begin);
if (failed.length === 0) {
  const waiting = [...steps];
  await Promise.all(Array.from({ length: LANES }, () => lane(waiting)));
}
if (failed.length > 0) {
  process.stdout.write(`\nverify failed at: ${failed.join(', ')}\n`);
  process.exit(1);
}
process.stdout.write(`\nverify: all ${steps.length + 1} steps ok (${seconds(begin)})\n`);
