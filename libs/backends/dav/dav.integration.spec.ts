import type { BackendFolder, ItemClass } from '#backend';
import type { ObjectChanges } from '#objects';
import { startRadicale, startXandikos, startCyrus, waitUntil } from '../../../tests/servers/index.js';
import { DavFactory, type DavSource } from './index.js';

interface Server {
  readonly url: string;
  readonly user: string;
  readonly password: string;
  stop(): Promise<void>;
}

const servers: readonly { readonly name: string; readonly start: () => Promise<Server> }[] = [
  { name: 'Radicale', start: async () => Object.assign(await startRadicale(['anna']), { user: 'anna' }) },
  { name: 'Xandikos', start: startXandikos },
  {
    name: 'Cyrus',
    start: async () => {
      const cyrus = await startCyrus({ dav: true });
      const user = cyrus.addUser('anna');
      await cyrus.signIn(user);
      return { url: cyrus.davUrl, user, password: cyrus.password, stop: () => cyrus.stop() };
    },
  },
];

const lines = (...all: readonly string[]): string => [...all, ''].join('\r\n');

const eventText = (uid: string, summary: string): string =>
  lines(
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Test//EN',
    'BEGIN:VEVENT',
    `UID:${uid}`,
    'DTSTAMP:20261101T000000Z',
    'DTSTART:20261201T100000Z',
    'DTEND:20261201T110000Z',
    `SUMMARY:${summary}`,
    'END:VEVENT',
    'END:VCALENDAR',
  );

const taskText = (uid: string, summary: string): string =>
  lines(
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Test//EN',
    'BEGIN:VTODO',
    `UID:${uid}`,
    'DTSTAMP:20261101T000000Z',
    `SUMMARY:${summary}`,
    'END:VTODO',
    'END:VCALENDAR',
  );

const cardText = (uid: string, name: string): string =>
  lines('BEGIN:VCARD', 'VERSION:3.0', `UID:${uid}`, `FN:${name}`, `N:${name};;;;`, 'END:VCARD');

/** All pages since a token, as one. */
async function drain(source: DavSource, folder: string, token: string | null): Promise<ObjectChanges> {
  let page = await source.changes(folder, token);
  while (page.more) {
    const next = await source.changes(folder, page.token);
    page = {
      ...next,
      changed: [...page.changed, ...next.changed],
      removed: [...page.removed, ...next.removed],
    };
  }
  return page;
}

/** Names that are new or changed, and those that are gone, whether told one by one or by a listing. */
function newsOf(
  page: ObjectChanges,
  known: ReadonlyMap<string, string>,
): { changed: string[]; removed: string[] } {
  const changed = page.changed
    .filter(({ name, version }) => known.get(name) !== version)
    .map(({ name }) => name);
  const listed = new Set(page.changed.map(({ name }) => name));
  const removed = page.isListing ? [...known.keys()].filter((name) => !listed.has(name)) : [...page.removed];
  return { changed: changed.sort(), removed: removed.filter((name) => known.has(name)).sort() };
}

const versionsOf = (page: ObjectChanges): Map<string, string> =>
  new Map(page.changed.map(({ name, version }) => [name, version]));

async function textsOf(
  source: DavSource,
  folder: string,
  names: readonly string[],
): Promise<Map<string, string>> {
  const texts = new Map<string, string>();
  for await (const object of source.fetch(folder, names)) {
    if ('failure' in object) throw new Error(`${object.name}: ${object.failure}`);
    texts.set(object.name, object.text);
  }
  return texts;
}

describe.each(servers)('DAV sources at $name', ({ name: serverName, start }) => {
  /** Xandikos keeps no component sets, and stores whatever it is given. */
  const isLax = serverName === 'Xandikos';
  let server: Server;
  const factories: DavFactory[] = [];
  let count = 0;
  let calendars: DavSource;
  let books: DavSource;

  const open = (
    kind: 'caldav' | 'carddav',
    url = server.url,
    password = server.password,
  ): Promise<DavSource> => {
    const factory = new DavFactory({
      kind,
      url,
      timeoutSeconds: 20,
      pollSeconds: 0.2,
      batchSize: 3,
      rest: 1,
    });
    factories.push(factory);
    return factory.open({ user: server.user, password });
  };

  const made = (source: DavSource, name: string, itemClass: ItemClass): Promise<BackendFolder> =>
    source.editor.createFolder(null, `${name} ${(count += 1)}`, itemClass);

  beforeAll(async () => {
    server = await start();
    calendars = await open('caldav');
    books = await open('carddav');
  }, 60_000);

  afterAll(async () => {
    await Promise.all(factories.map((factory) => factory.close()));
    await server.stop();
  });

  it('makes a calendar, a task list and an address book, each a folder of its class alone', async () => {
    const calendar = await made(calendars, 'Arbeit & Spaß', 'Calendar');
    const tasks = await made(calendars, 'To do', 'Tasks');
    const book = await made(books, 'Friends', 'Contacts');
    expect(calendar).toMatchObject({
      name: expect.stringMatching(/^Arbeit & Spaß \d+$/) as unknown,
      itemClass: 'Calendar',
      parent: null,
      readOnly: false,
    });
    const folders = await calendars.folders();
    const shown = (name: string): string[] =>
      folders.filter((each) => each.name === name).map(({ path }) => path);
    expect(shown(calendar.name)).toEqual([
      calendar.path,
      ...(isLax ? [`${calendar.path}#VTODO`, `${calendar.path}#VJOURNAL`] : []),
    ]);
    if (!isLax) expect(shown(tasks.name)).toEqual([tasks.path]);
    expect((await books.folders()).map(({ path }) => path)).toContain(book.path);
    for (const itemClass of ['Calendar', 'Tasks'] as const)
      expect(folders.filter((each) => each.itemClass === itemClass && each.role === 'default')).toHaveLength(
        1,
      );
    expect(new Set(folders.map(({ path }) => path)).size).toBe(folders.length);
  });

  it('refuses a second folder of the same name, renames and deletes', async () => {
    const folder = await made(calendars, 'Old name', 'Calendar');
    await expect(calendars.editor.createFolder(null, folder.name, 'Calendar')).rejects.toMatchObject({
      kind: 'conflict',
      reason: 'exists',
    });
    const path = await calendars.editor.moveFolder(folder.path, null, `Nöw <${count}>`);
    expect((await calendars.folders()).find((each) => each.path === path)?.name).toBe(`Nöw <${count}>`);
    await calendars.editor.deleteFolder(path);
    expect((await calendars.folders()).some((each) => each.path === path)).toBe(false);
    await expect(calendars.changes(path, null)).rejects.toMatchObject({ kind: 'gone' });
    await expect(calendars.editor.deleteFolder(path)).rejects.toMatchObject({ kind: 'gone' });
  });

  it('tells what was added, changed and removed since a token, and nothing twice', async () => {
    const { path } = await made(calendars, 'Feed', 'Calendar');
    for (const name of ['a', 'b', 'c', 'd'])
      await calendars.put(path, `${name}.ics`, eventText(name, name), null);
    const first = await drain(calendars, path, null);
    expect(first.isListing).toBe(true);
    expect(first.changed.map(({ name }) => name).sort()).toEqual(['a.ics', 'b.ics', 'c.ics', 'd.ics']);
    const known = versionsOf(first);
    const quiet = await drain(calendars, path, first.token);
    expect(newsOf({ ...quiet, isListing: quiet.changed.length > 0 && quiet.isListing }, known)).toEqual({
      changed: [],
      removed: [],
    });
    await calendars.put(path, 'b.ics', eventText('b', 'B two'), known.get('b.ics') ?? null);
    await calendars.remove(path, 'c.ics', known.get('c.ics') ?? null);
    await calendars.put(path, 'e.ics', eventText('e', 'new'), null);
    const next = await drain(calendars, path, first.token);
    expect(newsOf(next, known)).toEqual({ changed: ['b.ics', 'e.ics'], removed: ['c.ics'] });
    expect(first.token.length).toBeLessThanOrEqual(300);
  });

  it('tells an expired or invented token from a failing server', async () => {
    const { path } = await made(calendars, 'Tokens', 'Calendar');
    for (const token of ['shttp://example.test/sync/4711', 'snonsense', 'x'])
      await expect(calendars.changes(path, token)).rejects.toMatchObject({ name: 'CursorInvalid' });
  });

  it('reads texts in batches with the versions of the feed, and leaves out what is not there', async () => {
    const { path } = await made(books, 'Batches', 'Contacts');
    const names = Array.from({ length: 8 }, (_, index) => `card-${index}.vcf`);
    for (const name of names) await books.put(path, name, cardText(name, `Näme ${name}`), null);
    const versions = versionsOf(await drain(books, path, null));
    const seen = new Map<string, string>();
    for await (const object of books.fetch(path, [...names, 'missing.vcf'])) {
      if ('failure' in object) throw new Error(object.failure);
      expect(object.text).toMatch(/^BEGIN:VCARD\r\n[^]*FN:Näme card-/);
      expect(object.text).not.toMatch(/\r\r|[^\r]\n/);
      seen.set(object.name, object.version);
    }
    expect(seen).toEqual(versions);
  });

  it('keeps names that need to be encoded', async () => {
    const { path } = await made(books, 'Names', 'Contacts');
    const names = ['with space.vcf', 'at@example.vcf', 'plus+and%20.vcf', 'ümlaut.vcf', "it's (a) test.vcf"];
    for (const [index, name] of names.entries())
      await books.put(path, name, cardText(`u${index}`, `N${index}`), null);
    const listed = await drain(books, path, null);
    expect(listed.changed.map(({ name }) => name).sort()).toEqual([...names].sort());
    expect([...(await textsOf(books, path, names)).keys()].sort()).toEqual([...names].sort());
    for (const name of names) await books.remove(path, name, versionsOf(listed).get(name) ?? null);
    expect((await drain(books, path, null)).changed).toEqual([]);
  });

  it('overwrites nothing it has not seen', async () => {
    const { path } = await made(calendars, 'Races', 'Calendar');
    const { version } = await calendars.put(path, 'r.ics', eventText('r', 'one'), null);
    await expect(calendars.put(path, 'r.ics', eventText('r', 'again'), null)).rejects.toMatchObject({
      kind: 'conflict',
    });
    const old = version ?? versionsOf(await drain(calendars, path, null)).get('r.ics') ?? '';
    await calendars.put(path, 'r.ics', eventText('r', 'two'), old);
    await expect(calendars.put(path, 'r.ics', eventText('r', 'three'), old)).rejects.toMatchObject({
      kind: 'conflict',
    });
    await expect(calendars.remove(path, 'r.ics', old)).rejects.toMatchObject({ kind: 'conflict' });
    expect((await textsOf(calendars, path, ['r.ics'])).get('r.ics')).toContain('SUMMARY:two');
    await calendars.remove(path, 'r.ics', null);
    await expect(calendars.remove(path, 'r.ics', old)).resolves.toBeUndefined();
  });

  it('finds the object of a UID, and not those that only contain it', async () => {
    const { path } = await made(calendars, 'Uids', 'Calendar');
    for (const uid of ['find-me', 'find-me-not', 'other'])
      await calendars.put(path, `${uid}.ics`, eventText(uid, uid), null);
    expect((await calendars.namesOfUid(path, 'find-me')) ?? ['find-me.ics']).toEqual(['find-me.ics']);
    expect((await calendars.namesOfUid(path, 'nobody')) ?? []).toEqual([]);
    const book = await made(books, 'Uids', 'Contacts');
    await books.put(book.path, 'x.vcf', cardText('card-uid', 'X'), null);
    expect((await books.namesOfUid(book.path, 'card-uid')) ?? ['x.vcf']).toEqual(['x.vcf']);
  });

  it('moves an object, and never over another', async () => {
    const from = await made(calendars, 'From', 'Calendar');
    const to = await made(calendars, 'To', 'Calendar');
    await calendars.put(from.path, 'm.ics', eventText('m', 'moved'), null);
    await calendars.put(from.path, 'n.ics', eventText('n', 'stays'), null);
    await calendars.move(from.path, 'm.ics', to.path, 'm2.ics');
    expect([...(await textsOf(calendars, to.path, ['m2.ics'])).values()].join()).toContain('SUMMARY:moved');
    await expect(calendars.move(from.path, 'n.ics', to.path, 'm2.ics')).rejects.toMatchObject({
      kind: 'conflict',
    });
    expect((await drain(calendars, from.path, null)).changed.map(({ name }) => name)).toEqual(['n.ics']);
    await expect(calendars.move(from.path, 'm.ics', to.path, 'm3.ics')).rejects.toMatchObject({
      kind: 'gone',
    });
  });

  it('says that a malformed text will never be accepted', async () => {
    const { path } = await made(calendars, 'Broken', 'Calendar');
    const put = calendars.put(path, 'b.ics', 'this is no calendar', null);
    if (isLax) await put;
    else await expect(put).rejects.toMatchObject({ kind: 'invalid' });
  });

  it('refuses a wrong password, and says so at once the second time', async () => {
    const source = await open('caldav', server.url, 'wrong');
    await expect(source.folders()).rejects.toMatchObject({ kind: 'auth' });
    await expect(source.folders()).rejects.toMatchObject({ kind: 'auth' });
  });

  it('tells a waiting phone of the folder that changed, and of no other', async () => {
    const watched = await made(calendars, 'Watched', 'Calendar');
    const other = await made(calendars, 'Other', 'Calendar');
    const notices: (readonly string[] | null)[] = [];
    const watch = await calendars.watch([watched.path], ({ folders }) => notices.push(folders));
    await calendars.put(other.path, 'o.ics', eventText('o', 'o'), null);
    await calendars.put(watched.path, 'w.ics', eventText('w', 'w'), null);
    await waitUntil('a notice', () => notices.length > 0);
    await watch.close();
    expect(notices.flat()).toEqual([watched.path]);
  });

  it('finds the same calendar from the root, the principal, the home and the calendar itself', async () => {
    const folder = await made(calendars, 'Found', 'Calendar');
    const address = new URL(folder.path, server.url);
    const home = new URL('../', address);
    for (const url of [
      server.url,
      home.href,
      address.href,
      new URL('/.well-known/caldav', server.url).href,
    ]) {
      const source = await open('caldav', url);
      expect((await source.folders()).map(({ path }) => path)).toContain(folder.path);
    }
    const single = await open('caldav', address.href);
    expect((await single.folders())[0]).toMatchObject({ path: folder.path, role: 'default' });
  });

  it('shows a calendar that has tasks, too, in both classes, with the right objects in each', async () => {
    const mixed = isLax
      ? await made(calendars, 'Mixed', 'Calendar')
      : (await calendars.folders()).find(
          (folder, _, all) =>
            folder.itemClass === 'Calendar' && all.some(({ path }) => path === `${folder.path}#VTODO`),
        );
    // Radicale has no calendar but those made here, each for one class.
    if (!mixed) {
      expect(serverName).toBe('Radicale');
      return;
    }
    await calendars.put(mixed.path, 'ev.ics', eventText('ev', 'an event'), null);
    await calendars.put(`${mixed.path}#VTODO`, 'td.ics', taskText('td', 'a task'), null);
    const names = async (path: string): Promise<string[]> =>
      (await drain(calendars, path, null)).changed.map(({ name }) => name);
    expect(await names(mixed.path)).toEqual(['ev.ics']);
    expect(await names(`${mixed.path}#VTODO`)).toEqual(['td.ics']);
    await expect(calendars.editor.deleteFolder(mixed.path)).rejects.toMatchObject({ kind: 'invalid' });
  });

  it('says whether the server sends invitations itself', async () => {
    expect(await calendars.schedulesItself()).toBe(serverName === 'Cyrus');
    expect(await books.schedulesItself()).toBe(false);
  });

  it('opens files from the own server only', async () => {
    const { path } = await made(calendars, 'Files', 'Calendar');
    await calendars.put(path, 'f.ics', eventText('f', 'a file'), null);
    const bytes = await calendars.openUrl(new URL(`${path}f.ics`, server.url).href);
    expect(Buffer.from(bytes ?? []).toString()).toContain('a file');
    expect(await calendars.openUrl(new URL(`${path}none.ics`, server.url).href)).toBeNull();
    expect(await calendars.openUrl('http://127.0.0.1:1/f.ics')).toBeNull();
    expect(await calendars.openUrl('file:///etc/passwd')).toBeNull();
  });
});
