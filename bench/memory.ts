import { readFileSync } from 'node:fs';
import { processTree } from '../tests/servers/processes.js';

const KIB = 1024;
const PAGE = 4096;

/** The processes and all their descendants, each once. */
export const withChildren = (roots: readonly number[]): number[] => [
  ...new Set(roots.flatMap((root) => processTree(root))),
];

/**
 * Bytes of memory of a set of processes, pages that several of them share counted once (Pss of smaps_rollup; VmRSS where
 * that may not be read). A process that ended meanwhile counts nothing.
 */
export const memoryOf = (roots: readonly number[]): number =>
  withChildren(roots).reduce((sum, pid) => sum + (pss(pid) ?? rss(pid)), 0);

function pss(pid: number): number | null {
  const kib = /^Pss:\s+(\d+) kB/m.exec(read(`/proc/${pid}/smaps_rollup`))?.[1];
  return kib === undefined ? null : Number(kib) * KIB;
}

function rss(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(read(`/proc/${pid}/status`))?.[1] ?? 0) * KIB;
}

/** The program a process runs; empty for one that has ended. */
export const programOf = (pid: number): string => read(`/proc/${pid}/comm`).trim();

/** Resident bytes, cheap enough to be asked a hundred times a second; shared pages count for each process. */
const resident = (pids: readonly number[]): number =>
  pids.reduce((sum, pid) => sum + Number(read(`/proc/${pid}/statm`).split(' ')[1] ?? 0) * PAGE, 0);

function read(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}

const SAMPLE_MS = 5;

/** Bytes by which the processes' memory rose while `work` ran, at most. */
export async function riseDuring(roots: readonly number[], work: () => Promise<unknown>): Promise<number> {
  const pids = withChildren(roots);
  const before = resident(pids);
  let most = before;
  const look = (): void => void (most = Math.max(most, resident(pids)));
  const timer = setInterval(look, SAMPLE_MS);
  try {
    await work();
  } finally {
    clearInterval(timer);
    look();
  }
  return most - before;
}
