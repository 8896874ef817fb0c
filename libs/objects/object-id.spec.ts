import fc from 'fast-check';
import { behindObject, feedVersion, objectId, occurrenceId, parseItemId } from './object-id.js';

const minute = 60_000;

describe('ids of objects', () => {
  it('fit the wire, whatever the name, and lead back to object and start', () => {
    const minutes = fc.integer({ min: Date.UTC(1100, 0) / minute, max: Date.UTC(2840, 0) / minute });
    fc.assert(
      fc.property(fc.string(), minutes, (name, at) => {
        const object = objectId(name);
        const start = new Date(at * minute);
        const id = occurrenceId(object, start);
        expect(object).toMatch(/^[0-9A-Za-z]{9}$/);
        expect(id).toMatch(/^[0-9A-Za-z]{14}$/);
        expect(parseItemId(object)).toEqual({ object, occurrence: null });
        expect(parseItemId(id)).toEqual({ object, occurrence: start });
      }),
    );
  });

  it('of an object and its occurrences lie together, before those of any other object', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.date({ noInvalidDate: true }), (one, other, start) => {
        const [object, another] = [objectId(one), objectId(other)];
        const id = occurrenceId(object, start);
        expect(object < id && id < behindObject(object)).toBe(true);
        if (another > object) expect(behindObject(object) < another).toBe(true);
      }),
    );
  });

  it('are told from what is none of them', () => {
    for (const id of ['', 'short', 'no-such-id', '0123456789', '012345678901234', 'äöüäöüäöü']) {
      expect(parseItemId(id)).toBeNull();
    }
  });

  it('never change: phones remember them', () => {
    expect(objectId('event.ics')).toBe('IvsLN1Ac7');
    expect(occurrenceId('000000000', new Date('2026-03-02T10:00:30Z'))).toBe('0000000001zwts');
    expect(feedVersion('"etag"')).toHaveLength(22);
  });
});
