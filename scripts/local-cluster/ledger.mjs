// Which processes a cluster has started: kept in a file, so that whoever runs `down` later ends these and no others.
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** Milliseconds a process may take to end by itself: longer than Godwit's own `limits.drainSeconds`. */
const PATIENCE = 40_000;

/** Fields 3 (state), 4 (parent) and 22 (start) of proc(5), or null if there is no such process. */
function statusOf(pid) {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The second field is a name in parentheses that may hold anything.
    const [state, parent, ...rest] = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { state, parent: Number(parent), began: rest[17] };
  } catch {
    return null;
  }
}

/** A process id is given to others later: together with when the process began it means one process only. */
export const beganAt = (pid) => statusOf(pid)?.began ?? null;

export function isAlive({ pid, began }) {
  const status = statusOf(pid);
  return status !== null && status.state !== 'Z' && status.began === began;
}

/** The process and everything it has started, each with when it began. */
export function treeOf(root) {
  if (!isAlive(root)) return [];
  const pids = readdirSync('/proc').map(Number).filter(Number.isInteger);
  const all = pids.flatMap((pid) => {
    const status = statusOf(pid);
    return status === null ? [] : [{ pid, ...status }];
  });
  const descend = (pid) =>
    all.filter(({ parent }) => parent === pid).flatMap((one) => [one, ...descend(one.pid)]);
  return [root, ...descend(root.pid)];
}

function signal(pid, name) {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

async function untilGone(processes, patience) {
  const end = Date.now() + patience;
  while (processes.some(isAlive)) {
    if (Date.now() > end) return false;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return true;
}

/** Ends a process in good order, and what it leaves behind at once. Resolves to how it went, in words. */
export async function end({ name, pid, began, stopBy = 'SIGTERM' }) {
  const tree = treeOf({ pid, began });
  if (tree.length === 0) return `${name} (${pid}) had ended before`;
  signal(pid, stopBy);
  const went = await untilGone(tree.slice(0, 1), PATIENCE);
  // Children of a process that ended well are about to end, too.
  if (went && (await untilGone(tree, 5000))) return `${name} (${pid}) ended`;
  for (const one of tree.filter(isAlive)) signal(one.pid, 'SIGKILL');
  await untilGone(tree, PATIENCE);
  return `${name} (${pid}) had to be killed`;
}

/** What is known of a cluster: its addresses and its processes, in the order they were started. */
export class Ledger {
  constructor(file) {
    this.file = file;
  }

  /** Null if there is no cluster. */
  read() {
    return existsSync(this.file) ? JSON.parse(readFileSync(this.file, 'utf8')) : null;
  }

  /** It names passwords: its owner's only. */
  write(state) {
    mkdirSync(dirname(this.file), { recursive: true });
    writeFileSync(`${this.file}.new`, JSON.stringify(state, null, 2), { mode: 0o600 });
    renameSync(`${this.file}.new`, this.file);
  }

  forget() {
    rmSync(this.file, { force: true });
  }
}
