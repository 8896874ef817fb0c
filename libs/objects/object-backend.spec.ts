import { BackendError, canEditFolders, canReadPart, CursorInvalid, keepsCalendars } from '#backend';
import { eventSamples, plainView, Replica } from '#backend/contract';
import { MemoryObjectSource } from '#backends/memory';
import { taskCodec } from '#formats';
import { MemoryNameBook, openObjectBackend, type ObjectBackend } from './index.js';
import { lineCodec } from './testing/index.js';

const folder = 'Calendar';
const owner = async () => ({ identities: [{ address: 'ada@example.org', displayName: null }] });

interface Place {
  readonly source: MemoryObjectSource;
  readonly backend: ObjectBackend;
  readonly open: () => ObjectBackend;
}

function place(count: number, now: () => Date = () => new Date('2026-03-02T10:00:00Z')): Place {
  const source = new MemoryObjectSource('Calendar');
  for (let n = 0; n < count; n++) source.write(folder, `${n}.ics`, eventSamples.text(`Event ${n}`));
  const open = () => openObjectBackend(source, lineCodec, { names: new MemoryNameBook(), owner, now });
  return { source, backend: open(), open };
}

async function readAll(backend: ObjectBackend, ids: readonly string[]): Promise<number> {
  let items = 0;
  for await (const result of backend.read(folder, ids, plainView)) items += 'item' in result ? 1 : 0;
  return items;
}

const asked = ({ calls }: MemoryObjectSource, method: string): number => calls[method] ?? 0;
const change = (Subject: string) => ({
  itemClass: 'Calendar' as const,
  data: { Subject },
  manner: { protocolVersion: 161, supported: null },
  instance: null,
});

describe('what a source is asked for', () => {
  it('a first sync lists once and fetches every text once, page by page', async () => {
    const { source, backend } = place(1_200);
    const replica = new Replica(backend, folder);
    for (let more = true; more;) {
      const page = await replica.step(100);
      expect(
        await readAll(
          backend,
          page.changed.map(({ id }) => id),
        ),
      ).toBe(page.changed.length);
      more = page.more;
    }
    expect(replica.ids).toHaveLength(1_200);
    expect(source.calls).toMatchObject({ changes: 1, fetched: 1_200 });
  });

  it('a Sync without change asks once and fetches nothing; one changed event is one text', async () => {
    const { source, backend } = place(300);
    const replica = new Replica(backend, folder);
    await replica.sync();
    const before = { ...source.calls };
    await replica.sync();
    expect(source.calls).toEqual({ ...before, changes: before['changes']! + 1 });
    source.write(folder, '7.ics', eventSamples.text('Changed'));
    const [page] = await replica.sync();
    expect(page!.changed).toHaveLength(1);
    expect(await readAll(backend, [page!.changed[0]!.id])).toBe(1);
    expect(asked(source, 'fetched')).toBe(before['fetched']! + 1);
  });

  it('a source that lists all again at every change is asked for the changed text only', async () => {
    const { source, backend } = place(500);
    source.switches.listsOnly = true;
    const replica = new Replica(backend, folder);
    await replica.sync();
    source.write(folder, '7.ics', eventSamples.text('Changed'));
    await replica.sync();
    expect(replica.ids).toHaveLength(500);
    expect(asked(source, 'fetched')).toBe(501);
  });

  it('ids that another process gave out are found by one listing, and unknown ones not listed for again', async () => {
    const { source, backend, open } = place(50);
    const replica = new Replica(backend, folder);
    await replica.sync();
    const other = open();
    const before = asked(source, 'changes');
    expect(await readAll(other, replica.ids)).toBe(50);
    expect(await readAll(other, ['000000000', '000000001'])).toBe(0);
    expect(await readAll(other, ['000000002'])).toBe(0);
    expect(asked(source, 'changes')).toBe(before + 1);
  });
});

describe('another process', () => {
  it('that goes on with a first sync lists the folder once, however many pages are left', async () => {
    const { source, backend, open } = place(100);
    const first = new Replica(backend, folder);
    await first.step(10);
    source.write(folder, 'late.ics', eventSamples.text('Late'));
    const second = new Replica(open(), folder);
    for (const [id, item] of first.known) second.known.set(id, item);
    second.cursor = first.cursor;
    const before = asked(source, 'changes');
    await second.sync(10);
    expect(second.ids).toHaveLength(101);
    expect(asked(source, 'changes')).toBe(before + 1);
  });

  it('that told of a newer version is believed: what a gateway remembers is fetched again', async () => {
    const { source } = place(1);
    const open = () =>
      openObjectBackend(source, lineCodec, { names: new MemoryNameBook(), owner, feedsElsewhere: true });
    const [gateway, actor] = [open(), new Replica(open(), folder)];
    await actor.sync();
    expect(await readAll(gateway, actor.ids)).toBe(1);
    source.write(folder, '0.ics', eventSamples.text('Newer'));
    await actor.sync();
    for await (const result of gateway.read(folder, actor.ids, plainView))
      expect(result).toMatchObject({ item: { Subject: 'Newer' } });
  });

  it('reads page after page of ids it never told, from one listing', async () => {
    const { source, backend, open } = place(60);
    const replica = new Replica(backend, folder);
    await replica.sync();
    const other = open();
    const before = asked(source, 'changes');
    for (let at = 0; at < 60; at += 20) expect(await readAll(other, replica.ids.slice(at, at + 20))).toBe(20);
    expect(asked(source, 'changes')).toBe(before + 1);
  });
});

describe('pages', () => {
  it('go on in another process, and lose nothing that happens in between', async () => {
    const { source, open } = place(40);
    source.switches.ignoreLimit = true;
    const replicaOf = (): Replica => new Replica(open(), folder);
    let replica = replicaOf();
    const handOver = async (): Promise<boolean> => {
      const { more } = await replica.step(7);
      const next = replicaOf();
      for (const [id, item] of replica.known) next.known.set(id, item);
      next.cursor = replica.cursor;
      replica = next;
      return more;
    };
    for (let round = 0; await handOver(); round++)
      source.write(folder, `${round}.ics`, eventSamples.text(`N${round}`));
    for (let n = 0; n < 30; n++) source.write(folder, `${n}.ics`, eventSamples.text(`Again ${n}`));
    source.erase(folder, '31.ics');
    for (let round = 0; await handOver(); round++) {
      if (round < 3) source.write(folder, `${round + 32}.ics`, eventSamples.text(`Late ${round}`));
    }
    await replica.sync();
    const truth = replicaOf();
    await truth.sync();
    expect(replica.known).toEqual(truth.known);
    expect(truth.ids).toHaveLength(39);
  });

  it('are cut inside of a series that has more occurrences than fit', async () => {
    const { source, backend } = place(3);
    const starts = Array.from({ length: 25 }, (_, n) => `202603${String(n + 1).padStart(2, '0')}T100000Z`);
    const series = eventSamples
      .text('Series')
      .replace('END:VEVENT', `X-STARTS:${starts.join(',')}\r\nEND:VEVENT`);
    source.write(folder, 'series.ics', series);
    const listed = new Replica(backend, folder);
    for (const page of await listed.sync(4)) expect(page.changed.length).toBeLessThanOrEqual(4);
    expect(listed.ids).toHaveLength(28);
    source.write(folder, 'series.ics', series.replace(`${starts[3]},`, ''));
    for (const page of await listed.sync(4)) expect(page.changed.length).toBeLessThanOrEqual(4);
    expect(listed.ids).toHaveLength(27);
  });

  it('of a folder with such a series begin anew when the horizon moves, others go on', async () => {
    let now = new Date('2026-03-31T23:00:00Z');
    const { source, backend } = place(3, () => now);
    const plain = new Replica(backend, folder);
    await plain.sync();
    source.write(folder, 'series.ics', eventSamples.expanded!('Series'));
    const expanded = new Replica(backend, folder);
    await expanded.sync();
    now = new Date('2026-04-01T01:00:00Z');
    await expect(expanded.page(10)).rejects.toBeInstanceOf(CursorInvalid);
    await expect(plain.page(100)).resolves.toMatchObject({ more: false });
  });

  it('tell past events only where they leave the window', async () => {
    const { source, backend } = place(0);
    const at = (day: string): string => eventSamples.text('Event').replace(/DTEND:\d+/, `DTEND:${day}`);
    source.write(folder, 'old.ics', at('20250101'));
    source.write(folder, 'new.ics', at('20260301'));
    const sinceDay = Date.UTC(2026, 0, 1) / 86_400_000;
    const replica = new Replica(backend, folder, sinceDay);
    await replica.sync();
    expect(replica.ids).toHaveLength(1);
    source.write(folder, 'new.ics', at('20250601'));
    const [page] = await replica.sync();
    // With its day, so that the engine takes it off the phone softly instead of calling it deleted.
    expect(page!.changed).toMatchObject([{ day: Date.UTC(2025, 5, 1) / 86_400_000 }]);
  });
});

describe('writing', () => {
  async function one(): Promise<Place & { readonly id: string; readonly version: string }> {
    const made = place(1);
    const replica = new Replica(made.backend, folder);
    await replica.sync();
    const id = replica.ids[0]!;
    return { ...made, id, version: replica.known.get(id)!.version };
  }

  it('a race that is lost while writing is judged again: the server wins, or the phone on top of it', async () => {
    for (const winner of ['server', 'client'] as const) {
      const { source, backend, id, version } = await one();
      source.switches.beforePut = () => {
        source.switches.beforePut = null;
        source.write(folder, '0.ics', `${eventSamples.text('Theirs')}X-THEIRS:1\r\n`);
      };
      const writing = backend.changeItem(folder, id, change('Mine'), { version, winner });
      if (winner === 'server') await expect(writing).rejects.toMatchObject({ kind: 'conflict' });
      else await writing;
      const text = source.texts(folder).get('0.ics');
      expect(text).toContain('X-THEIRS:1');
      expect(text).toContain(winner === 'server' ? 'SUMMARY:Theirs' : 'SUMMARY:Mine');
    }
  });

  it('ends when somebody else is always faster', async () => {
    const { source, backend, id, version } = await one();
    let serial = 0;
    source.switches.beforePut = () => source.write(folder, '0.ics', eventSamples.text(`T${(serial += 1)}`));
    const writing = backend.changeItem(folder, id, change('Mine'), { version, winner: 'client' });
    await expect(writing).rejects.toMatchObject({ kind: 'conflict', reason: 'races' });
  });

  it('a change that changes nothing writes nothing', async () => {
    const { source, backend, id, version } = await one();
    const expected = { version, winner: 'server' } as const;
    const written = await backend.changeItem(folder, id, change('Event 0'), expected);
    expect(written).toMatchObject({ version, altered: false });
    expect(asked(source, 'put')).toBe(0);
  });

  it('the phone hears of what the source made of its words, but not of what no phone sees', async () => {
    const { source, backend, id } = await one();
    const expected = { version: null, winner: 'server' } as const;
    source.switches.alterOnPut = (text) => text.replace('END:VEVENT', 'X-STAMP:1\r\nEND:VEVENT');
    expect(await backend.changeItem(folder, id, change('A'), expected)).toMatchObject({ altered: false });
    source.switches.alterOnPut = (text) => text.replace('SUMMARY:', 'SUMMARY:[x] ');
    expect(await backend.changeItem(folder, id, change('B'), expected)).toMatchObject({ altered: true });
  });

  it('an object that the source put under another name is told from there, and made once', async () => {
    const { source, backend } = place(0);
    const put = source.put.bind(source);
    const uidIn = (text: string): string | undefined => /UID:(.*)/.exec(text)?.[1];
    source.put = async (path, name, text, over) => {
      const isTaken = [...source.texts(path).values()].some((other) => uidIn(other) === uidIn(text));
      if (over === null && isTaken)
        throw new BackendError('conflict', 'there is one of this UID', { reason: 'uid-taken' });
      return { ...(await put(path, over === null ? `own-${name}` : name, text, over)), name: `own-${name}` };
    };
    const made = await backend.createItem(folder, change('Mine'), 'key');
    const replica = new Replica(backend, folder);
    await replica.sync();
    expect(replica.known.get(made.id)?.version).toBe(made.version);
    expect(await readAll(backend, [made.id])).toBe(1);
    const again = await backend.createItem(folder, change('Mine'), 'key');
    expect(again).toMatchObject({ id: made.id, version: made.version, altered: false });
    expect(source.texts(folder).size).toBe(1);
  });

  it('what somebody else made of the same UID is not made again, and the phone hears how it is', async () => {
    const { source, backend } = place(0);
    await backend.createItem(folder, change('Mine'), 'key');
    const [[name, text]] = [...source.texts(folder)] as [[string, string]];
    source.erase(folder, name);
    source.write(folder, 'theirs.ics', text.replace('Mine', 'Theirs'));
    source.switches.failNext.set('put', new BackendError('conflict', 'taken', { reason: 'uid-taken' }));
    const made = await backend.createItem(folder, change('Mine'), 'key');
    expect(made.altered).toBe(true);
    const replica = new Replica(backend, folder);
    await replica.sync();
    expect(replica.ids).toEqual([made.id]);
  });

  it('a move that broke off between its halves is finished by the next one', async () => {
    const { source, backend, id } = await one();
    source.move = null;
    source.addFolder('Other');
    source.switches.failNext.set('remove', new BackendError('unavailable', 'away'));
    await expect(backend.moveItems(folder, [id], 'Other')).rejects.toMatchObject({ kind: 'unavailable' });
    expect((await backend.moveItems(folder, [id], 'Other')).size).toBe(1);
    expect([source.texts(folder).size, source.texts('Other').size]).toEqual([0, 1]);
  });

  it('one occurrence is taken out of a series, once', async () => {
    const { source, backend, id } = await one();
    const instance = new Date('2026-03-09T10:00:00Z');
    const text = eventSamples
      .text('Series')
      .replace('END:VEVENT', `X-INSTANCE:${instance.toISOString()}\r\nEND:VEVENT`);
    source.write(folder, '0.ics', text);
    const expected = { version: null, winner: 'client' } as const;
    await backend.deleteOccurrence(folder, id, instance, expected);
    expect(source.texts(folder).get('0.ics')).toBe(eventSamples.text('Series'));
    await expect(backend.deleteOccurrence(folder, id, instance, expected)).rejects.toMatchObject({
      kind: 'gone',
    });
  });
});

describe('what a backend can do', () => {
  it('is what its class and its source can do', () => {
    const options = { names: new MemoryNameBook(), owner };
    const fixed = new MemoryObjectSource('Tasks', 'Tasks', { editable: false });
    const tasks = openObjectBackend(fixed, taskCodec, options);
    expect([canEditFolders(tasks), canReadPart(tasks), keepsCalendars(tasks)]).toEqual([false, false, false]);
    const { backend } = place(0);
    expect([canEditFolders(backend), canReadPart(backend), keepsCalendars(backend)]).toEqual([
      true,
      true,
      true,
    ]);
  });

  it('opens files that an object points to', async () => {
    const { source, backend } = place(0);
    source.urls.set('https://dav.example/a', Buffer.from('abc'));
    source.write(
      folder,
      'a.ics',
      eventSamples.text('A').replace('END:VEVENT', 'ATTACH:https://dav.example/a\r\nEND:VEVENT'),
    );
    const replica = new Replica(backend, folder);
    await replica.sync();
    const { size } = await backend.readPart!(folder, replica.ids[0]!, '1');
    expect(size).toBe(3);
  });
});
