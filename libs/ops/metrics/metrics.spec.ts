import { metricCatalogue } from './catalogue.js';
import { createMetrics } from './metrics.js';
import { renderMetrics } from './reference.js';

describe('metrics', () => {
  it('are counted by the names of the catalogue and shown to Prometheus', async () => {
    const metrics = createMetrics();
    metrics.requests.inc({ command: 'Sync', status: '200', version: '16.1' });
    metrics.held.inc({ command: 'Ping' });
    metrics.asks.observe({ message: 'collect', outcome: 'ok' }, 0.003);
    const { body, contentType } = await metrics.exposition();
    expect(contentType).toContain('text/plain');
    expect(body).toContain('godwit_requests_total{command="Sync",status="200",version="16.1"} 1');
    expect(body).toContain('godwit_held_requests{command="Ping"} 1');
    expect(body).toContain('godwit_actor_ask_seconds_bucket{le="0.005",message="collect",outcome="ok"} 1');
  });

  it('that stand for a moment are read when somebody looks', async () => {
    const metrics = createMetrics();
    let actors = 1;
    metrics.beforeExposition(() => metrics.actors.set(actors));
    await metrics.exposition();
    actors = 7;
    expect((await metrics.exposition()).body).toContain('godwit_active_actors 7');
  });

  it('do not meet those of another instance', async () => {
    createMetrics().bugs.inc();
    expect((await createMetrics().exposition()).body).toContain('godwit_bugs_total 0');
  });

  it('have no label whose values have no bound', () => {
    const labels = new Set<string>(Object.values(metricCatalogue).flatMap((metric) => [...metric.labels]));
    for (const unbounded of ['user', 'device', 'account', 'folder', 'address'])
      expect(labels).not.toContain(unbounded);
    expect(renderMetrics()).toContain('| `godwit_held_requests` | gauge | `command` |');
  });
});
