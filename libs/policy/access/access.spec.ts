import fc from 'fast-check';
import { StoreUnavailable, type AccessRule, type AccessRules, type DeviceFacts } from '#store';
import { judge, rulesFor, type Suspect } from './judge.js';
import { fits } from './pattern.js';
import { RuleSnapshot } from './rule-snapshot.js';

const facts: DeviceFacts = {
  deviceType: 'iPhone',
  userAgent: 'Apple-iPhone15C2/2201.1',
  model: 'iPhone15,2',
  os: 'iOS 18.1',
  protocolVersion: 161,
};
const suspect: Suspect = {
  identity: { tenant: 'acme', user: 'ada@acme.example', deviceId: 'phone1' },
  facts,
};

const rule = (more: Partial<AccessRule>): AccessRule => ({
  id: '1',
  tenant: 'acme',
  position: 0,
  name: 'a rule',
  conditions: {},
  action: 'blocked',
  exempt: false,
  enabled: true,
  ...more,
});
const rulesOf = (...rules: AccessRule[]): AccessRules => ({ revision: '1', rules, settings: new Map() });

describe('a pattern', () => {
  it('means what it says, whatever stands in it', () => {
    for (const [pattern, text] of [
      ['*', ''],
      ['iphone*', 'iPhone15'],
      ['*15*', 'x15'],
      ['a*b*c', 'a1b2c'],
      ['a.c', 'A.C'],
    ])
      expect([pattern, text, fits(pattern!, text!)]).toEqual([pattern, text, true]);
    for (const [pattern, text] of [
      ['iphone', 'iphone1'],
      ['a.c', 'abc'],
      ['a*b', 'a'],
      ['', 'x'],
      ['*a', 'ab'],
    ])
      expect([pattern, text, fits(pattern!, text!)]).toEqual([pattern, text, false]);
  });

  it('with stars for pieces of a text fits the text, as an expression would', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', '*', '.', 'A'), maxLength: 8 });
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '.', 'A'), maxLength: 8 });
    fc.assert(
      fc.property(word, text, (pattern, given) => {
        const source = pattern.split('*').map((part) => part.replaceAll('.', '\\.'));
        expect(fits(pattern, given)).toBe(new RegExp(`^${source.join('.*')}$`, 'i').test(given));
      }),
    );
  });
});

describe('access rules', () => {
  it('that fit first decide, a tenant’s own before the provider’s, and those of others never', () => {
    const rules = rulesOf(
      rule({ id: '1', tenant: null, action: 'quarantined' }),
      rule({ id: '2', conditions: { model: 'pixel*' } }),
      rule({ id: '3', enabled: false }),
      rule({ id: '4', action: 'allowed', exempt: true, conditions: { os: 'IOS*', versionBelow: '16.2' } }),
      rule({ id: '5', tenant: 'globex' }),
    );
    expect(judge(rules, suspect).judgement).toEqual({
      standing: 'allowed',
      standingReason: 'rule:4',
      exempt: true,
    });
    const other = { ...suspect, facts: { ...facts, os: '' } };
    expect(judge(rules, other).judgement.standingReason).toBe('rule:1');
    expect(rulesFor(rules, 'globex').map(({ id }) => id)).toEqual(['5', '1']);
  });

  it('leave a device no rule fits to its tenant', () => {
    const settings = new Map([
      ['acme', { defaultAccess: 'blocked', maxDevices: null, quarantineText: null } as const],
    ]);
    expect(judge({ revision: '1', rules: [], settings }, suspect).judgement).toMatchObject({
      standing: 'blocked',
      standingReason: 'default',
    });
    expect(judge(rulesOf(), suspect).judgement.standing).toBe('allowed');
  });

  it('let nothing in that the first fitting rule blocks, however the others stand around it', () => {
    const others = fc.array(
      fc.record({
        tenant: fc.constantFrom('acme', 'globex', null),
        action: fc.constantFrom('allowed', 'quarantined', 'blocked'),
        enabled: fc.boolean(),
        conditions: fc.constantFrom(
          {},
          { model: 'pixel*' },
          { model: 'iphone*' },
          { user: 'ada@*' },
          { versionBelow: '14.0' },
        ),
      }),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(others, others, (before, after) => {
        const unfit = before.map((one) => ({ ...one, conditions: { model: 'pixel*' } }));
        const all = [
          ...unfit,
          { tenant: 'acme', action: 'blocked', enabled: true, conditions: { model: '*15,2' } } as const,
          ...after,
        ];
        const rules = all.map((one, index) => rule({ ...one, id: String(index + 1), position: index }));
        expect(judge(rulesOf(...rules), suspect).judgement).toMatchObject({
          standing: 'blocked',
          standingReason: `rule:${unfit.length + 1}`,
        });
      }),
    );
  });
});

describe('a snapshot of the rules', () => {
  it('lets nobody judge before there are any, and keeps those it has while the database is away', async () => {
    let answer: AccessRules | null = null;
    const snapshot = new RuleSnapshot({
      load: async () => {
        if (!answer) throw new StoreUnavailable('away');
        return answer;
      },
    });
    await expect(snapshot.rulings()).rejects.toBeInstanceOf(StoreUnavailable);
    answer = rulesOf(rule({}));
    const known = await snapshot.rulings();
    expect(known.judge(suspect).standing).toBe('blocked');
    answer = null;
    snapshot.refresh();
    expect(await snapshot.rulings()).toBe(known);
    snapshot.close();
  });
});
