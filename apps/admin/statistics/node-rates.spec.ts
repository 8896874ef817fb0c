import type { NodeSample } from '#bus';
import { between, p95, ratesOf } from './node-rates.js';

const sample = (at: number, requests: number, startedAt = 1): NodeSample => ({
  node: 'n',
  role: 'serve',
  version: '1',
  startedAt,
  at,
  held: 3,
  working: 1,
  requests: { Sync: requests },
  failures: { unavailable: requests / 10 },
  seconds: { sum: requests * 0.02, count: requests },
  buckets: { '0.01': requests / 2, '0.1': requests, '+Inf': requests },
  queued: null,
  memoryBytes: 1,
  pause: 0,
});

describe('rates of a node', () => {
  it('are what happened between two samples, however many were lost in between', () => {
    const rates = ratesOf([between(sample(0, 100), sample(10_000, 300))]);
    expect(rates).toMatchObject({ commandsPerSecond: 20, failuresPerSecond: 2 });
    expect(rates.latencyMean).toBeCloseTo(20);
    expect(rates.latencyP95).toBeCloseTo(91);
  });

  it('are nothing for a node that was never heard before, or began anew with smaller counters', () => {
    for (const before of [undefined, sample(0, 500)])
      expect(ratesOf([between(before, sample(5_000, 100, 2))])).toEqual({
        commandsPerSecond: 0,
        failuresPerSecond: 0,
        latencyMean: null,
        latencyP95: null,
      });
  });

  it('know no more of the slowest than the last bound that is one', () => {
    expect(p95({ '1': 0, '+Inf': 10 })).toBe(1);
    expect(p95({})).toBeNull();
  });
});
