import { memoryOf } from '../memory.js';
import { pause } from '../measured.js';
import type { Case } from '../stage.js';

/** Memory when nobody is there: to be measured before all else. */
const MIB = 1024 * 1024;
const BUDGET = 200;
const SETTLE_MS = 3000;

export const rest: Case = {
  name: 'rest',
  async run(stage, target) {
    if (target.pids().length === 0) return [];
    stage.say(`${target.name}: at rest`);
    await pause(SETTLE_MS);
    const value = memoryOf(target.pids()) / MIB;
    return [{ row: 'rest', title: 'memory at rest, database included', unit: 'MiB', value, budget: BUDGET }];
  },
};
