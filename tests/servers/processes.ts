import { readFileSync, readdirSync } from 'node:fs';

/** The process and all that descend from it, read from /proc. */
export function processTree(root: number): number[] {
  const children = new Map<number, number[]>();
  for (const entry of readdirSync('/proc')) {
    const pid = Number(entry);
    if (!Number.isInteger(pid)) continue;
    const parent = parentOf(pid);
    if (parent !== null) children.set(parent, [...(children.get(parent) ?? []), pid]);
  }
  const tree: number[] = [];
  const walk = (pid: number): void => {
    tree.push(pid);
    for (const child of children.get(pid) ?? []) walk(child);
  };
  walk(root);
  return tree;
}

/** Sends a signal to each process; those that ended meanwhile are no error. */
export function signalAll(pids: readonly number[], signal: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}

const running = new Set<() => void>();
let hooked = false;

/** Runs `end` when this process exits, so that a failed test leaves no server behind. Returns how to take it back. */
export function endAtExit(end: () => void): () => void {
  if (!hooked) {
    hooked = true;
    process.once('exit', () => {
      for (const each of running) each();
    });
  }
  running.add(end);
  return () => void running.delete(end);
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function parentOf(pid: number): number | null {
  try {
    // "pid (name with anything) state ppid ...": the name ends at the last parenthesis.
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return null;
  }
}
