import { createLog, type Log } from '#ops';
import { Closers, type Defer } from './closers.js';

function setUp(): { closers: Closers; defer: Defer; log: Log; told: () => unknown[] } {
  const lines: string[] = [];
  const log = createLog({ format: 'json', destination: { write: (line) => void lines.push(line) } });
  const closers = new Closers();
  const told = () => lines.map((line) => JSON.parse(line) as unknown);
  return { closers, defer: closers.defer, log, told };
}

const never = (): Promise<void> => new Promise(() => undefined);

beforeEach(() => jest.useFakeTimers({ advanceTimers: false }));
afterEach(() => jest.useRealTimers());

it('closes what was opened last first, one after the other', async () => {
  const { closers, defer, log, told } = setUp();
  const closed: string[] = [];
  for (const part of ['database', 'actors', 'door'])
    defer(part, async ({ signal }) => {
      await Promise.resolve();
      closed.push(`${part} ${signal} ${closers.closing}`);
    });
  expect(await closers.run('SIGTERM', 1000, log)).toEqual([]);
  expect(closed).toEqual(['door SIGTERM door', 'actors SIGTERM actors', 'database SIGTERM database']);
  expect(closers.closing).toBe('nothing');
  expect([told(), jest.getTimerCount()]).toEqual([[], 0]);
});

it('what fails or hangs is named, and does not keep the others open', async () => {
  const { closers, defer, log, told } = setUp();
  const closed: string[] = [];
  defer('database', async () => void closed.push('database'));
  defer('bus', never);
  defer('sources', () => Promise.reject(new Error('the server does not answer')));
  defer('door', never);
  const run = closers.run('SIGTERM', 10_000, log);
  await jest.advanceTimersByTimeAsync(7_999);
  expect([closers.closing, closed]).toEqual(['door', []]);
  await jest.advanceTimersByTimeAsync(2_000);
  expect(await run).toEqual(['door', 'sources', 'bus']);
  expect(closed).toEqual(['database']);
  expect(told()).toMatchObject([
    { event: 'process.close-failed', part: 'door', error: { message: 'not closed within 8000 ms' } },
    { event: 'process.close-failed', part: 'sources', error: { message: 'the server does not answer' } },
    { event: 'process.close-failed', part: 'bus', error: { message: 'not closed within 1600 ms' } },
  ]);
});

it('a part is told a little less than it has, and has half a second when all is used up', async () => {
  const { closers, defer, log } = setUp();
  const lefts: number[] = [];
  for (const part of ['database', 'bus', 'door'])
    defer(part, ({ left }) => {
      lefts.push(Math.round(left()));
      return never();
    });
  const run = closers.run('SIGTERM', 1000, log);
  await jest.advanceTimersByTimeAsync(2000);
  expect(await run).toEqual(['door', 'bus', 'database']);
  expect(lefts).toEqual([720, 450, 450]);
});
