import { readFileSync } from 'node:fs';

/** Of USER_HZ, which is 100 on every Linux that people run. */
const TICK_MS = 10;

/** Fields of /proc/PID/stat after the name, which may hold spaces and brackets: user time and system time. */
const USER = 11;
const SYSTEM = 12;
/** The same of children that have ended and were waited for. */
const CHILDREN_USER = 13;
const CHILDREN_SYSTEM = 14;

/**
 * Milliseconds of processor time the processes have used so far, whatever else the machine does. Without their children:
 * what those have used is gone when one of them ends.
 */
export const cpuOf = (pids: readonly number[]): number =>
  pids.reduce((sum, pid) => sum + ticksOf(pid, [USER, SYSTEM]) * TICK_MS, 0);

/** The same, and what children of the first one used that have ended meanwhile: PostgreSQL has one for each connection. */
export const cpuOfFamily = (pids: readonly number[]): number =>
  cpuOf(pids) +
  pids.slice(0, 1).reduce((sum, pid) => sum + ticksOf(pid, [CHILDREN_USER, CHILDREN_SYSTEM]) * TICK_MS, 0);

function ticksOf(pid: number, wanted: readonly number[]): number {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return wanted.reduce((sum, field) => sum + Number(fields[field]), 0);
  } catch {
    // It ended meanwhile.
    return 0;
  }
}
