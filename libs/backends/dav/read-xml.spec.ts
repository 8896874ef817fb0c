import fc from 'fast-check';
import { readMultistatus, type MultistatusPart } from './multistatus.js';
import { caldav, dav, escapeXml } from './names.js';
import { readXml, xmlLimits, type XmlElement } from './read-xml.js';

/** The text in pieces of `size` bytes, so that characters and tags are cut anywhere. */
async function* inPieces(text: string, size = 7): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function parts(text: string, size?: number): Promise<MultistatusPart[]> {
  const all: MultistatusPart[] = [];
  for await (const part of readMultistatus(inPieces(text, size))) all.push(part);
  return all;
}

const multistatus = (content: string): string =>
  `<?xml version="1.0"?>\n<multistatus xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav">${content}</multistatus>`;

const response = (href: string, content: string): string =>
  `<response><href>${href}</href>${content}</response>`;

describe('multistatus', () => {
  it('keeps what a server has apart from what it refuses, whatever the prefixes', async () => {
    const text =
      '<x:multistatus xmlns:x="DAV:"><x:response><x:href> /a/ü%20b.ics\n</x:href><x:propstat><x:prop><x:getetag>"1"</x:getetag>' +
      '<data xmlns="urn:ietf:params:xml:ns:caldav"><![CDATA[A&B]]>&#13;\nC</data></x:prop><x:status>HTTP/1.1 200 OK</x:status></x:propstat>' +
      '<x:propstat><x:prop><x:displayname/></x:prop><x:status>HTTP/1.1 404</x:status></x:propstat></x:response>' +
      '<x:sync-token> t1 </x:sync-token></x:multistatus>';
    for (const size of [1, 3, 1000]) {
      const [first, token] = await parts(text, size);
      if (first?.kind !== 'response') throw new Error('no response');
      expect(first.response.href).toBe('/a/ü%20b.ics');
      expect(first.response.status).toBeNull();
      expect(first.response.props.get(dav('getetag'))?.text).toBe('"1"');
      expect(first.response.props.get(caldav('data'))?.text).toBe('A&B\r\nC');
      expect(first.response.refused.get(dav('displayname'))).toBe(404);
      expect(token).toEqual({ kind: 'sync-token', token: 't1' });
    }
  });

  it('gives each resource of a response that names several', async () => {
    const text = multistatus(
      '<response><href>/a</href><href>/b</href><status>HTTP/1.1 404 Not Found</status></response>',
    );
    expect(
      (await parts(text)).map(
        (part) => part.kind === 'response' && [part.response.href, part.response.status],
      ),
    ).toEqual([
      ['/a', 404],
      ['/b', 404],
    ]);
  });

  it('gives each response before the next one has come', async () => {
    let sent = 0;
    async function* slowly(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('<multistatus xmlns="DAV:">');
      for (; sent < 5; sent += 1) yield Buffer.from(response(`/${sent}`, ''));
      yield Buffer.from('</multistatus>');
    }
    for await (const part of readMultistatus(slowly())) {
      expect(part.kind === 'response' && part.response.href).toBe(`/${sent}`);
    }
    expect(sent).toBe(5);
  });

  it('reads on after control characters that XML does not have', async () => {
    const [part] = await parts(
      multistatus(response('/a', '<propstat><prop><getetag>a\u0001b</getetag></prop></propstat>')),
    );
    expect(part?.kind === 'response' && part.response.props.get(dav('getetag'))?.text).toBe('a\u0001b');
  });

  it.each([
    [
      'a billion laughs',
      '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><multistatus xmlns="DAV:">&b;</multistatus>',
    ],
    ['an entity nobody knows', multistatus(response('&nbsp;', ''))],
    ['a web page', '<html><body>Welcome<br></body></html>'],
    ['no XML at all', 'Internal error'],
    ['nothing', ''],
    ['an answer that was cut', multistatus(response('/a', '')).slice(0, -5)],
    ['another namespace', '<multistatus><response><href>/</href></response></multistatus>'],
    ['endless nesting', multistatus('<a>'.repeat(100))],
    ['endless siblings', multistatus(`<response>${'<a/>'.repeat(30_000)}</response>`)],
  ])('refuses %s as garbage of this source alone', async (_, text) => {
    await expect(parts(text, 4096)).rejects.toMatchObject({ kind: 'unavailable', reason: 'bad-answer' });
  });

  it('drops one text that is too long, and goes on with the next', async () => {
    const limits = { ...xmlLimits, text: 10 };
    const elements: XmlElement[] = [];
    const text = '<a><b>01234567890123456789</b><b>short</b></a>';
    for await (const element of readXml(inPieces(text), '{}a', limits)) elements.push(element);
    expect(elements.map(({ text: each, overlong }) => [each, overlong])).toEqual([
      ['', true],
      ['short', false],
    ]);
  });

  it('stops at a text without end, and at an answer without end', async () => {
    const endless = (chunk: string) =>
      (async function* (): AsyncGenerator<Uint8Array> {
        yield Buffer.from('<a>');
        for (;;) yield Buffer.from(chunk);
      })();
    const read = async (chunk: string): Promise<void> => {
      for await (const element of readXml(endless(chunk), '{}a', { ...xmlLimits, silence: 1e5, bytes: 3e5 }))
        expect(element.name).toBe('{}b');
    };
    await expect(read('x'.repeat(1000))).rejects.toMatchObject({ reason: 'bad-answer' });
    await expect(read('<b/>'.repeat(20_000))).rejects.toMatchObject({ reason: 'bad-answer' });
  });

  it('reads back every text that was escaped', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme' }), async (text) => {
        const clean = text.replace(/(?![\t\n\r])\p{Cc}|\p{Cs}|[\ufffe\uffff]/gu, '\ufffd');
        const read: string[] = [];
        for await (const element of readXml(inPieces(`<a><b>${escapeXml(text)}</b></a>`), '{}a'))
          read.push(element.text);
        expect(read).toEqual([clean]);
      }),
    );
  });
});
