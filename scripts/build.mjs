// Compiles apps/ and libs/ to dist/ with SWC, after generating the Prisma client, and builds the console. Only what changed
// is made again.
import { transformFile } from '@swc/core';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildConsole } from './build-console.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** The Prisma CLI downloads an engine for every command unless told of one; generating needs none (docs/adr/0002). */
function generatePrismaClient() {
  const schema = join(root, 'prisma/schema.prisma');
  const out = join(root, 'libs/store/generated');
  const stamp = join(out, '.stamp');
  const digest = createHash('sha256').update(readFileSync(schema)).digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === digest) return;
  const run = spawnSync(process.execPath, [join(root, 'node_modules/prisma/build/index.js'), 'generate'], {
    cwd: root,
    env: {
      ...process.env,
      PRISMA_SCHEMA_ENGINE_BINARY: '/bin/true',
      PRISMA_HIDE_UPDATE_MESSAGE: '1',
      CI: 'true',
    },
    encoding: 'utf8',
  });
  if (run.status !== 0) throw new Error(`prisma generate failed:\n${run.stdout}${run.stderr}`);
  writeFileSync(stamp, digest);
}

/** A page for a browser: Vite builds it. */
const consoleFolder = join(root, 'apps/console');

function sources(folder) {
  if (!existsSync(folder) || folder === consoleFolder) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : sources(path);
    return /\.ts$/.test(entry.name) && !/\.(spec|d)\.ts$/.test(entry.name) ? [path] : [];
  });
}

const options = {
  swcrc: false,
  jsc: {
    target: 'es2022',
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true },
  },
  module: { type: 'es6' },
  sourceMaps: true,
};

async function compile(path) {
  const target = join(root, 'dist', relative(root, path)).replace(/\.ts$/, '.js');
  if (existsSync(target) && statSync(target).mtimeMs >= statSync(path).mtimeMs) return target;
  const { code, map } = await transformFile(path, options);
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target + '.map', map);
  writeFileSync(target, `${code}\n//# sourceMappingURL=${target.split('/').pop()}.map\n`);
  return target;
}

function removeStale(kept) {
  const dist = join(root, 'dist');
  const page = join(dist, 'apps/console/');
  if (!existsSync(dist)) return;
  for (const entry of readdirSync(dist, { recursive: true })) {
    const path = join(dist, entry);
    if (path.startsWith(page) || path.startsWith(join(dist, '.console-'))) continue;
    if (path.endsWith('.js') && !kept.has(path)) {
      rmSync(path);
      rmSync(path + '.map', { force: true });
    }
  }
}

export async function build() {
  if (existsSync(join(root, 'prisma/schema.prisma'))) generatePrismaClient();
  const files = ['apps', 'libs', 'bench', 'tests/servers'].flatMap((folder) => sources(join(root, folder)));
  const kept = new Set(await Promise.all(files.map(compile)));
  removeStale(kept);
}

/** Phones do not need the console: a checkout without Vite serves them all the same. */
export async function buildAll() {
  await build();
  try {
    buildConsole();
    return true;
  } catch (error) {
    process.stderr.write(
      `The console could not be built: ${error instanceof Error ? error.message : error}\n`,
    );
    return false;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = (await buildAll()) ? 0 : 1;
