import type { AccessRule, DeviceSummary } from '../../api/types.js';
import { conditionsOf, draftForDevice, draftOf, emptyDraft, scopesOf } from './rule-draft.js';

const rule = (id: string, tenant: string | null, position: number): AccessRule => ({
  ...{ id, tenant, position, name: id, conditions: { model: 'Pixel*' } },
  ...{ action: 'allowed', exempt: false, enabled: true },
});
const device: DeviceSummary = {
  ...{ id: '7', tenant: 'acme', user: 'ada@acme.example', deviceId: 'A1', deviceType: 'Android' },
  ...{ model: 'Pixel 10', os: null, friendlyName: null, userAgent: 'Android/16', protocolVersion: '16.1' },
  ...{ standing: 'quarantined', standingReason: '', decision: null, wipe: null, policyState: 'none' },
  ...{ createdAt: '', lastSeenAt: '', lastSyncAt: null, lastError: null, lastErrorAt: null },
};

it('asks only for what somebody wrote: an empty field would otherwise fit no device at all', () => {
  const draft = emptyDraft('acme');
  expect(conditionsOf(draft)).toEqual({});
  expect(conditionsOf({ ...draft, conditions: { ...draft.conditions, user: ' ada* ', os: '  ' } })).toEqual({
    user: 'ada*',
  });
});

it('gives back a rule as it was when nothing is changed', () => {
  expect(conditionsOf(draftOf(rule('1', null, 0)))).toEqual({ model: 'Pixel*' });
});

it('makes a rule for phones like this one, and not for its user alone', () => {
  expect(conditionsOf(draftForDevice(device, 'allowed'))).toEqual({
    deviceType: 'Android',
    model: 'Pixel 10',
  });
  expect(conditionsOf(draftForDevice({ ...device, model: null }, 'blocked'))).toEqual({
    deviceType: 'Android',
    userAgent: 'Android/16',
  });
});

it("shows rules in the order in which they are tried: a tenant's own first, the provider's last", () => {
  const rules = [rule('p', null, 0), rule('b', 'acme', 1), rule('a', 'acme', 0), rule('z', 'zoo', 0)];
  expect(scopesOf(rules).map(({ tenant, rules: of }) => [tenant, of.map(({ id }) => id)])).toEqual([
    ['acme', ['a', 'b']],
    ['zoo', ['z']],
    [null, ['p']],
  ]);
});
