import * as fc from 'fast-check';
import { DeadlineWheel, Spoke } from './wheel.js';

class Named extends Spoke {
  constructor(readonly name: number) {
    super();
  }
}

describe('deadline wheel', () => {
  it('calls everybody at the first tick after the deadline, nobody before, nobody twice, nobody who left', () => {
    const step = fc.oneof(
      fc.record({ do: fc.constant('add' as const), name: fc.nat(9), after: fc.nat(5000) }),
      fc.record({ do: fc.constant('remove' as const), name: fc.nat(9) }),
      fc.record({ do: fc.constant('pass' as const), ms: fc.nat(3000) }),
    );
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 60 }),
        fc.integer({ min: 2, max: 16 }),
        fc.nat(10_000),
        (steps, slots, start) => {
          const wheel = new DeadlineWheel<Named>(100, slots, start);
          const spokes = Array.from({ length: 10 }, (_, name) => new Named(name));
          const model = new Map<number, number>();
          let now = start;
          for (const action of steps) {
            const spoke = 'name' in action ? spokes[action.name] : undefined;
            if (action.do === 'add' && spoke) {
              wheel.add(spoke, now + action.after);
              model.set(spoke.name, now + action.after);
            } else if (action.do === 'remove' && spoke) {
              wheel.remove(spoke);
              model.delete(spoke.name);
            } else if (action.do === 'pass') {
              now += action.ms;
              for (const due of wheel.turn(now)) {
                expect(model.get(due.name)).toBeLessThanOrEqual(now);
                model.delete(due.name);
              }
              // Whoever is left is not yet due, or will be at the next tick.
              for (const deadline of model.values()) expect(deadline).toBeGreaterThan(now - 100);
            }
            expect(wheel.size).toBe(model.size);
          }
          now += 100_000;
          expect(
            wheel
              .turn(now)
              .map(({ name }) => name)
              .sort(),
          ).toEqual([...model.keys()].sort());
        },
      ),
    );
  });
});
