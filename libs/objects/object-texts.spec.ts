import type { ObjectSource, StoredObject } from './object-source.js';
import { ObjectTexts, type FetchedText } from './object-texts.js';
import { TextCache } from './text-cache.js';

const folder = 'Calendar';
const entries = (...names: readonly string[]) => names.map((name) => ({ name, version: '1' }));

/** A source that answers a question when it is let. */
class SlowSource {
  readonly asked: string[][] = [];
  readonly #waiting: { give: () => void; fail: (error: Error) => void }[] = [];
  text = 'BEGIN:VCALENDAR';

  async *fetch(_: string, names: readonly string[]): AsyncGenerator<StoredObject> {
    this.asked.push([...names]);
    await new Promise<void>((give, fail) => this.#waiting.push({ give, fail }));
    for (const name of names) yield { name, version: '1', text: this.text };
  }

  give(): void {
    for (const { give } of this.#waiting.splice(0)) give();
  }

  fail(): void {
    for (const { fail } of this.#waiting.splice(0)) fail(new Error('the line is cut'));
  }
}

function place(feedsElsewhere = false) {
  const slow = new SlowSource();
  const source: Pick<ObjectSource, 'kind' | 'fetch'> = {
    kind: 'caldav',
    fetch: (path, names) => slow.fetch(path, names),
  };
  const cache = new TextCache();
  const texts = new ObjectTexts(source, cache, () => new Date('2026-03-02T10:00:00Z'), feedsElsewhere);
  return { slow, cache, texts };
}

async function all(texts: ObjectTexts, names: readonly string[]): Promise<readonly FetchedText[]> {
  const found: FetchedText[] = [];
  for await (const text of texts.fetch(folder, entries(...names))) found.push(text);
  return found;
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('texts that are fetched before anybody asks', () => {
  it('who asks for one that is on its way waits for it and asks nothing', async () => {
    const { slow, texts } = place();
    texts.fetchAhead(folder, entries('a', 'b'));
    const found = all(texts, ['a', 'b']);
    await settled();
    slow.give();
    expect(await found).toHaveLength(2);
    expect(slow.asked).toEqual([['a', 'b']]);
  });

  it('an errand at a time, and none for what is at hand', async () => {
    const { slow, texts } = place();
    texts.keep(folder, { name: 'a', version: '1', text: '' });
    texts.fetchAhead(folder, entries('a'));
    texts.fetchAhead(folder, entries('a', 'b'));
    texts.fetchAhead(folder, entries('c'));
    await settled();
    slow.give();
    expect(slow.asked).toEqual([['b']]);
  });

  it('one that failed harms nobody: who wants the texts asks himself', async () => {
    const { slow, texts } = place();
    texts.fetchAhead(folder, entries('a'));
    const found = all(texts, ['a']);
    await settled();
    slow.fail();
    await settled();
    slow.give();
    expect(await found).toHaveLength(1);
    expect(slow.asked).toEqual([['a'], ['a']]);
  });

  it('a text that was written meanwhile is not covered by the older one, nor one that was removed', async () => {
    const { slow, cache, texts } = place();
    texts.fetchAhead(folder, entries('written', 'removed', 'same'));
    await settled();
    texts.keep(folder, { name: 'written', version: '2', text: 'new' });
    texts.forget(folder, 'removed');
    slow.give();
    await settled();
    expect(cache.get('caldav', folder, 'written')?.version).toBe('2');
    expect(cache.get('caldav', folder, 'removed')).toBeUndefined();
    expect(cache.get('caldav', folder, 'same')?.version).toBe('1');
  });

  it('large texts end it: they would push out what is read now', async () => {
    const { slow, cache, texts } = place();
    slow.text = 'x'.repeat(300_000);
    texts.fetchAhead(folder, entries('a', 'b', 'c', 'd', 'e', 'f'));
    await settled();
    slow.give();
    await settled();
    expect(slow.asked).toHaveLength(1);
    expect(cache.bytes).toBeGreaterThan(600_000);
    expect(cache.bytes).toBeLessThan(3_000_000);
  });
});
