import { array, assert, asyncProperty, constantFrom, nat, record } from 'fast-check';
import { BackendError } from '#backend';
import { createMetrics, type Log } from '#ops';
import { Connections } from './connections.js';
import type { ConnectionLimits } from './limits.js';
import type { Slot } from './slot.js';

const host = { host: 'imap.example', port: 993 };
const soon = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function node(limits: Partial<ConnectionLimits> = {}) {
  const clock = { now: 0 };
  const told: string[] = [];
  const log = { event: (name: string) => told.push(name) } as Pick<Log, 'event'> as Log;
  const metrics = createMetrics();
  const connections = new Connections({ limits, now: () => clock.now, random: () => 0.5, log, metrics });
  return { clock, told, connections, metrics, gate: connections.to(host) };
}

const down = () => new BackendError('unavailable', 'nobody listens', { reason: 'connect-refused' });

describe('limits', () => {
  const limits = { perHost: 4, perNode: 6, opening: 2, waiting: 20, patience: 1_000_000 };
  const act = record({
    act: constantFrom(
      'enter',
      'watch',
      'connected',
      'fail',
      'die',
      'rest',
      'resume',
      'release',
      'cancel',
      'time',
    ),
    host: nat(2),
    account: nat(4),
    which: nat(30),
    trouble: constantFrom('host' as const, 'account' as const, 'none' as const),
  });

  it('are kept, and no slot is ever lost, whatever is cancelled, fails or closes', async () => {
    await assert(
      asyncProperty(array(act, { maxLength: 80 }), async (acts) => {
        const { clock, connections } = node(limits);
        const gates = [0, 1, 2].map((i) => connections.to({ host: `host${i}`, port: 1 }));
        const slots: Slot[] = [];
        const cancels: AbortController[] = [];
        const end = (slot: Slot): void => setImmediate(() => slot.release()) && undefined;
        for (const { act: what, host: index, account, which, trouble } of acts) {
          const slot = slots[which % Math.max(1, slots.length)];
          if (what === 'enter' || what === 'watch') {
            const cancel = new AbortController();
            cancels.push(cancel);
            const purpose = what === 'watch' ? 'watch' : 'work';
            gates[index]!.enter({ account: `${account}`, purpose, signal: cancel.signal }).then(
              (given) => slots.push(given),
              () => undefined,
            );
          } else if (what === 'cancel') cancels[which % Math.max(1, cancels.length)]?.abort();
          else if (what === 'time') clock.now += 5_000;
          else if (what === 'connected') slot?.connected();
          else if (what === 'fail' || what === 'die') slot?.failed(trouble);
          else if (what === 'rest') slot?.rest(() => end(slot));
          else if (what === 'resume') slot?.resume();
          else slot?.release();
          if (which % 3 === 0) await soon();
          expect(connections.used).toBeLessThanOrEqual(limits.perNode);
          for (const gate of gates) {
            expect(gate.used).toBeLessThanOrEqual(limits.perHost);
            expect(gate.count('opening')).toBeLessThanOrEqual(limits.opening);
            expect(gate.count('watching')).toBeLessThanOrEqual(3);
          }
        }
        await soon();
        // Nobody waits where there is room for him.
        for (const gate of gates) {
          const isStuck =
            gate.waiting > 0 &&
            gate.used < limits.perHost &&
            connections.used < limits.perNode &&
            gate.count('opening') < limits.opening;
          expect(isStuck).toBe(false);
        }
        for (const cancel of cancels) cancel.abort();
        await soon();
        for (const slot of slots) slot.release();
        expect(connections.used).toBe(0);
        clock.now += 120_000;
        for (const gate of gates) {
          expect(gate.waiting).toBe(0);
          const slot = await gate.enter({ account: 'new' });
          slot.connected();
          slot.release();
        }
        expect(connections.used).toBe(0);
      }),
      { numRuns: 300 },
    );
  });

  it('leave room for work: connections that only wait for news are refused a while before', async () => {
    const { gate } = node({ perHost: 5 });
    const watch = (account: string) => gate.enter({ account, purpose: 'watch' });
    for (const account of ['a', 'b', 'c', 'd']) (await watch(account)).connected();
    await expect(watch('e')).rejects.toMatchObject({ kind: 'throttled', reason: 'no-room-to-watch' });
    expect((await gate.enter({ account: 'e' })).state).toBe('opening');
  });

  it('of one account are no matter of another', async () => {
    const { connections } = node({ perHost: 10 });
    const gate = connections.to({ host: 'dav', port: 443 }, { mostOfAccount: 2, isOfRequests: true });
    const greedy = [1, 2, 3].map(() => gate.enter({ account: 'ada' }));
    await gate.enter({ account: 'bob' });
    expect(gate.used).toBe(3);
    (await greedy[0]!).release();
    await Promise.all(greedy);
    expect(gate.used).toBe(3);
  });
});

describe('turns', () => {
  it('an account with fifty requests does not hold up another with one', async () => {
    const { gate } = node({ perHost: 1 });
    const first = await gate.enter({ account: 'ada' });
    const order: string[] = [];
    const enter = async (account: string): Promise<void> => {
      const slot = await gate.enter({ account });
      order.push(account);
      setImmediate(() => slot.release());
    };
    const all = Array.from({ length: 50 }, () => enter('ada'));
    all.push(enter('bob'));
    first.release();
    await Promise.all(all);
    expect(order.indexOf('bob')).toBeLessThanOrEqual(1);
    expect(order).toHaveLength(51);
  });

  it('a host with many who wait does not hold up another, where the node is full', async () => {
    const { connections, gate } = node({ perNode: 1 });
    const other = connections.to({ host: 'other', port: 1 });
    const first = await gate.enter({ account: 'ada' });
    const order: string[] = [];
    const enter = async (where: typeof gate, name: string): Promise<void> => {
      const slot = await where.enter({ account: 'ada' });
      order.push(name);
      setImmediate(() => slot.release());
    };
    const all = Array.from({ length: 20 }, () => enter(gate, 'one'));
    all.push(enter(other, 'other'));
    first.release();
    await Promise.all(all);
    expect(order.indexOf('other')).toBeLessThanOrEqual(1);
  });

  it('who waits too long, or with too many, is told to come later', async () => {
    const { gate } = node({ perHost: 1, waiting: 1, patience: 20 });
    await gate.enter({ account: 'ada' });
    const late = gate.enter({ account: 'bob' });
    await expect(gate.enter({ account: 'eve' })).rejects.toMatchObject({
      kind: 'throttled',
      reason: 'too-many-waiting',
    });
    await expect(late).rejects.toMatchObject({ kind: 'throttled', reason: 'no-free-connection' });
    expect(gate.waiting).toBe(0);
  });
});

describe('resting connections', () => {
  it('make room for those who wait, the longest unused first; one that is being closed is not used again', async () => {
    const { gate, clock } = node({ perHost: 2 });
    const closed: string[] = [];
    const resting = async (account: string): Promise<Slot> => {
      const slot = await gate.enter({ account });
      slot.connected();
      slot.rest(() => closed.push(account));
      clock.now += 10;
      return slot;
    };
    const [ada, bob] = [await resting('ada'), await resting('bob')];
    const eve = gate.enter({ account: 'eve' });
    expect(closed).toEqual(['ada']);
    expect(ada.resume()).toBe(false);
    expect(bob.resume()).toBe(true);
    ada.release();
    expect((await eve).state).toBe('opening');
  });

  it('of another host make room where the node is full', async () => {
    const { connections, gate } = node({ perNode: 1 });
    const slot = await gate.enter({ account: 'ada' });
    slot.connected();
    slot.rest(() => slot.release());
    await connections.to({ host: 'other', port: 1 }).enter({ account: 'ada' });
    expect(gate.used).toBe(0);
  });
});

describe('a host that is down', () => {
  it('fails everybody at once, those who wait included, until one trial gets through', async () => {
    const { gate, clock, told, metrics } = node({ opening: 1 });
    const refused = () => gate.open({ account: 'ada' }, () => Promise.reject(down()));
    const first = refused();
    const waiting = [refused(), refused(), refused(), refused()];
    const ends = await Promise.allSettled([first, ...waiting]);
    expect(ends.every(({ status }) => status === 'rejected')).toBe(true);
    let dialled = 0;
    const dial = async (): Promise<string> => {
      dialled += 1;
      return 'connection';
    };
    await expect(gate.open({ account: 'bob' }, dial)).rejects.toMatchObject({
      kind: 'unavailable',
      reason: 'circuit-open',
    });
    expect(dialled).toBe(0);
    clock.now += 2_000;
    const trial = await gate.enter({ account: 'bob' });
    await expect(gate.open({ account: 'eve' }, dial)).rejects.toMatchObject({ reason: 'circuit-open' });
    trial.connected();
    await gate.open({ account: 'eve' }, dial);
    expect(dialled).toBe(1);
    expect(told).toEqual(['backend.breaker-opened', 'backend.breaker-closed']);
    const { body } = await metrics.exposition();
    expect(body).toContain('godwit_backend_breaker{host="imap.example:993"} 0');
    expect(body).toContain('godwit_backend_connections{host="imap.example:993",state="working"} 2');
    expect(body).toContain('reason="circuit-open"');
  });

  it('a wrong password is no failure of the host', async () => {
    const { gate } = node();
    for (let i = 0; i < 20; i += 1) {
      const guess = gate.open({ account: `${i}` }, () => Promise.reject(new BackendError('auth', 'no')));
      await expect(guess).rejects.toMatchObject({ kind: 'auth' });
    }
    expect(gate.state).toBe('closed');
  });

  it('a trial that is given up is no end of trials', async () => {
    const { gate, clock } = node();
    for (const _ of [1, 2, 3])
      await gate.open({ account: 'ada' }, () => Promise.reject(down())).catch(() => undefined);
    clock.now += 2_000;
    (await gate.enter({ account: 'ada' })).release();
    (await gate.enter({ account: 'bob' })).connected();
    expect(gate.state).toBe('closed');
  });
});

it('an account whose connections die one after the other rests alone', async () => {
  const { gate, clock } = node();
  const broken = async (): Promise<void> => {
    const slot = await gate.enter({ account: 'ada' });
    slot.connected();
    slot.failed('account');
  };
  for (let i = 0; i < 5; i += 1) await broken();
  await expect(broken()).rejects.toMatchObject({ kind: 'unavailable', reason: 'account-resting' });
  expect(gate.state).toBe('closed');
  (await gate.enter({ account: 'bob' })).connected();
  clock.now += 2_000;
  const slot = await gate.enter({ account: 'ada' });
  slot.connected();
  slot.answered();
  slot.failed('account');
  await broken();
});

it('a server that refuses a mail has answered: failures before it are no longer in a row', async () => {
  const { gate } = node();
  for (const trouble of ['account', 'none'] as const) {
    for (let i = 0; i < (trouble === 'none' ? 1 : 4); i += 1) {
      const slot = await gate.enter({ account: 'ada' });
      slot.connected();
      slot.failed(trouble);
    }
  }
  const slot = await gate.enter({ account: 'ada' });
  slot.connected();
  slot.failed('account');
  (await gate.enter({ account: 'ada' })).release();
});

it('hosts without number are counted together', async () => {
  const { connections, metrics } = node();
  for (let i = 0; i < 1_500; i += 1) {
    const slot = await connections.to({ host: `host${i}`, port: 1 }).enter({ account: 'ada' });
    slot.release();
  }
  const { body } = await metrics.exposition();
  expect(body).toContain('godwit_backend_connections{host="other"');
  expect(body).not.toContain('host="host1499:1"');
});
