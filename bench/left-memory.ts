import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { waitUntil } from '../tests/servers/index.js';
import { memoryFile } from './memory-file.js';

/** Bytes of a process whose garbage has been collected. */
export interface LeftMemory {
  /** Of physical memory. The kernel's own for its sockets is not in it. */
  readonly resident: number;
  /** Of JavaScript's objects. */
  readonly heap: number;
  /** Of buffers and the like, outside of that heap. */
  readonly external: number;
}

/**
 * What growth costs: the larger of the two ways to see it. Pages that were free before may be used again, and what JavaScript
 * knows of is not all.
 */
export const memoryCost = ({ resident, heap, external }: LeftMemory): number =>
  Math.max(resident, heap + external);

/** What Node is to be started with, so that `leftMemory` works. */
export const PROBE: readonly string[] = [
  '--expose-gc',
  '--import',
  join(process.cwd(), 'dist', 'bench', 'memory-probe.js'),
];

/** Milliseconds that collecting a heap of hundreds of megabytes four times may take on a busy machine. */
const PATIENCE = 60_000;

/** Has a process that was started with PROBE collect its garbage, and tells what is left. */
export async function leftMemory(pid: number): Promise<LeftMemory> {
  const file = memoryFile(pid);
  const left: LeftMemory[] = [];
  rmSync(file, { force: true });
  process.kill(pid, 'SIGUSR2');
  await waitUntil(`process ${pid} to collect its garbage`, () => left.push(...written(file)) > 0, PATIENCE);
  rmSync(file, { force: true });
  return left[0] ?? { resident: NaN, heap: NaN, external: NaN };
}

function written(file: string): LeftMemory[] {
  try {
    return [JSON.parse(readFileSync(file, 'utf8')) as LeftMemory];
  } catch {
    return [];
  }
}

/** By how much y grows with x: the line that lies closest to the points (least squares). */
export function slope(points: readonly (readonly [x: number, y: number])[]): number {
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  const [middle, height] = [mean(points.map(([x]) => x)), mean(points.map(([, y]) => y))];
  const product = points.reduce((sum, [x, y]) => sum + (x - middle) * (y - height), 0);
  return product / points.reduce((sum, [x]) => sum + (x - middle) ** 2, 0);
}
