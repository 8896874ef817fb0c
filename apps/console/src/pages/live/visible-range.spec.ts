import { assert, integer, property } from 'fast-check';
import { visibleRange } from './visible-range.js';

it('draws every row in sight, and never many more than those, however long the list is', () => {
  assert(
    property(
      integer({ min: 0, max: 500_000 }),
      integer({ min: 0, max: 3000 }),
      integer({ min: 0, max: 5000 }),
      (top, height, count) => {
        const { from, to } = visibleRange(top, height, 38, count);
        const first = Math.floor(top / 38);
        const last = Math.min(count, Math.ceil((top + height) / 38));
        expect(from).toBeGreaterThanOrEqual(0);
        expect(to).toBeLessThanOrEqual(count);
        if (first < last) expect(from <= first && to >= last).toBe(true);
        expect(to - from).toBeLessThanOrEqual(Math.ceil(height / 38) + 18);
      },
    ),
  );
});
