import { renameSync, writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { memoryFile } from './memory-file.js';

/*
 * Loaded into a measured process before its own code (`node --expose-gc --import`). On SIGUSR2 it collects all garbage and
 * writes what memory is left: what a process holds is only to be seen when nothing else is there.
 */
const ROUNDS = 4;
/** What a collection frees outside the heap (sockets, buffers) is given back by callbacks of the loop. */
const BETWEEN_MS = 40;

async function collect(): Promise<void> {
  for (let round = 0; round < ROUNDS; round++) {
    // The plain one is thorough. "last-resort" is the only one that also gives the pages back, and leaves tens of megabytes
    // of a heap that has just been busy.
    globalThis.gc?.();
    globalThis.gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' });
    await pause(BETWEEN_MS);
  }
}

async function report(): Promise<void> {
  await collect();
  const { rss, heapUsed, external } = process.memoryUsage();
  const file = memoryFile(process.pid);
  writeFileSync(`${file}.new`, JSON.stringify({ resident: rss, heap: heapUsed, external }));
  renameSync(`${file}.new`, file);
}

process.on('SIGUSR2', () => void report());
