import { eventually } from '#backend/contract';
import { MemoryScheduledMailStore, StoreUnavailable, type ScheduledJob } from '#store';
import { SchedulingJobs } from './scheduling-jobs.js';

function setUp() {
  const store = new MemoryScheduledMailStore();
  const due = jest.spyOn(store, 'due');
  const claim = jest.spyOn(store, 'claim');
  const reported: unknown[] = [];
  const jobs = new SchedulingJobs({ store, report: (error) => reported.push(error) });
  const done: string[] = [];
  const carrier = async ({ key }: ScheduledJob) => {
    done.push(key);
    return 'done' as const;
  };
  return { store, due, claim, reported, jobs, done, carrier };
}

it('looks for what was left by one question for all whose phones come back at once, and claims only that', async () => {
  const { store, due, claim, jobs, done, carrier } = setUp();
  await store.add('user7', [{ key: 'left', work: 1 }]);
  for (let user = 0; user < 1000; user++) jobs.stir(`user${user}`, carrier);
  await jobs.idle();
  expect(done).toEqual(['left']);
  expect(due.mock.calls.map(([accounts]) => accounts.length)).toEqual([1, 999]);
  expect(new Set(claim.mock.calls.map(([account]) => account))).toEqual(new Set(['user7']));
});

it('does not look again soon, unless it could not look', async () => {
  const { store, due, reported, jobs, done, carrier } = setUp();
  await store.add('user', [{ key: 'left', work: 1 }]);
  due.mockRejectedValueOnce(new StoreUnavailable('restarted'));
  jobs.stir('user', carrier);
  await jobs.idle();
  expect(reported).toHaveLength(1);
  jobs.stir('user', carrier);
  await jobs.idle();
  jobs.stir('user', carrier);
  await jobs.close();
  expect(done).toEqual(['left']);
  expect(due).toHaveBeenCalledTimes(2);
});

it('looks for an account that comes in the moment a look ends', async () => {
  const { store, jobs, done, carrier } = setUp();
  jobs.stir('early', carrier);
  // Whatever turn of the loop it comes in.
  for (let turn = 0; turn < 10; turn++) {
    await store.add(`late${turn}`, [{ key: `left ${turn}`, work: 1 }]);
    jobs.stir(`late${turn}`, carrier);
    await Promise.resolve();
  }
  await jobs.idle();
  expect(done).toHaveLength(10);
});

it('tries again what failed, though the timer is early', async () => {
  const store = new MemoryScheduledMailStore();
  const jobs = new SchedulingJobs({ store, report: () => undefined, pause: () => 0.05 });
  const timer = setTimeout;
  const early = jest.spyOn(globalThis, 'setTimeout');
  early.mockImplementation(((call: () => void, ms: number) => timer(call, ms === 50 ? 1 : ms)) as never);
  let attempts = 0;
  await jobs.add('user', [{ key: 'mail', work: 1 }], async () => (attempts++ === 0 ? 'later' : 'done'));
  await eventually(() => attempts === 2);
  early.mockRestore();
  await jobs.close();
  expect(await store.isSettled('user', 'mail')).toBe(true);
});
