// npm test: installs the servers the integration tests need, builds, runs all tests (with --unit only the unit tests),
// with --faults the suite that kills, freezes and cuts off processes under load (npm run test:faults), and ends with one
// plain line. Other arguments go to Jest: npm test -- libs/watch
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildAll } from './build.mjs';
import { program, runNode, script } from './run.mjs';

const unit = process.argv.includes('--unit');
const faults = process.argv.includes('--faults');
const projects = unit ? ['unit'] : faults ? ['faults'] : ['unit', 'integration'];
const others = process.argv.slice(2).filter((argument) => !['--unit', '--faults'].includes(argument));
const flags = others.filter((argument) => argument.startsWith('-'));
const paths = others.filter((argument) => !argument.startsWith('-'));

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
