// npm test: installs the servers the integration tests need, builds, runs all tests (with --unit only the unit tests),
// and ends with one plain line. Other arguments go to Jest: npm test -- libs/watch
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildAll } from './build.mjs';
import { program, runNode, script } from './run.mjs';

const unit = process.argv.includes('--unit');
const others = process.argv.slice(2).filter((argument) => argument !== '--unit');
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
      ...(unit ? ['--selectProjects', 'unit'] : []),
      '--maxWorkers=2',
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
