import { context, createContextKey, SpanStatusCode } from '@opentelemetry/api';
import { createLog } from '../log/log.js';
import { CollectedSpans } from '../testing/index.js';
import { spanCatalogue } from './catalogue.js';
import { renderSpans } from './reference.js';
import { inSpan, openSpan, traceContext } from './spans.js';

function lineOf(): Record<string, unknown> {
  const lines: string[] = [];
  createLog({ format: 'json', destination: { write: (line) => void lines.push(line) } }).event(
    'auth.refused',
  );
  return JSON.parse(lines[0] ?? '{}') as Record<string, unknown>;
}

describe('where nobody collects spans', () => {
  it('none is opened, messages carry nothing, and work is done as ever', async () => {
    expect(openSpan('ask', 'Sync', {})).toBeNull();
    expect(await inSpan('ask', 'Sync', {}, async () => traceContext() ?? 'nothing')).toBe('nothing');
    await expect(inSpan('ask', 'Sync', {}, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(lineOf()).not.toHaveProperty('traceId');
  });
});

describe('where somebody collects spans', () => {
  let spans: CollectedSpans;
  beforeEach(() => void (spans = new CollectedSpans()));

  it('work within work is its child, at another node too', async () => {
    let carried: ReturnType<typeof traceContext>;
    await inSpan('request', 'Sync', {}, () =>
      inSpan('ask', 'Sync', {}, async () => {
        carried = traceContext();
        await new Promise(setImmediate);
      }),
    );
    expect(carried?.traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    await inSpan('message', 'Sync', {}, async () => undefined, carried);
    expect(spans.path('actor Sync')).toEqual(['ActiveSync Sync', 'ask Sync', 'actor Sync']);
  });

  it('what it is done within goes before what is told', async () => {
    await inSpan('ask', 'Ping', {}, async () => {
      const told = { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01` };
      await inSpan('message', 'Ping', {}, async () => undefined, told);
    });
    expect(spans.path('actor Ping')).toEqual(['ask Ping', 'actor Ping']);
  });

  it('what is told in no form of a trace begins one', async () => {
    await inSpan('message', 'Ping', {}, async () => undefined, { traceparent: 'garbage' });
    expect(spans.named('actor Ping')?.parentSpanContext).toBeUndefined();
  });

  it('a failure is told by its kind, never by its words', async () => {
    const failure = Object.assign(new Error('ann@example.org is over quota'), { kind: 'unavailable' });
    await expect(inSpan('source', 'imap read', {}, () => Promise.reject(failure))).rejects.toBe(failure);
    const span = spans.named('source imap read');
    expect(span?.status).toEqual({ code: SpanStatusCode.ERROR });
    expect(span?.attributes).toEqual({ 'error.type': 'unavailable' });
    expect(span?.events).toEqual([]);
  });

  it('lines of the log name the span they were written in', async () => {
    const line = await inSpan('message', 'Sync', {}, async () => lineOf());
    const { traceId, spanId } = spans.named('actor Sync')!.spanContext();
    expect(line).toMatchObject({ event: 'auth.refused', traceId, spanId });
    expect(lineOf()).not.toHaveProperty('traceId');
  });

  it('what else the operator’s context holds stays in it', async () => {
    const key = createContextKey('other');
    const seen = await context.with(context.active().setValue(key, 1), () =>
      inSpan('ask', 'Sync', {}, async () => context.active().getValue(key)),
    );
    expect(seen).toBe(1);
  });
});

it('the page names every span and attribute', () => {
  const page = renderSpans();
  for (const { title, attributes } of Object.values(spanCatalogue))
    for (const name of [`\`${title} ...\``, ...Object.keys(attributes).map((key) => `\`${key}\``)])
      expect(page).toContain(name);
});
