import { Health } from './health.js';

describe('health', () => {
  it('is ready only between the start and the draining', async () => {
    const health = new Health();
    expect((await health.ready()).ok).toBe(false);
    health.started();
    expect((await health.ready()).ok).toBe(true);
    health.drain();
    health.started();
    expect(await health.ready()).toEqual({ ok: false, checks: { process: 'draining' } });
    expect(health.live().ok).toBe(true);
  });

  it('has started for good: an orchestrator must not break off a process that drains or lost its database', async () => {
    const health = new Health();
    health.require('store', () => Promise.reject(new Error('connection refused')));
    expect(health.startup()).toEqual({ ok: false, checks: { process: 'starting' } });
    health.started();
    expect(health.startup().ok).toBe(true);
    health.drain();
    expect(health.startup()).toEqual({ ok: true, checks: { process: 'draining' } });
  });

  it('tells what is down, also when it hangs', async () => {
    const health = new Health();
    health.started();
    health.require('store', () => Promise.reject(new Error('connection refused')));
    health.require('redis', () => new Promise(() => undefined));
    health.require('disk', () => Promise.resolve(true));
    expect(await health.ready(10)).toEqual({
      ok: false,
      checks: {
        process: 'serving',
        store: 'connection refused',
        redis: 'no answer within 10 ms',
        disk: 'ok',
      },
    });
  });
});
