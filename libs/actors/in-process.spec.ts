import { actorRuntimeContract } from './contract/actor-runtime.js';
import { InProcessRuntime } from './in-process.js';
import type { FailureReport } from './perform.js';
import { Overloaded } from './runtime.js';
import { Turns } from './turns.js';

actorRuntimeContract('in process', async (factory, options = {}) => {
  const reports: FailureReport[] = [];
  const runtime = new InProcessRuntime({ ...options, report: (report) => reports.push(report) });
  await runtime.host(factory);
  return { asking: [runtime], reports, close: () => runtime.close() };
});

const soon = () => ({ deadline: Date.now() + 10_000 });

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 2));
}

describe('instances in process', () => {
  let runtime: InProcessRuntime;
  const gone: string[] = [];
  const made: string[] = [];
  const start = async (options: ConstructorParameters<typeof InProcessRuntime>[0]) => {
    gone.length = made.length = 0;
    runtime = new InProcessRuntime(options);
    await runtime.host((address) => {
      made.push(address);
      return { receive: async () => address, deactivate: async () => void gone.push(address) };
    });
  };
  afterEach(() => runtime.close());

  it('are kept between messages and dropped when idle, so that memory follows the phones that are active', async () => {
    await start({ idle: 40 });
    await runtime.ask('a', 1, soon());
    await runtime.ask('a', 2, soon());
    expect(made).toEqual(['a']);
    await until(() => gone.length > 0);
    await runtime.ask('a', 3, soon());
    expect(made).toEqual(['a', 'a']);
  });

  it('are dropped, the longest idle first, when there are too many', async () => {
    await start({ instances: 2 });
    for (const address of ['a', 'b', 'a', 'c']) await runtime.ask(address, 1, soon());
    await until(() => gone.length > 0);
    expect(gone).toEqual(['b']);
  });

  it('refuse when too much waits in all', async () => {
    runtime = new InProcessRuntime({ overall: 2 });
    const waiting = ['a', 'b'].map((address) => runtime.ask(address, 1, soon()));
    await expect(runtime.ask('c', 1, soon())).rejects.toMatchObject({ name: 'Overloaded' });
    await runtime.host((address) => ({ receive: async () => address }));
    await expect(Promise.all(waiting)).resolves.toEqual(['a', 'b']);
  });
});

it('begins with no more than it gets done while the process is busy; what ends an earlier message goes before', async () => {
  const refusals: string[] = [];
  const runtime = new InProcessRuntime({
    turns: new Turns({ always: 1, isBusy: () => true }),
    longestDelay: 50,
    onRefused: (reason) => refusals.push(reason),
  });
  let finish: () => void = () => undefined;
  const begun: unknown[] = [];
  await runtime.host(() => ({
    receive: async (message) => {
      begun.push(message);
      if (message === 'long') await new Promise<void>((resolve) => (finish = resolve));
    },
  }));
  const long = runtime.ask('a', 'long', soon());
  await until(() => begun.length === 1);
  const late = runtime.ask('b', 'late', soon());
  await runtime.ask('c', 'settle', { ...soon(), finishing: true });
  await expect(late).rejects.toThrow(Overloaded);
  const next = runtime.ask('b', 'next', soon());
  finish();
  await Promise.all([long, next]);
  expect([begun, refusals]).toEqual([['long', 'settle', 'next'], ['host']]);
  await runtime.close();
});
