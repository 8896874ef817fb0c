import { array, assert, constantFrom, property } from 'fast-check';
import { Turns } from './turns.js';

const accounts = ['ada', 'bob', 'eve', 'joe'] as const;

it('an account with many requests holds up another by one request at a time', () => {
  assert(
    property(array(constantFrom(...accounts), { minLength: 1, maxLength: 60 }), (arrivals) => {
      const turns = new Turns<{ account: string; number: number }>();
      arrivals.forEach((account, number) => turns.add(account, { account, number }));
      const waiting = new Map(accounts.map((one) => [one as string, 0]));
      const last = new Map<string, number>();
      const left = new Map<string, number>();
      for (const account of arrivals) left.set(account, (left.get(account) ?? 0) + 1);
      for (let item = turns.next(); item !== null; item = turns.next()) {
        // Within an account in the order of coming.
        expect(item.number).toBeGreaterThan(last.get(item.account) ?? -1);
        last.set(item.account, item.number);
        left.set(item.account, left.get(item.account)! - 1);
        for (const [account, passedOver] of waiting) {
          const isServed = account === item.account || (left.get(account) ?? 0) === 0;
          waiting.set(account, isServed ? 0 : passedOver + 1);
        }
        expect(Math.max(...waiting.values())).toBeLessThan(accounts.length);
      }
      expect(turns.size).toBe(0);
      expect([...left.values()].every((count) => count === 0)).toBe(true);
    }),
  );
});

it('who left gets no turn, and an account that has its share is passed over without losing its place', () => {
  const turns = new Turns<string>();
  for (const [account, item] of [
    ['ada', 'a1'],
    ['ada', 'a2'],
    ['bob', 'b1'],
  ] as const)
    turns.add(account, item);
  expect(turns.remove('ada', 'a1')).toBe(true);
  expect(turns.remove('ada', 'a1')).toBe(false);
  expect(turns.next((account) => account !== 'ada')).toBe('b1');
  expect(turns.next((account) => account !== 'ada')).toBeNull();
  expect(turns.next()).toBe('a2');
  expect(turns.size).toBe(0);
});
