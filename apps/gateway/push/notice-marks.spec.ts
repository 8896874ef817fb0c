import type { Backend } from '#backend';
import type { AccountAccess, AccountLease, AccountPush } from '#commands';
import { loadConfiguration } from '#ops';
import { NoticeMarks } from './notice-marks.js';

const HOUR = 3_600_000;

function setUp(tells: boolean | Error | 'not able') {
  const asked: string[] = [];
  let leases = 0;
  const warned: unknown[] = [];
  const clock = { now: 0 };
  const env = {
    GODWIT_TENANTS: `[{ domains: ['*'], mail: { kind: imap, host: h }, push: { dovecot: { password: sixteen-characters } } }]`,
  };
  const settings = loadConfiguration({ env }).configuration.tenants[0]?.push;
  if (!settings) throw new Error('unreachable');
  const mail = {
    kind: 'fake',
    ...(tells !== 'not able' && {
      askForNotices: async (user: string) => {
        asked.push(user);
        if (tells instanceof Error) throw tells;
        return tells;
      },
    }),
  } as Partial<Backend> as Backend;
  const lease = {
    backend: async () => mail,
    release: () => void leases--,
  } as Partial<AccountLease> as AccountLease;
  const account = (key: string): [AccountAccess, AccountPush] => {
    const access = { key, lease: () => (leases++, lease) } as Partial<AccountAccess> as AccountAccess;
    return [access, { tenant: 'acme', logins: ['ada at the server'], settings }];
  };
  const log = { event: (_: string, fields: object = {}) => void warned.push(fields) };
  const marks = new NoticeMarks(log, () => clock.now);
  return { marks, account, asked, warned, clock, leases: () => leases };
}

it('a mail server is asked once a day for each account, by the name it knows, and nothing stays leased', async () => {
  const { marks, account, asked, clock, leases } = setUp(true);
  expect([await marks.ask(...account('a')), await marks.ask(...account('a'))]).toEqual([true, true]);
  await marks.ask(...account('b'));
  expect([asked, leases()]).toEqual([['ada at the server', 'ada at the server'], 0]);
  clock.now += 25 * HOUR;
  await marks.ask(...account('a'));
  expect(asked).toHaveLength(3);
});

it('a server that cannot tell is complained of once an hour, whatever accounts it has, and then asked again', async () => {
  for (const inability of [false, 'not able'] as const) {
    const { marks, account, warned, clock, leases } = setUp(inability);
    expect([await marks.ask(...account('a')), await marks.ask(...account('b'))]).toEqual([false, false]);
    expect([warned, leases()]).toEqual([[{ account: 'a' }], 0]);
    clock.now += 2 * HOUR;
    await marks.ask(...account('b'));
    expect(warned).toHaveLength(2);
  }
});

it('a server that is down is not taken for one that cannot tell', async () => {
  const down = new Error('down');
  const { marks, account, asked, warned, leases } = setUp(down);
  await expect(marks.ask(...account('a'))).rejects.toBe(down);
  await expect(marks.ask(...account('a'))).rejects.toBe(down);
  expect([asked.length, warned, leases()]).toEqual([2, [], 0]);
});
