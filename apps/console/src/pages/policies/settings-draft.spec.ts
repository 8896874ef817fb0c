import fc from 'fast-check';
import type { PolicySetting } from '../../api/types.js';
import { changesOf, draftOf, readable, sayDefault, settingsOf, valueOf } from './settings-draft.js';

const setting = (changed: Partial<PolicySetting>): PolicySetting => ({
  ...{ name: 'S', kind: 'flag', group: 'password', meaning: '', default: false, nullable: false },
  ...{ min: null, max: null, values: null, since: '12.0' },
  ...changed,
});
const flag = setting({ name: 'Flag', default: true });
const limit = setting({ name: 'Limit', kind: 'number', default: null, nullable: true });
const choice = setting({ name: 'Choice', kind: 'choice', default: 1, values: [0, 1, 2] });
const texts = setting({ name: 'Texts', kind: 'texts', default: [] });
const catalogue = [flag, limit, choice, texts];

it('sends only what differs from the defaults: nothing for what was changed and changed back', () => {
  expect(settingsOf(catalogue, { Flag: true, Limit: '', Choice: '1', Texts: '' })).toEqual({});
  expect(settingsOf(catalogue, { Flag: false, Limit: '0', Choice: '0', Texts: 'a\n\n b ' })).toEqual({
    Flag: false,
    Limit: 0,
    Choice: 0,
    Texts: ['a', 'b'],
  });
});

it('lets the server judge what is no number, instead of sending something else', () => {
  expect(valueOf(limit, 'ten')).toBe('ten');
});

it('saves a policy that nobody touched as it was', () => {
  const line = fc.stringMatching(/^[a-z0-9.*]{1,12}$/);
  const stored = fc.record(
    {
      Flag: fc.constant(false),
      Limit: fc.integer({ min: 0, max: 9999 }),
      Choice: fc.constantFrom(0, 2),
      Texts: fc.array(line, { minLength: 1, maxLength: 4 }),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(stored, (settings) => {
      expect(changesOf(settings, settingsOf(catalogue, draftOf(catalogue, settings)))).toEqual([]);
    }),
  );
});

it('notices what was added, taken away and changed: devices provision again because of it', () => {
  expect(changesOf({ a: 1, b: [1], c: null }, { b: [2], c: null, d: false })).toEqual(['a', 'b', 'd']);
});

it('says names and defaults so that people can read them', () => {
  expect(readable('MaxInactivityTimeDeviceLock')).toBe('Max inactivity time device lock');
  expect(readable('AllowSMIMEEncryptionAlgorithmNegotiation')).toBe(
    'Allow SMIME encryption algorithm negotiation',
  );
  expect([flag, limit, choice, texts].map(sayDefault)).toEqual(['yes', 'no limit', '1', 'none']);
});
