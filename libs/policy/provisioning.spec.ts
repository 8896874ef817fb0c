import { loadConfiguration } from '#ops';
import type { Json } from '#store';
import * as fc from 'fast-check';
import {
  policyDocument,
  policyName,
  Provisioning,
  tellPolicyStatus,
  type ProvisioningRule,
} from './index.js';

const identity = { tenant: 't', user: 'ann', deviceId: 'd' };
const type = 'MS-EAS-Provisioning-WBXML';
const settingsOf = (env: Record<string, string> = {}) => loadConfiguration({ env }).configuration.policy;
const gateOf = (rule: ProvisioningRule, env: Record<string, string> = {}) =>
  new Provisioning({ settings: settingsOf(env), ruleOf: () => rule });

/** A phone with its policy key, and the state the actor would keep for it. */
class Phone {
  key: string | null = '0';
  state: Json = null;
  constructor(public gate: Provisioning) {}

  ask(request: Json) {
    const { answer, state } = this.gate.provision(identity, request, this.state);
    this.state = JSON.parse(JSON.stringify(state)) as Json;
    return answer;
  }
  fetch = () => this.ask({ policyType: type, policyKey: null, status: null });
  acknowledge = (policyKey: string | undefined, status = 1) =>
    this.ask({ policyType: type, policyKey: policyKey ?? null, status });
  check = () => this.checked(this.key);
  checked(key: string | null | undefined) {
    const { status, state } = this.gate.check(identity, key, this.state);
    this.state = JSON.parse(JSON.stringify(state)) as Json;
    return status;
  }

  provision(status = 1) {
    const answer = this.acknowledge(this.fetch().policy?.key, status);
    this.key = answer.policy?.key ?? this.key;
    return answer;
  }
}

describe('a phone that must provision', () => {
  it('need not say its key in a Ping, but must have acknowledged the policy in force', () => {
    const phone = new Phone(gateOf('required'));
    const ping = (gate = phone.gate) => gate.check(identity, undefined, phone.state).status;
    expect(ping()).toBe(142);
    phone.provision();
    expect(ping()).toBeNull();
    expect(ping(gateOf('required', { GODWIT_POLICY_ALLOW_CAMERA: 'false' }))).toBe(143);
    expect(new Phone(gateOf('optional')).gate.check(identity, undefined, null).status).toBeNull();
  });

  it('is let in after both phases, with random keys that are never 0', () => {
    const phone = new Phone(gateOf('required'));
    expect(phone.check()).toBe(142);
    const first = phone.fetch();
    expect(first).toMatchObject({
      status: 1,
      policy: { type, status: 1, document: { DevicePasswordEnabled: false } },
    });
    phone.key = first.policy?.key ?? '';
    expect(phone.check()).toBe(142);
    const second = phone.acknowledge(phone.key);
    expect(second.policy?.document).toBeUndefined();
    expect(second.policy?.key).not.toBe(phone.key);
    phone.key = second.policy?.key ?? '';
    expect(Number(phone.key)).toBeGreaterThan(0);
    expect(Number(phone.key)).toBeLessThan(2 ** 32);
    expect(phone.check()).toBeNull();
  });

  it('gets the same final key when the answer got lost', () => {
    const phone = new Phone(gateOf('required'));
    const temporary = phone.fetch().policy?.key;
    const final = phone.acknowledge(temporary).policy?.key;
    expect(phone.acknowledge(temporary).policy).toEqual({ type, status: 1, key: final });
  });

  it('may apply it in part, but not refuse it', () => {
    expect(new Phone(gateOf('required')).provision(2).policy?.status).toBe(1);
    for (const status of [3, 4, 0, 17]) {
      const phone = new Phone(gateOf('required'));
      expect(phone.provision(status)).toEqual({ status: status === 4 ? 145 : 141, policy: null });
      expect(phone.check()).toBe(142);
    }
  });

  it('is told of a wrong key, an unknown type and a missing type', () => {
    const phone = new Phone(gateOf('required'));
    expect(phone.acknowledge('1').policy?.status).toBe(5);
    phone.fetch();
    expect(phone.acknowledge(undefined).policy?.status).toBe(5);
    expect(phone.acknowledge('0').policy?.status).toBe(5);
    expect(phone.ask({ policyType: 'MS-WAP-Provisioning-XML' }).policy?.status).toBe(3);
    expect(phone.ask({ policyKey: '1' })).toEqual({ status: 2, policy: null });
    expect(phone.ask(null)).toEqual({ status: 1, policy: null });
  });

  it('keeps its key while it fetches the document again', () => {
    const phone = new Phone(gateOf('required'));
    phone.provision();
    phone.fetch();
    expect(phone.check()).toBeNull();
  });

  it('must provision again when the policy changes, and the document under way is then worth nothing', () => {
    const phone = new Phone(gateOf('required'));
    phone.provision();
    const old = phone.fetch().policy?.key;
    phone.gate = gateOf('required', { GODWIT_POLICY_DEVICE_PASSWORD_ENABLED: 'true' });
    expect(phone.check()).toBe(143);
    expect(phone.acknowledge(old).policy?.status).toBe(5);
    expect(phone.fetch().policy?.document).toMatchObject({ DevicePasswordEnabled: true });
    phone.provision();
    expect(phone.check()).toBeNull();
  });

  it('with a key from elsewhere is told so', () => {
    const phone = new Phone(gateOf('required'));
    phone.provision();
    phone.key = '12345';
    expect(phone.check()).toBe(144);
    for (const none of [null, '', '0']) {
      phone.key = none;
      expect(phone.check()).toBe(142);
    }
  });
});

describe('a phone that may provision', () => {
  it('is let in if it knows nothing of policies, or says that it does not apply them', () => {
    const phone = new Phone(gateOf('optional'));
    phone.key = null;
    expect(phone.check()).toBeNull();
    phone.key = '0';
    expect(phone.check()).toBe(142);
    expect(phone.provision(3).policy?.status).toBe(1);
    expect(phone.check()).toBeNull();
    phone.key = '0';
    expect(phone.check()).toBeNull();
    phone.gate = gateOf('required');
    expect(phone.check()).toBe(142);
  });
});

describe('a phone that may provision and shows key 0', () => {
  it('is told so a few times, then it is believed that it cannot', () => {
    const phone = new Phone(gateOf('optional'));
    expect([phone.check(), phone.check(), phone.check()]).toEqual([142, 142, 142]);
    expect(phone.check()).toBeNull();
    phone.gate = gateOf('required');
    expect(phone.check()).toBe(142);
  });

  it('is reminded anew after it has asked for the document', () => {
    const phone = new Phone(gateOf('optional'));
    for (let reminder = 0; reminder < 5; reminder++) {
      expect(phone.check()).toBe(142);
      phone.fetch();
    }
    phone.provision();
    expect(phone.check()).toBeNull();
  });
});

it('without provisioning everybody is let in, and there is no policy', () => {
  const phone = new Phone(gateOf('off'));
  expect(phone.fetch()).toEqual({ status: 1, policy: { type, status: 2 } });
  expect(phone.check()).toBeNull();
});

const STRICT = { GODWIT_POLICY_DEVICE_PASSWORD_ENABLED: 'true' };
const gates = { lax: gateOf('required'), strict: gateOf('required', STRICT) };

it('no sequence of requests lets a phone in that did not apply the policy in force', () => {
  const action = fc.oneof(
    fc.constant('fetch' as const),
    fc.constant('change' as const),
    fc.constant('lenient' as const),
    fc.record({ key: fc.nat(8), status: fc.nat(4) }),
  );
  fc.assert(
    fc.property(fc.array(action, { maxLength: 12 }), (actions) => {
      const phone = new Phone(gates.lax);
      let policy: keyof typeof gates = 'lax';
      const keys = ['0', '7'];
      /** Keys given for applying each of the policies. */
      const earned = { lax: new Set<string>(), strict: new Set<string>() };
      for (const step of actions) {
        if (step === 'fetch') keys.push(phone.fetch().policy?.key ?? '');
        else if (step === 'lenient') {
          // For a while refusing was allowed: what was gained by it must end with that.
          phone.gate = gateOf('optional', policy === 'strict' ? STRICT : {});
          const key = phone.acknowledge(phone.fetch().policy?.key, 3).policy?.key;
          if (key !== undefined) keys.push(key);
          phone.gate = gates[policy];
        } else if (step === 'change') {
          policy = policy === 'lax' ? 'strict' : 'lax';
          phone.gate = gates[policy];
        } else {
          const key = phone.acknowledge(keys[step.key % keys.length], step.status).policy?.key;
          if (key === undefined) continue;
          keys.push(key);
          if (step.status === 1 || step.status === 2) earned[policy].add(key);
        }
        for (const key of keys) {
          phone.key = key;
          if (phone.check() === null) expect(earned[policy]).toContain(key);
        }
      }
    }),
  );
});

it('a policy is named by its content', () => {
  const settings = settingsOf();
  expect(policyName(Object.fromEntries(Object.entries(settings).reverse()) as typeof settings)).toBe(
    policyName(settings),
  );
  expect(policyName(settingsOf({ GODWIT_POLICY_ALLOW_CAMERA: 'false' }))).not.toBe(policyName(settings));
});

describe('how far a device is, for lists', () => {
  const marked = (phone: Phone) => phone.gate.mark(identity, phone.state).policyState;

  it('is pending, then applied, in part, or refused; and pending again with another policy', () => {
    const phone = new Phone(gateOf('required'));
    expect(marked(phone)).toBe('pending');
    phone.provision(2);
    expect(marked(phone)).toBe('partial');
    phone.provision();
    expect(marked(phone)).toBe('applied');
    phone.provision(3);
    expect(marked(phone)).toBe('refused');
    phone.provision();
    phone.gate = gates.strict;
    expect(marked(phone)).toBe('pending');
    phone.gate = gateOf('off');
    expect(marked(phone)).toBe('none');
  });
});

describe('a device a rule lets in although it cannot provision', () => {
  const exempted = (key: string | null, state: Json) => gates.strict.check(identity, key, state, true);

  it('is let in without a key at once, with key 0 after reminders, and not once the rule is gone', () => {
    expect(exempted(null, null).status).toBeNull();
    let state: Json = null;
    const told: (number | null)[] = [];
    for (let request = 0; request < 4; request++) {
      const checked = exempted('0', state);
      ({ state } = checked);
      told.push(checked.status);
    }
    expect(told).toEqual([142, 142, 142, null]);
    expect(gates.strict.check(identity, '0', state).status).toBe(142);
    expect(gates.strict.check(identity, null, state).status).toBe(142);
  });
});

describe('a policy that administrators assigned', () => {
  const assigned = { id: '7', name: 'strict', rule: null, settings: settingsOf(STRICT) };

  it('is given in place of the configured one, by the rule of the tenant unless it has its own', () => {
    const gate = (rule: 'off' | null) =>
      new Provisioning({
        settings: settingsOf(),
        ruleOf: () => 'required',
        assigned: ({ user }) => (user === 'ann' ? { ...assigned, rule } : null),
      });
    const phone = new Phone(gate(null));
    expect(phone.fetch().policy?.document).toMatchObject({ DevicePasswordEnabled: true });
    expect(phone.gate.mark(identity, null)).toEqual({ policyId: '7', policyState: 'pending' });
    expect(phone.gate.mark({ ...identity, user: 'bob' }, null).policyId).toBeNull();
    phone.gate = gate('off');
    expect(phone.check()).toBeNull();
  });
});

it('lists of applications are lists on the wire, and an empty one is not none', () => {
  const document = policyDocument({
    ...settingsOf(),
    UnapprovedInROMApplicationList: ['calc.exe'],
    ApprovedApplicationList: [],
  });
  expect(document).toMatchObject({
    UnapprovedInROMApplicationList: { ApplicationName: ['calc.exe'] },
    ApprovedApplicationList: { Hash: [] },
  });
  expect(policyDocument(settingsOf())).not.toHaveProperty('ApprovedApplicationList');
});

it('the Status of provisioning is told by HTTP up to 12.1 and by Status from 14.0 on', () => {
  expect(tellPolicyStatus(142, 121)).toEqual({ http: 449 });
  expect(tellPolicyStatus(142, 140)).toEqual({ http: 200, status: 142 });
});
