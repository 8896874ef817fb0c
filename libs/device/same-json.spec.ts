import { sameJson } from './same-json.js';

describe('values that were in the database', () => {
  it('are the same in whatever order their properties come back', () => {
    const written = { filterType: 0, bodies: [{ type: 1, truncationSize: 20 }], mime: null };
    const read = { mime: null, bodies: [{ truncationSize: 20, type: 1 }], filterType: 0 };
    expect(sameJson(written, read)).toBe(true);
  });

  it('differ in values, in the order of lists, and in null where nothing is', () => {
    expect(sameJson({ a: 1 }, { a: 2 })).toBe(false);
    expect(sameJson([1, 2], [2, 1])).toBe(false);
    expect(sameJson({ a: null }, {})).toBe(false);
    expect(sameJson(null, {})).toBe(false);
  });
});
