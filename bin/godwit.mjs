#!/usr/bin/env node
// The `godwit` command. In a checkout it compiles what changed first; in the image dist/ is final and there is no compiler.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
if (existsSync(join(root, 'tsconfig.json')) && existsSync(join(root, 'node_modules/@swc/core'))) {
  const { buildAll } = await import('../scripts/build.mjs');
  await buildAll();
}
await import('../dist/apps/cli/main.js');
