import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { DavFactory, type DavSource } from './index.js';

interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

type Script = (request: {
  method: string;
  url: string;
  body: string;
  headers: IncomingMessage['headers'];
}) => Answer | 'silence' | 'drip';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** A server that says what the script wants; all it was asked, in order. */
async function startLiar(script: Script): Promise<{ url: string; asked: string[] }> {
  const asked: string[] = [];
  const server: Server = createServer((request, response) => {
    let body = '';
    request.on('data', (data: Buffer) => (body += data.toString()));
    request.on('end', () => {
      asked.push(`${request.method} ${request.url}`);
      const { method = '', url = '', headers } = request;
      perform(script({ method, url, body, headers }), response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { url: `http://127.0.0.1:${address.port}/cal/`, asked };
}

function perform(answer: ReturnType<Script>, response: ServerResponse): void {
  if (answer === 'silence') return;
  if (answer === 'drip') {
    response.writeHead(207, { 'content-type': 'application/xml' });
    const timer = setInterval(() => response.write(' '), 20);
    response.on('close', () => clearInterval(timer));
    return;
  }
  response.writeHead(answer.status, { 'content-type': 'application/xml; charset=utf-8', ...answer.headers });
  response.end(answer.body ?? '');
}

async function open(url: string, timeoutSeconds = 10): Promise<DavSource> {
  const factory = new DavFactory({ kind: 'caldav', url, timeoutSeconds, rest: 1 });
  closers.unshift(() => factory.close());
  return factory.open({ user: 'anna', password: 'secret' });
}

const multi = (content: string): Answer => ({
  status: 207,
  body: `<d:multistatus xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav" xmlns:s="http://calendarserver.org/ns/">${content}</d:multistatus>`,
});

const ok = (href: string, props: string): string =>
  `<d:response><d:href>${href}</d:href><d:propstat><d:prop>${props}</d:prop><d:status>HTTP/1.1 200 OK</d:status></d:propstat></d:response>`;

const object = (name: string, version = '1'): string =>
  ok(`/cal/${name}`, `<d:getetag>"${version}"</d:getetag>`);

const more =
  '<d:response><d:href>/cal/</d:href><d:status>HTTP/1.1 507 Insufficient Storage</d:status></d:response>';

/** A calendar at /cal/ that has sync-collection. */
const calendar = (props = '', syncs = true): string =>
  ok(
    '/cal/',
    '<d:resourcetype><d:collection/><c:calendar/></d:resourcetype><c:supported-calendar-component-set><c:comp name="VEVENT"/></c:supported-calendar-component-set>' +
      (syncs
        ? '<d:supported-report-set><d:supported-report><d:report><d:sync-collection/></d:report></d:supported-report></d:supported-report-set>'
        : '') +
      props,
  );

const tokenIn = (body: string): string => /<d:sync-token>(.*?)<\/d:sync-token>/.exec(body)?.[1] ?? '';

describe('a server that answers', () => {
  it.each<readonly [string, Answer | 'silence' | 'drip', object]>([
    ['garbage', { status: 207, body: '<<<' }, { kind: 'gone' }],
    ['500', { status: 500, body: 'oops' }, { kind: 'unavailable', reason: 'http-500' }],
    ['502 without words', { status: 502 }, { kind: 'unavailable' }],
    [
      '503 with a time',
      { status: 503, headers: { 'retry-after': '120' } },
      { kind: 'throttled', retryAfter: 120 },
    ],
    ['429', { status: 429 }, { kind: 'throttled' }],
    ['401', { status: 401 }, { kind: 'auth' }],
    ['nothing at all', 'silence', { kind: 'unavailable', reason: 'timeout' }],
    ['a byte now and then', 'drip', { kind: 'unavailable', reason: 'timeout' }],
    [
      'a redirect to another host',
      { status: 302, headers: { location: 'http://127.0.0.2:9/' } },
      { kind: 'unavailable', reason: 'foreign-redirect' },
    ],
    [
      'a redirect to itself',
      { status: 302, headers: { location: '/cal/' } },
      { kind: 'unavailable', reason: 'redirects' },
    ],
  ])('%s is a failure of this source', async (_, answer, expected) => {
    const { url } = await startLiar(() => answer);
    const source = await open(url, typeof answer === 'string' ? 0.3 : 10);
    await expect(source.folders()).rejects.toMatchObject({ name: 'BackendError', ...expected });
  });

  it('503 with a time is not asked again before', async () => {
    const { url, asked } = await startLiar(() => ({ status: 503, headers: { 'retry-after': '60' } }));
    const source = await open(url);
    for (let times = 0; times < 3; times += 1)
      await expect(source.folders()).rejects.toMatchObject({ kind: 'throttled' });
    expect(asked).toHaveLength(1);
  });

  it('not at all, because it is down, is unavailable', async () => {
    const source = await open('http://127.0.0.1:1/');
    await expect(source.folders()).rejects.toMatchObject({
      kind: 'unavailable',
      reason: 'connection-refused',
    });
  });
});

describe('sync-collection', () => {
  it('in pages is one listing at first, and pages later', async () => {
    const { url } = await startLiar(({ method, body }) => {
      if (method !== 'REPORT') return multi(calendar());
      const pages: Record<string, string> = {
        '': `${object('a')}${object('b')}${more}<d:sync-token>t:1</d:sync-token>`,
        't:1': `<d:response><d:href>/cal/a</d:href><d:status>HTTP/1.1 404 Not Found</d:status></d:response>${object('c')}<d:sync-token>t:2</d:sync-token>`,
        't:2': `${object('d')}${more}<d:sync-token>t:3</d:sync-token>`,
      };
      return multi(pages[tokenIn(body)] ?? '');
    });
    const source = await open(url);
    const all = await source.changes('/cal/', null);
    expect(all).toMatchObject({ isListing: true, more: false, token: 'st:2' });
    expect(all.changed.map(({ name }) => name)).toEqual(['b', 'c']);
    expect(await source.changes('/cal/', all.token)).toMatchObject({
      isListing: false,
      more: true,
      token: 'st:3',
    });
  });

  it('that is cut without a word is asked again without a limit', async () => {
    const names = Array.from({ length: 1500 }, (_, index) => `e${index}`);
    const { url } = await startLiar(({ method, body }) => {
      const limit = Number(/nresults>(\d+)</.exec(body)?.[1] ?? names.length);
      const given = names.slice(0, limit).map((name) => object(name));
      return multi(method === 'REPORT' ? `${given.join('')}<d:sync-token>t:1</d:sync-token>` : calendar());
    });
    expect((await (await open(url)).changes('/cal/', null)).changed).toHaveLength(1500);
  });

  it('of a server that knows no limits is not asked for twice', async () => {
    const names = Array.from({ length: 1500 }, (_, index) => `e${index}`);
    let reports = 0;
    const { url } = await startLiar(({ method }) => {
      reports += method === 'REPORT' ? 1 : 0;
      const all = names.map((name) => object(name)).join('');
      return multi(method === 'REPORT' ? `${all}<d:sync-token>t:1</d:sync-token>` : calendar());
    });
    expect((await (await open(url)).changes('/cal/', null)).changed).toHaveLength(1500);
    expect(reports).toBe(1);
  });

  it.each([
    [403, '<d:error xmlns:d="DAV:"><d:valid-sync-token/></d:error>'],
    [409, ''],
    [412, ''],
    [400, 'Bad token'],
    [410, ''],
    [500, 'KeyError'],
  ])('%i for a token makes the cursor invalid', async (status, body) => {
    const { url } = await startLiar(({ method }) =>
      method === 'REPORT' ? { status, body } : multi(calendar()),
    );
    await expect((await open(url)).changes('/cal/', 'st:1')).rejects.toMatchObject({ name: 'CursorInvalid' });
  });

  it('404 for a token of a calendar that is gone says that it is gone', async () => {
    let isThere = true;
    const { url } = await startLiar(({ method }) =>
      method !== 'REPORT' && isThere ? multi(calendar()) : { status: 404 },
    );
    const source = await open(url);
    await source.folders();
    isThere = false;
    await expect(source.changes('/cal/', 'st:1')).rejects.toMatchObject({ kind: 'gone' });
  });

  it.each([
    ['refused', { status: 403 }],
    ['without a token', multi(object('a'))],
    [
      'with a bare commit id, which never tells what was removed',
      multi(`${object('a')}<d:sync-token>${'ab'.repeat(20)}</d:sync-token>`),
    ],
  ])('%s is replaced by listings, which the CTag saves', async (_, report) => {
    let ctag = 1;
    const { url, asked } = await startLiar(({ method, headers }) => {
      if (method === 'REPORT') return report;
      if (headers.depth === '1') return multi(calendar() + object('a', String(ctag)));
      return multi(calendar(`<s:getctag>${ctag}</s:getctag>`));
    });
    const source = await open(url);
    const first = await source.changes('/cal/', null);
    expect(first).toMatchObject({ isListing: true, changed: [{ name: 'a', version: '1' }] });
    asked.length = 0;
    expect(await source.changes('/cal/', first.token)).toMatchObject({ changed: [], isListing: false });
    expect(asked).toEqual(['PROPFIND /cal/']);
    ctag = 2;
    expect(await source.changes('/cal/', first.token)).toMatchObject({
      changed: [{ version: '2' }],
      isListing: true,
    });
  });
});

describe('a server without ETags', () => {
  const text = 'BEGIN:VCALENDAR\nEND:VCALENDAR\n';
  it('tells versions by the texts, the same in feed and fetch', async () => {
    const { url } = await startLiar(({ method, headers }) => {
      if (method === 'REPORT') return multi(ok('/cal/a.ics', `<c:calendar-data>${text}</c:calendar-data>`));
      return multi(
        calendar('', false) + (headers.depth === '1' ? ok('/cal/a.ics', '<d:resourcetype/>') : ''),
      );
    });
    const source = await open(url);
    const { changed } = await source.changes('/cal/', null);
    expect(changed).toHaveLength(1);
    for await (const fetched of source.fetch('/cal/', ['a.ics']))
      expect(fetched).toMatchObject(changed[0] ?? {});
  });

  it('of more than a second tells two changes within it apart by the length', async () => {
    let length = 10;
    const { url } = await startLiar(({ headers }) => {
      const modified = '<d:getlastmodified>Mon, 23 Nov 2026 02:00:00 GMT</d:getlastmodified>';
      const etag = `<d:getetag>"x-${Date.UTC(2026, 10, 23, 2) / 1000}"</d:getetag>`;
      const entry = ok('/cal/a.ics', `${etag}${modified}<d:getcontentlength>${length}</d:getcontentlength>`);
      return multi(calendar('', false) + (headers.depth === '1' ? entry : ''));
    });
    const source = await open(url);
    const first = await source.changes('/cal/', null);
    length = 11;
    const second = await source.changes('/cal/', first.token);
    expect(second.changed[0]?.version).not.toBe(first.changed[0]?.version);
  });
});

describe('texts', () => {
  it('that the multiget leaves out or spoils are read one by one', async () => {
    const { url } = await startLiar(({ method, url: path }) => {
      if (method === 'REPORT') return multi(ok('/cal/a.ics', '<d:getetag>"1"</d:getetag>'));
      if (path === '/cal/b.ics') return { status: 500 };
      if (path === '/cal/c.ics') return { status: 404 };
      return method === 'GET' ? { status: 200, body: 'A', headers: { etag: '"1"' } } : multi(calendar());
    });
    const found: object[] = [];
    for await (const fetched of (await open(url)).fetch('/cal/', ['a.ics', 'b.ics', 'c.ics']))
      found.push(fetched);
    expect(found).toEqual([
      { name: 'a.ics', text: 'A', version: '1' },
      { name: 'b.ics', failure: expect.stringContaining('500') as unknown },
    ]);
  });
});

describe('a server that fails for all texts', () => {
  it('is down, and its objects are not called broken; one object that it fails for is', async () => {
    const { url } = await startLiar(({ method }) =>
      method === 'REPORT' || method === 'GET' ? { status: 500 } : multi(calendar()),
    );
    const source = await open(url);
    const readAll = async (count: number): Promise<object[]> => {
      const found: object[] = [];
      const names = Array.from({ length: count }, (_, index) => `${index}.ics`);
      for await (const fetched of source.fetch('/cal/', names)) found.push(fetched);
      return found;
    };
    await expect(readAll(50)).rejects.toMatchObject({ kind: 'unavailable' });
    expect(await readAll(1)).toEqual([{ name: '0.ics', failure: expect.stringContaining('500') as unknown }]);
  });
});

describe('writing', () => {
  it.each<readonly [Answer, object]>([
    [{ status: 412 }, { kind: 'conflict' }],
    [
      {
        status: 412,
        body: '<d:error xmlns:d="DAV:"><x:valid-calendar-data xmlns:x="urn:ietf:params:xml:ns:caldav"/></d:error>',
      },
      { kind: 'invalid', reason: 'valid-calendar-data' },
    ],
    [{ status: 403 }, { kind: 'invalid', reason: 'read-only' }],
    [
      {
        status: 409,
        body: '<d:error xmlns:d="DAV:"><x:no-uid-conflict xmlns:x="urn:ietf:params:xml:ns:caldav"/></d:error>',
      },
      { kind: 'conflict', reason: 'uid-taken' },
    ],
    [{ status: 507 }, { kind: 'invalid', reason: 'over-quota' }],
    [{ status: 413 }, { kind: 'invalid', reason: 'too-big' }],
    [{ status: 404 }, { kind: 'gone' }],
  ])('that is answered with %j fails with %j', async (answer, expected) => {
    const { url } = await startLiar(({ method }) => (method === 'PUT' ? answer : multi(calendar())));
    await expect((await open(url)).put('/cal/', 'a.ics', 'x', null)).rejects.toMatchObject(expected);
  });

  it('without an ETag in the answer must be read back', async () => {
    const { url } = await startLiar(({ method }) =>
      method === 'PUT' ? { status: 201, headers: { 'schedule-tag': '"1"' } } : multi(calendar()),
    );
    expect(await (await open(url)).put('/cal/', 'a.ics', 'x', null)).toEqual({ version: null });
  });

  it('over a weak ETag is tried in the form the server gave, and in no other way', async () => {
    const conditions: (string | undefined)[] = [];
    const { url } = await startLiar(({ method, headers }) => {
      if (method !== 'PUT') return multi(calendar() + ok('/cal/a.ics', '<d:getetag>W/"1"</d:getetag>'));
      conditions.push(headers['if-match']);
      return headers['if-match'] === 'W/"1"' ? { status: 204, headers: { etag: 'W/"2"' } } : { status: 412 };
    });
    const source = await open(url);
    await source.folders();
    await source.put('/cal/', 'a.ics', 'x', '1').catch(() => undefined);
    expect(conditions[0]).toBe('"1"');
    await expect(source.put('/cal/', 'a.ics', 'x', '0')).rejects.toMatchObject({ kind: 'conflict' });
    expect(conditions.every((condition) => condition !== undefined && condition !== '*')).toBe(true);
  });
});
