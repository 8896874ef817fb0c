// Builds the console (apps/console) with Vite to dist/apps/console, and compresses what it made. Does nothing if no source changed.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, gzipSync } from 'node:zlib';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const source = join(root, 'apps/console');
const target = join(root, 'dist/apps/console');
const stamp = join(target, '.stamp');

const filesIn = (folder) =>
  readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();

/** Of everything that the bundle follows from. */
function digest() {
  const hash = createHash('sha256');
  const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  for (const name of ['react', 'react-dom', 'uplot', 'vite', 'wouter'])
    hash.update(`${name} ${devDependencies[name]}\n`);
  const files = filesIn(source).filter((path) => !/\.spec\.tsx?$/.test(path));
  for (const path of [...files, join(root, 'libs/admin-api/client.ts'), fileURLToPath(import.meta.url)])
    hash.update(`${relative(root, path)}\n`).update(readFileSync(path));
  return hash.digest('hex');
}

/** Beside each file that is worth it, for the admin app to send as it is. */
function compress(folder) {
  for (const path of filesIn(folder).filter((name) => /\.(js|css|svg)$/.test(name))) {
    const content = readFileSync(path);
    writeFileSync(`${path}.gz`, gzipSync(content, { level: 9 }));
    writeFileSync(`${path}.br`, brotliCompressSync(content));
  }
}

/** Whether the console is there afterwards is told by `dist/apps/console/index.html`. Throws what the build throws. */
export function buildConsole() {
  if (!existsSync(source)) return;
  const wanted = digest();
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  // In a process of its own: the memory a bundler takes is not to stay with the server that starts afterwards.
  const { status } = spawnSync(process.execPath, [fileURLToPath(import.meta.url), wanted], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (status !== 0) throw new Error('Vite could not bundle it');
}

async function bundle(wanted) {
  const { build } = await import('vite');
  const { default: config } = await import('../apps/console/vite.config.mjs');
  // Another process may serve or build the same at this moment: it is made elsewhere and put in place at once.
  const made = join(root, 'dist', `.console-${process.pid}`);
  await build({
    ...config,
    configFile: false,
    logLevel: 'warn',
    build: { ...config.build, outDir: made, emptyOutDir: true },
  });
  compress(made);
  writeFileSync(join(made, '.stamp'), wanted);
  mkdirSync(dirname(target), { recursive: true });
  rmSync(target, { recursive: true, force: true });
  renameSync(made, target);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await bundle(process.argv[2]);
