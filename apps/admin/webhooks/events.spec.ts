import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { WEBHOOK_EVENTS } from '#ops';
import { EVENT_OF, waitAfter } from './events.js';

it('every event one can ask for is told by some entry of a timeline, and explained', () => {
  expect(new Set(Object.values(EVENT_OF))).toEqual(new Set(WEBHOOK_EVENTS));
  const page = readFileSync(join(process.cwd(), 'docs', 'operate', 'webhooks.md'), 'utf8');
  for (const event of WEBHOOK_EVENTS) expect(page).toContain(`| \`${event}\``);
});

it('tries for about a day, longer and longer, and then gives up', () => {
  const waits: number[] = [];
  for (let attempts = 1; ; attempts++) {
    const wait = waitAfter(attempts, () => 0.5);
    if (wait === null) break;
    waits.push(wait);
  }
  expect(waits).toEqual([...waits].sort((a, b) => a - b));
  const hours = waits.reduce((sum, wait) => sum + wait, 0) / 3_600_000;
  expect(hours).toBeGreaterThan(20);
  expect(hours).toBeLessThan(28);
});
