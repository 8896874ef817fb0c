import { BackendError, type Backend, type ChangeNotice } from '#backend';
import { WatchHub, type EndReason, type Folders, type WatchHubOptions, type WatchObserver } from './index.js';

/** A source whose events and failures the test holds in its hand. */
class Source {
  readonly watches: { folders: readonly string[]; notify: (notice: ChangeNotice) => void }[] = [];
  opened = 0;
  leases = 0;
  failure: Error | null = null;

  open = async () => {
    this.opened++;
    if (this.failure) throw this.failure;
    this.leases++;
    const backend: Backend = {
      kind: 'fake',
      folders: async () => [],
      changes: async () => ({ changed: [], removed: [], cursor: '', more: false }),
      read: async function* () {},
      close: async () => undefined,
      watch: async (folders, notify) => {
        const watch = { folders, notify };
        this.watches.push(watch);
        return {
          close: async () => {
            this.watches.splice(this.watches.indexOf(watch), 1);
          },
        };
      },
    };
    return { backend, release: () => void this.leases-- };
  };

  tell(folders: Folders) {
    for (const { notify } of this.watches) notify({ folders });
  }
}

function setUp(options: Partial<WatchHubOptions<string>> = {}) {
  const source = new Source();
  const counts = { held: 0, watched: 0, failed: 0, restored: 0, bugs: 0 };
  const observer: WatchObserver<string> = {
    held: (change) => (counts.held += change),
    watched: (change) => (counts.watched += change),
    failed: () => counts.failed++,
    restored: () => counts.restored++,
    bug: () => counts.bugs++,
  };
  const hub = new WatchHub<string>({
    keyOf: (key) => key,
    open: source.open,
    observer,
    random: () => 0.5,
    ...options,
  });
  const wait = (
    device: string,
    folders: string[] = ['INBOX'],
    more: { account?: string; wait?: number } = {},
  ) => {
    const heard: Folders[] = [];
    const ends: EndReason[] = [];
    let news = true;
    const held = hub.hold({
      account: more.account ?? 'ann',
      device,
      folders,
      wait: more.wait ?? 600_000,
      waiter: { onNews: async (told) => (heard.push(told), news), onEnd: (reason) => ends.push(reason) },
    });
    return { held, heard, ends, isNews: (value: boolean) => (news = value) };
  };
  /** Holds a device and lets its watch open; the first question, which comes with the opening, is answered "no news". */
  const settled = async (device: string, folders?: string[], more?: { account?: string; wait?: number }) => {
    const waiting = wait(device, folders, more);
    waiting.isNews(false);
    await jest.advanceTimersByTimeAsync(100);
    waiting.isNews(true);
    waiting.heard.length = 0;
    return waiting;
  };
  return { source, counts, hub, wait, settled };
}

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());
const pass = (ms: number) => jest.advanceTimersByTimeAsync(ms);

describe('a waiting phone', () => {
  it('is told of an event once it has settled, a burst only once', async () => {
    const { source, settled, hub } = setUp();
    const phone = await settled('a');
    source.tell(['INBOX']);
    await pass(100);
    source.tell(['INBOX']);
    expect(phone.heard).toEqual([]);
    await pass(60);
    expect(phone.heard).toEqual([['INBOX']]);
    expect(hub.size).toBe(0);
    expect(phone.ends).toEqual([]);
  });

  it('goes on waiting if it was no news for it', async () => {
    const { source, settled, hub } = setUp();
    const phone = await settled('a');
    phone.isNews(false);
    source.tell(null);
    await pass(200);
    expect(phone.heard).toEqual([null]);
    expect(hub.size).toBe(1);
  });

  it('is not asked about folders it does not wait for', async () => {
    const { source, settled } = setUp();
    const phone = await settled('a', ['INBOX', 'Work']);
    source.tell(['Trash']);
    await pass(200);
    expect(phone.heard).toEqual([]);
    source.tell(['Trash', 'Work']);
    await pass(200);
    expect(phone.heard).toEqual([['Work']]);
  });

  it('is asked one thing at a time, and hears what came meanwhile', async () => {
    const { source, hub } = setUp();
    const heard: Folders[] = [];
    const answers: ((news: boolean) => void)[] = [];
    const onNews = (folders: Folders) => (
      heard.push(folders),
      new Promise<boolean>((answer) => answers.push(answer))
    );
    hub.hold({
      account: 'ann',
      device: 'a',
      folders: ['A', 'B', 'C'],
      wait: 1e6,
      waiter: { onNews, onEnd: () => {} },
    });
    await pass(50);
    expect(heard).toEqual([['A', 'B', 'C']]);
    source.tell(['A']);
    await pass(200);
    source.tell(['B']);
    await pass(200);
    expect(heard).toHaveLength(1);
    answers[0]?.(false);
    await pass(0);
    expect(heard[1]).toEqual(['A', 'B']);
  });

  it('is asked once when its watch opens, because nobody told what happened before', async () => {
    const { wait } = setUp();
    const phone = wait('a');
    phone.isNews(false);
    await pass(100);
    expect(phone.heard).toEqual([['INBOX']]);
    const second = wait('b');
    await pass(100);
    expect(second.heard).toEqual([]);
  });

  it('ends at its deadline with no change', async () => {
    const { settled, counts } = setUp();
    const phone = await settled('a', ['INBOX'], { wait: 60_000 });
    await pass(58_000);
    expect(phone.ends).toEqual([]);
    await pass(3_000);
    expect(phone.ends).toEqual(['deadline']);
    expect(counts.held).toBe(0);
  });

  it('is superseded by a newer wait of the same device only', async () => {
    const { settled, hub } = setUp();
    const [first, other] = [await settled('a'), await settled('b')];
    const second = await settled('a');
    expect(first.ends).toEqual(['superseded']);
    first.held.release();
    expect(hub.size).toBe(2);
    expect([...other.ends, ...second.ends]).toEqual([]);
    hub.end('a', 'interrupted');
    expect(second.ends).toEqual(['interrupted']);
  });

  it('is asked about all of its folders when something of its own is otherwise, and nobody else is', async () => {
    const { settled, hub } = setUp();
    const [phone, other] = [await settled('a', ['INBOX', 'Work']), await settled('b')];
    hub.look('a');
    hub.look('nobody');
    await pass(0);
    expect([phone.heard, other.heard, hub.size]).toEqual([[null], [], 1]);
  });

  it('hears nothing after it has hung up', async () => {
    const { source, settled, counts } = setUp();
    const phone = await settled('a');
    source.tell(['INBOX']);
    phone.held.release();
    phone.held.release();
    await pass(1000);
    expect([phone.heard, phone.ends, counts.held]).toEqual([[], [], 0]);
  });

  it('is asked again, ever more slowly, as long as nobody can tell whether an event is news for it', async () => {
    const { hub, source } = setUp();
    const asked: number[] = [];
    let isKnown = false;
    const onNews = async (): Promise<boolean | 'unknown'> => (asked.push(Date.now()), isKnown || 'unknown');
    hub.hold({
      account: 'ann',
      device: 'a',
      folders: ['INBOX'],
      wait: 600_000,
      waiter: { onNews, onEnd: () => undefined },
    });
    await jest.advanceTimersByTimeAsync(100);
    source.tell(['INBOX']);
    await jest.advanceTimersByTimeAsync(40_000);
    const first = asked.length;
    expect(first).toBeGreaterThan(4);
    expect(first).toBeLessThan(10);
    await jest.advanceTimersByTimeAsync(40_000);
    expect(asked.length - first).toBeLessThan(4);
    isKnown = true;
    await jest.advanceTimersByTimeAsync(90_000);
    expect(hub.size).toBe(0);
  });

  it('keeps its pace of asking beside another of the account whose news are known', async () => {
    const { hub, source } = setUp();
    let asked = 0;
    const holdOf = (device: string, onNews: () => Promise<boolean | 'unknown'>): void => {
      const waiter = { onNews, onEnd: () => undefined };
      hub.hold({ account: 'ann', device, folders: ['INBOX'], wait: 600_000, waiter });
    };
    holdOf('unsure', async () => (asked++, 'unknown'));
    holdOf('sure', async () => false);
    await jest.advanceTimersByTimeAsync(100);
    source.tell(['INBOX']);
    await jest.advanceTimersByTimeAsync(60_000);
    expect(asked).toBeGreaterThan(4);
    expect(asked).toBeLessThan(12);
  });

  it('whose waiter fails is a bug that is told, and waits on', async () => {
    const { source, counts, hub } = setUp();
    const onNews = () => Promise.reject(new Error('no'));
    hub.hold({ account: 'ann', device: 'a', folders: ['A'], wait: 1e6, waiter: { onNews, onEnd: () => {} } });
    await pass(100);
    source.tell(['A']);
    await pass(200);
    expect(counts.bugs).toBe(2);
    expect(hub.size).toBe(1);
  });
});

describe('the watch of an account', () => {
  it('is shared by its devices, and apart from those of others', async () => {
    const { source, settled, counts } = setUp();
    await settled('a');
    await settled('b');
    await settled('c', ['INBOX'], { account: 'bob' });
    expect(source.watches).toHaveLength(2);
    expect(counts.watched).toBe(2);
  });

  it('widens without a gap when a device waits for more folders', async () => {
    const { source, wait, settled } = setUp();
    const first = await settled('a', ['INBOX']);
    const second = wait('b', ['INBOX', 'Work']);
    await pass(100);
    expect(source.watches.map(({ folders }) => folders)).toEqual([['INBOX', 'Work']]);
    expect(first.heard).toEqual([]);
    expect(second.heard).toEqual([['Work']]);
    expect(source.leases).toBe(1);
  });

  it('lingers for phones that come back at once, then closes', async () => {
    const { source, settled, counts } = setUp();
    const phone = await settled('a');
    phone.held.release();
    await pass(20_000);
    await settled('a');
    expect(source.opened).toBe(1);
    await pass(100_000);
    expect(source.watches).toHaveLength(1);
    (await settled('a')).held.release();
    await pass(32_000);
    expect(source.watches).toHaveLength(0);
    expect([source.leases, counts.watched]).toEqual([0, 0]);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('that cannot be opened is tried again ever more slowly, and phones are asked from time to time', async () => {
    const { source, wait, counts } = setUp();
    source.failure = new BackendError('unavailable', 'down');
    const phone = wait('a', ['INBOX'], { wait: 600_000 });
    phone.isNews(false);
    await pass(300_000);
    expect(counts.failed).toBeGreaterThanOrEqual(9);
    expect(counts.failed).toBeLessThanOrEqual(12);
    expect(phone.heard).toEqual([null, null, null, null]);
    source.failure = null;
    await pass(62_000);
    expect(counts).toMatchObject({ restored: 1, watched: 1 });
    expect(phone.heard.at(-1)).toEqual(['INBOX']);
    await pass(300_000);
    expect(phone.ends).toEqual(['deadline']);
  });

  it('is opened for a phone that comes back after an attempt that came due while none waited', async () => {
    const { source, wait, settled } = setUp();
    source.failure = new BackendError('unavailable', 'down');
    const first = wait('a');
    first.isNews(false);
    await pass(100);
    first.held.release();
    await pass(5_000);
    source.failure = null;
    const phone = await settled('a');
    expect(source.watches).toHaveLength(1);
    source.tell(['INBOX']);
    await pass(200);
    expect(phone.heard).toEqual([['INBOX']]);
  });

  it('whose credentials are refused ends the waits, so that phones sign in again', async () => {
    const { source, wait, hub } = setUp();
    source.failure = new BackendError('auth', 'changed');
    const phone = wait('a');
    await pass(100);
    expect(phone.ends).toEqual(['refused']);
    source.failure = null;
    wait('a').isNews(false);
    await pass(100);
    expect(source.watches).toHaveLength(1);
    expect(hub.size).toBe(1);
  });
});

it('draining over a while sends phones on a few at a time, and lets those who come meanwhile wait for their turn', async () => {
  const { hub, wait } = setUp();
  const phones = Array.from({ length: 100 }, (_, index) => wait(`phone${index}`));
  for (const { isNews } of phones) isNews(false);
  const drained = hub.drain(5000);
  await jest.advanceTimersByTimeAsync(2500);
  expect(hub.size).toBeGreaterThan(40);
  expect(hub.size).toBeLessThan(60);
  const late = wait('late');
  late.isNews(false);
  expect(late.ends).toEqual([]);
  await jest.advanceTimersByTimeAsync(2500);
  await drained;
  for (const { ends } of [...phones, late]) expect(ends).toEqual(['draining']);
  expect(hub.size).toBe(0);
});

it('draining answers everybody, closes all watches, and lets nobody wait any more', async () => {
  const { source, settled, wait, hub } = setUp();
  const phones = [await settled('a'), await settled('b', ['INBOX'], { account: 'bob' })];
  await hub.drain();
  expect(phones.flatMap(({ ends }) => ends)).toEqual(['draining', 'draining']);
  expect([source.watches.length, source.leases, hub.size]).toEqual([0, 0, 0]);
  const late = wait('c');
  await pass(0);
  expect(late.ends).toEqual(['draining']);
  expect(jest.getTimerCount()).toBe(0);
});

it('news from elsewhere reach the waiting devices of the account', async () => {
  const { settled, hub } = setUp();
  const [ann, bob] = [await settled('a'), await settled('b', ['INBOX'], { account: 'bob' })];
  hub.happened('ann', ['INBOX']);
  hub.happened('nobody', null);
  await pass(200);
  expect([ann.heard, bob.heard]).toEqual([[['INBOX']], []]);
});

it('news of a name reach all accounts whose servers call them so, and nobody after the last phone has gone', async () => {
  const { settled, hub } = setUp({ namesOf: (key) => [`acme/${key.split('@')[0]}`] });
  const [ann, other, bob] = [
    await settled('a', ['INBOX'], { account: 'ann@one' }),
    await settled('b', ['INBOX'], { account: 'ann@two' }),
    await settled('c', ['INBOX'], { account: 'bob@one' }),
  ];
  other.isNews(false);
  hub.happened('acme/ann', ['INBOX']);
  await pass(200);
  expect([ann.heard, other.heard, bob.heard]).toEqual([[['INBOX']], [['INBOX']], []]);
  other.held.release();
  await pass(32_000);
  hub.happened('acme/ann', ['INBOX']);
  hub.happened('acme/bob', null);
  await pass(200);
  expect([other.heard.length, bob.heard]).toEqual([1, [null]]);
});

it('what is told by others is looked at from time to time, as nobody knows what was lost; what is watched is not', async () => {
  const watched = setUp();
  const phone = await watched.settled('a', ['INBOX'], { wait: 4_000_000 });
  await pass(3_600_000);
  expect(phone.heard).toEqual([]);

  const release = jest.fn();
  const backend = { watch: async () => ({ recheck: 900_000, close: async () => undefined }) };
  const told = setUp({ open: async () => ({ backend, release }) });
  const waiting = await told.settled('a', ['INBOX'], { wait: 4_000_000 });
  waiting.isNews(false);
  await pass(1_000_000);
  expect(waiting.heard).toEqual([null]);
  await pass(1_000_000);
  expect(waiting.heard).toEqual([null, null]);
});

it('a few accounts are asked anew within a tick; thousands one after the other, but all within the time that is given', async () => {
  let draw = 0;
  const { hub, wait } = setUp({ random: () => (draw++ % 100) / 100 });
  const few = wait('alone', ['INBOX'], { account: 'acme/alone' });
  few.isNews(false);
  await pass(100);
  few.heard.length = 0;
  hub.lookAgain(30_000, (account) => account.startsWith('acme/'));
  await pass(1100);
  expect(few.heard).toEqual([null]);

  const crowd = Array.from({ length: 2000 }, (_, index) =>
    wait(`device${index}`, ['INBOX'], { account: `other/${index}` }),
  );
  for (const one of crowd) one.isNews(false);
  await pass(100);
  for (const one of crowd) one.heard.length = 0;
  hub.lookAgain(4000, (account) => account.startsWith('other/'));
  const asked = (): number => crowd.filter(({ heard }) => heard.length > 0).length;
  await pass(2000);
  expect(asked()).toBeGreaterThan(0);
  expect(asked()).toBeLessThan(crowd.length);
  await pass(3000);
  expect(asked()).toBe(crowd.length);
  expect(few.heard).toHaveLength(1);
});

describe('what was quiet since a moment', () => {
  const quiet = (hub: WatchHub<string>, since: ReturnType<typeof hub.moment>, ...folders: string[]) =>
    hub.isQuiet(since, folders.length > 0 ? folders : ['INBOX']);

  it('is an account whose watch stood all the time and told of nothing', async () => {
    const { hub, settled } = setUp();
    const phone = await settled('a', ['INBOX', 'Work']);
    phone.held.release();
    const since = hub.moment('ann');
    await pass(5000);
    expect(quiet(hub, since, 'Work', 'INBOX')).toBe(true);
    expect(quiet(hub, since, 'INBOX', 'Drafts')).toBe(false);
  });

  it('is none that is not watched yet, not any more, or by another watch', async () => {
    const { hub, settled, wait } = setUp({ linger: 3000 });
    const early = hub.moment('ann');
    const phone = await settled('a');
    expect(quiet(hub, early)).toBe(false);
    const between = hub.moment('ann');
    wait('b', ['Work']).isNews(false);
    await pass(100);
    expect(quiet(hub, between)).toBe(false);
    const late = hub.moment('ann');
    hub.end('b', 'superseded');
    phone.held.release();
    await pass(5000);
    expect(quiet(hub, late)).toBe(false);
    await settled('a');
    expect(quiet(hub, late)).toBe(false);
  });

  it('is none of which its source told, before anybody was asked and after', async () => {
    const { hub, source, settled } = setUp();
    const phone = await settled('a');
    phone.held.release();
    const since = hub.moment('ann');
    source.tell(['INBOX']);
    expect(quiet(hub, since)).toBe(false);
    await pass(1000);
    expect(quiet(hub, since)).toBe(false);
    expect(quiet(hub, hub.moment('ann'))).toBe(true);
  });

  it.each<[string, (hub: WatchHub<string>) => void]>([
    ['its server', (hub) => hub.happened('ann', null)],
    ['an administrator, of a device', (hub) => hub.end('a', 'interrupted')],
    ['an administrator, of an account', (hub) => hub.endAccount('ann', 'interrupted')],
    ['a node that could not answer a device', (hub) => hub.look('a')],
    ['changed rules', (hub) => hub.lookAgain(1000)],
  ])('is none of which something was told by %s', async (_, tell) => {
    const { hub, settled } = setUp();
    const phone = await settled('a');
    phone.held.release();
    const since = hub.moment('ann');
    tell(hub);
    expect(quiet(hub, since)).toBe(false);
  });

  it('is an account of which a device only came anew', async () => {
    const { hub, settled } = setUp();
    const phone = await settled('a');
    const since = hub.moment('ann');
    hub.end('a', 'superseded');
    expect(phone.ends).toEqual(['superseded']);
    expect(quiet(hub, since)).toBe(true);
  });
});
