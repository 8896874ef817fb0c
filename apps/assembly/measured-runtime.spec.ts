import { ActorFailure, DeadlinePassed, InProcessRuntime, Overloaded, type AskOptions } from '#actors';
import type { DeviceMessage, Envelope } from '#device';
import { createMetrics } from '#ops';
import { MeasuredRuntime } from './measured-runtime.js';

const envelope = (body: DeviceMessage): Envelope => ({
  identity: { tenant: 't', user: 'ada', deviceId: 'phone' },
  ...{ deviceType: '', userAgent: '', protocolVersion: 161, policyKey: null, credentials: '' },
  body,
});
const sync = (phase: 'open' | 'collect'): DeviceMessage => ({
  ...{ type: 'Sync', phase, collections: null, partial: false, windowSize: null, wait: null },
});
const soon = () => ({ deadline: Date.now() + 5_000 });

/** A runtime that notes how it is asked, and throws what it is told to. */
class Noting extends InProcessRuntime {
  readonly asked: AskOptions[] = [];
  failure: Error | null = null;

  override async ask(_address: string, _message: unknown, options: AskOptions): Promise<unknown> {
    this.asked.push(options);
    if (this.failure) throw this.failure;
    return 'answer';
  }
}

describe('the runtime of a process', () => {
  let inner: Noting;
  beforeEach(() => (inner = new Noting()));
  afterEach(() => inner.close());

  it('lets messages in that end what was begun, when new work is refused', async () => {
    const runtime = new MeasuredRuntime(inner, createMetrics());
    const settle: DeviceMessage = { type: 'Settle', folder: 'm1', key: '1', items: [] };
    for (const body of [settle, sync('collect'), sync('open'), { type: 'Admit' } as const])
      await runtime.ask('a', envelope(body), soon());
    expect(inner.asked.map(({ finishing }) => finishing)).toEqual([true, true, false, false]);
  });

  it('measures each ask by its message and how it ended', async () => {
    const metrics = createMetrics();
    const runtime = new MeasuredRuntime(inner, metrics);
    await runtime.ask('a', envelope({ type: 'Admit' }), soon());
    for (const error of [
      new Overloaded('busy', 1),
      new DeadlinePassed('late'),
      new ActorFailure('bug', 'x'),
    ]) {
      inner.failure = error;
      await expect(runtime.ask('a', envelope(sync('open')), soon())).rejects.toBe(error);
    }
    const { body } = await metrics.exposition();
    expect(body).toContain('godwit_actor_ask_seconds_count{message="Admit",outcome="ok"} 1');
    for (const outcome of ['refused', 'late', 'bug'])
      expect(body).toContain(`godwit_actor_ask_seconds_count{message="Sync",outcome="${outcome}"} 1`);
  });

  it('shows who is hosted and what waits', async () => {
    const metrics = createMetrics();
    const runtime = new MeasuredRuntime(new InProcessRuntime(), metrics);
    const asked = runtime.ask('a', envelope({ type: 'Admit' }), soon());
    expect((await metrics.exposition()).body).toContain('godwit_actor_queue 1');
    await runtime.host(() => ({ receive: async () => 'answer' }));
    await asked;
    const { body } = await metrics.exposition();
    expect(body).toContain('godwit_actor_queue 0');
    expect(body).toContain('godwit_active_actors 1');
    await runtime.close();
  });
});
