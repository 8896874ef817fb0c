// npm test: installs the servers the integration tests need, builds, runs all tests (with --unit only the unit tests),
// with --faults the suite that kills, freezes and cuts off processes under load (npm run test:faults), with --properties
// the property tests with fifty times as many values as usual (npm run test:properties), and ends with one plain line.
// Other arguments go to Jest: npm test -- libs/watch
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildAll } from './build.mjs';
import { program, runNode, script } from './run.mjs';

const properties = process.argv.includes('--properties');
const unit = properties || process.argv.includes('--unit');
const faults = process.argv.includes('--faults');
const projects = unit ? ['unit'] : faults ? ['faults'] : ['unit', 'integration'];
const others = process.argv
  .slice(2)
  .filter((argument) => !['--unit', '--faults', '--properties'].includes(argument));
const flags = others.filter((argument) => argument.startsWith('-'));
const named = others.filter((argument) => !argument.startsWith('-'));
const paths = properties && named.length === 0 ? propertyTests() : named;
if (properties) process.env.PROPERTY_TIMES ??= '50';

function propertyTests() {
  return ['libs', 'apps', 'bench']
    .flatMap((folder) => readdirSync(folder, { recursive: true }).map((file) => join(folder, file)))
    .filter((file) => file.endsWith('.spec.ts') && readFileSync(file, 'utf8').includes("from 'fast-check'"));
}

function summary(file) {
  try {
    const result = JSON.parse(readFileSync(file, 'utf8'));
    // A file that could not even be loaded has no tests to count, and is a failure all the same.
    const failed = result.numFailedTests + result.numRuntimeErrorTestSuites;
    return `${result.numPassedTests} passed, ${failed} failed`;
  } catch {
    return '0 passed, 1 failed (the tests could not be run)';
  }
}

async function test() {
  if (!unit) {
    const services = await runNode(script('install-test-services.mjs'));
    if (services !== 0) return services;
  }
  await buildAll();
  const folder = mkdtempSync(join(tmpdir(), 'godwit-test-'));
  const outcome = join(folder, 'result.json');
  try {
    const code = await runNode(program('jest/bin/jest.js'), [
      '--selectProjects',
      ...projects,
      // Faults are to happen to one deployment at a time.
      `--maxWorkers=${faults ? 1 : 2}`,
      '--json',
      `--outputFile=${outcome}`,
      ...flags,
      '--',
      ...paths,
    ]);
    process.stdout.write(`\n${summary(outcome)}\n`);
    return code;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

process.exitCode = await test();
