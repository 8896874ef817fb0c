// How the other scripts run programs: with their output shown, and their failure told.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** Runs a program of node_modules or a script of ours with this Node; resolves to its exit code. */
export function runNode(script, args = []) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [script, ...args], { cwd: root, stdio: 'inherit' });
    child.on('error', reject);
    child.on('exit', (code, signal) => resolve(signal === null ? code : 1));
  });
}

/** The file of a program of node_modules. */
export function program(path) {
  const file = join(root, 'node_modules', path);
  if (!existsSync(file)) throw new Error(`${file} is missing: run npm install first`);
  return file;
}

export const script = (name) => join(root, 'scripts', name);

/** The same, with the output kept until the end: for what runs beside others. */
export function runNodeQuietly(script, args = []) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [script, ...args], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const pieces = [];
    child.stdout.on('data', (piece) => pieces.push(piece));
    child.stderr.on('data', (piece) => pieces.push(piece));
    child.on('error', reject);
    child.on('close', (code, signal) =>
      resolve({ code: signal === null ? code : 1, output: Buffer.concat(pieces).toString() }),
    );
  });
}
