import { readFileSync } from 'node:fs';

/** Of USER_HZ, which is 100 on every Linux that people run. */
const TICK_MS = 10;

/** Fields of /proc/PID/stat after the name, which may hold spaces and brackets: user time and system time. */
const USER = 11;
const SYSTEM = 12;

/**
 * Milliseconds of processor time the processes have used so far, whatever else the machine does. Without their children:
 * what those have used is gone when one of them ends.
 */
export const cpuOf = (pids: readonly number[]): number =>
  pids.reduce((sum, pid) => sum + ticksOf(pid) * TICK_MS, 0);

function ticksOf(pid: number): number {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return Number(fields[USER]) + Number(fields[SYSTEM]);
  } catch {
    // It ended meanwhile.
    return 0;
  }
}
