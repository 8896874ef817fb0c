import { formatSyncKey, parseSyncKey } from './sync-key.js';

describe('sync keys', () => {
  it('are read back as written', () => {
    const key = { epoch: 'k3f9a2b1', counter: 17 };
    expect(parseSyncKey(formatSyncKey(key))).toEqual(key);
  });

  it.each([
    '',
    '0',
    '1',
    '{uuid}3',
    'k3f9a2b1-0',
    'k3f9a2b1-01',
    'K3F9A2B1-1',
    `k3f9a2b1-${'9'.repeat(40)}`,
    'a-1',
  ])('that we never issued are nobody’s: %p', (text) => expect(parseSyncKey(text)).toBeNull());
});
