import { devices } from '#admin-api';
import { filterNames, queryOf, sortOf } from './device-query.js';

const now = Date.UTC(2026, 4, 1, 12, 30, 44);

it('asks for spans of time as moments the API understands, the same within a minute', () => {
  const query = queryOf({ q: 'ada', seen: 'not-week' }, now);
  expect(query).toEqual({ q: 'ada', seenBefore: '2026-04-24T12:30:00.000Z' });
  expect(queryOf({ q: 'ada', seen: 'not-week' }, now + 5000)).toEqual(query);
  expect(devices.DeviceQuery.safeParse(query).success).toBe(true);
});

it('ignores a span nobody offers instead of asking the API for what it refuses', () => {
  expect(queryOf({ seen: 'tomorrow', model: 'X' }, now)).toEqual({ model: 'X' });
});

it('reads no filter from the address that the API does not have', () => {
  const known = new Set(Object.keys(devices.DeviceFilter));
  expect(filterNames.filter((name) => !known.has(name))).toEqual(['seen']);
});

it('begins lists of names with A and lists of times with the newest', () => {
  expect(sortOf({})).toEqual({ by: 'lastSeenAt', order: 'desc' });
  expect(sortOf({ sort: 'user' })).toEqual({ by: 'user', order: 'asc' });
  expect(sortOf({ sort: 'user', order: 'desc' })).toEqual({ by: 'user', order: 'desc' });
});
