import { explainHealth } from './health.js';
import { sayEvent } from './timeline-words.js';

it('tells an event with its details, leaving out what says nothing', () => {
  expect(
    sayEvent({ kind: 'blocked', details: { reason: 'lost', by: null, ruleName: 'Old ones', count: 3 } }),
  ).toEqual({
    tone: 'bad',
    title: 'Blocked',
    details: [
      ['reason', 'lost'],
      ['rule name', 'Old ones'],
      ['count', '3'],
    ],
  });
});

it('shows an event and a health code of a newer server instead of hiding them', () => {
  expect(sayEvent({ kind: 'battery-swapped', details: {} }).title).toBe('Battery swapped');
  expect(explainHealth('clock-wrong').title).toBe('clock wrong');
});
