import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Where the probe in a process writes what memory the process has. Alone, so that the probe loads nothing else. */
export const memoryFile = (pid: number): string => join(tmpdir(), `godwit-bench-memory-${pid}.json`);
