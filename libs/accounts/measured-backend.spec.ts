import { BackendError, CursorInvalid, type Backend } from '#backend';
import { createMetrics } from '#ops';
import { CollectedSpans } from '../ops/testing/index.js';
import { measured } from './measured-backend.js';

function source(failure?: Error): Backend {
  const fail = (): void => {
    if (failure) throw failure;
  };
  return {
    kind: 'fake',
    folders: async () => (fail(), []),
    changes: async () => (fail(), { changed: [], removed: [], cursor: 'c', more: false }),
    async *read(_folder, ids) {
      for (const id of ids) yield { id, item: {} };
      fail();
    },
    watch: async () => ({ close: async () => undefined }),
    close: async () => undefined,
  };
}

const request = { folder: 'INBOX', cursor: null, scope: { sinceDay: null }, limit: 1 };
const view = {
  protocolVersion: 161,
  bodyPreferences: [],
  mimeSupport: 0,
  mimeTruncation: null,
  detail: 'full',
} as const;

async function readAll(backend: Backend): Promise<string[]> {
  const ids: string[] = [];
  for await (const { id } of backend.read('INBOX', ['1', '2'], view)) ids.push(id);
  return ids;
}

it('pages and reads are timed by the kind of source, and what comes through is unchanged', async () => {
  const metrics = createMetrics();
  const backend = measured(source(), metrics);
  expect(await backend.changes(request)).toMatchObject({ cursor: 'c' });
  expect(await readAll(backend)).toEqual(['1', '2']);
  const { body } = await metrics.exposition();
  expect(body).toContain('godwit_feed_seconds_count{backend="fake",outcome="ok"} 1');
  expect(body).toContain('godwit_read_seconds_count{backend="fake"} 2');
  expect(body).not.toMatch(/godwit_backend_errors_total\{/);
});

it('failures are counted by kind wherever they come up, an outlived cursor is none', async () => {
  const metrics = createMetrics();
  const broken = measured(source(new BackendError('unavailable', 'down')), metrics);
  await expect(broken.changes(request)).rejects.toThrow('down');
  await expect(broken.folders()).rejects.toThrow('down');
  await expect(readAll(broken)).rejects.toThrow('down');
  await expect(measured(source(new CursorInvalid('old')), metrics).changes(request)).rejects.toThrow('old');
  const { body } = await metrics.exposition();
  expect(body).toContain('godwit_feed_seconds_count{backend="fake",outcome="failed"} 2');
  expect(body).toContain('godwit_backend_errors_total{backend="fake",kind="unavailable"} 3');
});

it('what a source cannot do stays undone, and what it is stays what it is', () => {
  const backend = measured(source(), createMetrics());
  expect('moveItems' in backend).toBe(false);
  expect(backend.kind).toBe('fake');
});

it('all it does is traced where somebody collects traces, a read as one span', async () => {
  const spans = new CollectedSpans();
  const backend = measured(source(), createMetrics());
  await backend.changes(request);
  await readAll(backend);
  const broken = measured(source(new BackendError('unavailable', 'down')), createMetrics());
  await expect(readAll(broken)).rejects.toThrow('down');
  await expect(broken.folders()).rejects.toThrow('down');
  expect(spans.all().map(({ name, attributes }) => [name, attributes['error.type']])).toEqual([
    ['source fake changes', undefined],
    ['source fake read', undefined],
    ['source fake read', 'unavailable'],
    ['source fake folders', 'unavailable'],
  ]);
});
