import { array, assert, constantFrom, nat, oneof, property, record } from 'fast-check';
import { Breaker } from './breaker.js';

let now = 0;
const changes: string[] = [];
const breaker = (): Breaker => {
  now = 0;
  changes.length = 0;
  return new Breaker({
    now: () => now,
    random: () => 0.5,
    changed: (state, { cause }) => changes.push(`${state} ${cause}`),
  });
};

it('opens when nobody can connect, and lets one trial through at a time', () => {
  const one = breaker();
  for (const _ of [1, 2, 3]) one.failed('host', 'ada', false, false);
  expect(one.state).toBe('open');
  expect(one.left).toBe(1000);
  now = 1000;
  expect(one.left).toBe(0);
  expect(one.pass()).toBe('trial');
  expect(one.state).toBe('half-open');
  expect(one.left).toBeGreaterThan(0);
  one.failed('host', 'ada', false, true);
  expect(one.left).toBe(2000);
  now += 2000;
  one.pass();
  one.connected();
  expect(one.state).toBe('closed');
  expect(one.pass()).toBe('free');
});

it('a trial that hangs keeps the others out no longer than a host that is down', () => {
  const one = breaker();
  for (const _ of [1, 2, 3]) one.failed('host', 'ada', false, false);
  now = 1000;
  one.pass();
  now += 29_000;
  expect(one.left).toBeGreaterThan(0);
  now += 1000;
  expect(one.left).toBe(0);
  expect(one.pass()).toBe('trial');
  expect(one.left).toBeGreaterThan(0);
  one.connected();
  expect(one.state).toBe('closed');
});

it('a hundred failures of one broken account are one', () => {
  const one = breaker();
  for (let i = 0; i < 100; i += 1) one.failed('account', 'ada', i === 0, false);
  for (const other of ['bob', 'eve', 'joe']) one.failed('account', other, true, false);
  expect(one.state).toBe('closed');
  one.failed('account', 'kim', true, false);
  expect(one.state).toBe('open');
});

it('a success in between starts the count anew', () => {
  const one = breaker();
  for (let i = 0; i < 50; i += 1) {
    one.failed('host', 'ada', false, false);
    one.failed('host', 'ada', false, false);
    one.failed('account', `user${i}`, true, false);
    one.connected();
  }
  for (let i = 0; i < 50; i += 1) {
    one.failed('account', `user${i}`, true, false);
    one.answered();
  }
  expect(changes).toEqual([]);
});

it('what was begun before it opened neither prolongs it nor counts as a trial', () => {
  const one = breaker();
  for (let i = 0; i < 32; i += 1) one.failed('host', `user${i}`, false, false);
  expect(one.left).toBe(1000);
  now = 1000;
  one.pass();
  one.failed('host', 'late', false, false);
  expect(one.state).toBe('half-open');
});

it('open connections that go on working do not hide that new ones cannot be opened', () => {
  const one = breaker();
  for (let i = 0; i < 3; i += 1) {
    one.failed('host', 'ada', false, false);
    one.answered();
  }
  expect(one.state).toBe('open');
  one.answered();
  expect(one.state).toBe('open');
});

it('a trial by a mailbox that is broken itself decides nothing: the next may try at once', () => {
  const one = breaker();
  for (let i = 0; i < 5; i += 1) one.failed('account', `user${i}`, true, false);
  now = 1000;
  one.pass();
  one.failed('account', 'user1', false, true);
  expect(one.state).toBe('open');
  expect(one.left).toBe(0);
  one.pass();
  one.abandoned();
  expect(one.left).toBe(0);
  one.pass();
  one.connected();
  expect(one.state).toBe('closed');
});

it('whatever happens: a trial can always be made after a while, and its success closes', () => {
  const happening = oneof(
    record({ kind: constantFrom('host', 'account', 'none'), account: nat(8) }),
    record({ kind: constantFrom('answered', 'connected', 'time', 'pass'), account: nat(8) }),
  );
  assert(
    property(array(happening, { maxLength: 100 }), (happenings) => {
      const one = breaker();
      let isTrying = false;
      for (const { kind, account } of happenings) {
        if (kind === 'host' || kind === 'account' || kind === 'none') {
          one.failed(kind, `${account}`, account < 6, isTrying && account % 2 === 0);
          if (account % 2 === 0) isTrying = false;
        } else if (kind === 'time') now += 10_000;
        else if (kind === 'pass') {
          if (one.left === 0) isTrying = one.pass() === 'trial';
        } else one[kind]();
        if (one.state === 'closed') isTrying = false;
      }
      if (isTrying) one.abandoned();
      now += 60_000;
      expect(one.left).toBe(0);
      one.pass();
      one.connected();
      expect(one.state).toBe('closed');
    }),
  );
});
