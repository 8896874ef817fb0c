// npm run bench: builds, then runs the benchmark (bench/README.md): npm run bench -- --quick
import { join } from 'node:path';
import { build } from './build.mjs';
import { root, runNode } from './run.mjs';

await build();
process.exitCode = await runNode(join(root, 'dist/bench/main.js'), process.argv.slice(2));
