import type { TraceEntry } from '#bus';
import { eventually } from '#backend/contract';
import { AdminStage, userOf } from '../testing/admin-stage.js';

describe('traces and the live view, as the API gives them', () => {
  let stage: AdminStage;
  beforeAll(async () => void (stage = await AdminStage.open()));
  afterAll(() => stage.close());

  const entry = (kind: TraceEntry['kind'], text: string): TraceEntry => ({
    tenant: 'acme',
    user: userOf('ada', 'acme'),
    device: 'phone1',
    node: 'one',
    at: Date.now(),
    kind,
    request: 'one.1',
    command: 'Sync',
    text,
  });

  it('keep what a node tells once, sealed, show it in pages and live, and forget it with the trace', async () => {
    const { id: device } = await stage.device();
    const params = { device };
    const wanted: number[] = [];
    stage.core.bus.subscribe('trace-wanted', ({ until }) => wanted.push(until));
    await stage.first.call('PUT /devices/{device}/trace', { params, body: { minutes: 5 } });
    await eventually(() => (wanted[0] ?? 0) > Date.now());
    const hangUp = new AbortController();
    const live = await stage.first.open('GET /devices/{device}/trace/live', { params }, hangUp.signal);
    const heard = live.body!.getReader();
    const entries = [entry('request', '<first/>'), entry('answer', '<second/>')];
    stage.core.bus.publish('trace', { entries });
    stage.core.bus.publish('trace', { entries });
    const page = (cursor?: string) =>
      stage.first.call('GET /devices/{device}/trace', { params, query: { limit: 1, cursor } });
    await eventually(async () => (await page((await page()).next ?? undefined)).items.length === 1);
    const first = await page();
    const second = await page(first.next ?? undefined);
    expect([...first.items, ...second.items].map(({ text }) => text)).toEqual(['<first/>', '<second/>']);
    expect((await page(second.next ?? undefined)).items).toEqual([]);
    const rows = await stage.database.prisma.traceEntry.findMany();
    expect(rows).toHaveLength(2);
    expect(JSON.stringify(rows.map(({ sealed }) => sealed))).not.toContain('first');
    let text = '';
    while (!text.includes('<second/>')) text += Buffer.from((await heard.read()).value ?? []).toString();
    expect(text).toContain('event: entry\ndata: ');
    hangUp.abort();
    const stranger = await stage.as({ role: 'tenant', tenant: 'globex' });
    await expect(stranger.call('GET /devices/{device}/trace', { params })).rejects.toMatchObject({
      status: 404,
    });
    await stage.first.call('DELETE /devices/{device}/trace', { params, body: {} });
    expect((await page()).items).toEqual([]);
    expect(wanted.at(-1)).toBe(0);
  });

  it('answer with what there is when no node tells anything', async () => {
    expect(await stage.first.call('GET /live/now', {})).toEqual({ items: [] });
  });
});
