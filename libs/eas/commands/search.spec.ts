import { BufferSink, WbxmlWriter } from '#wbxml';
import type { Tag } from '../code-page.js';
import { decode } from '../codec/decode.js';
import { encodeToBuffer } from '../codec/encode.js';
import { AirSync, Email, Search } from '../pages/index.js';
import { SearchRequest, SearchResponse, type SearchQuery } from './search.js';

const VERSION = 141;

type Content = string | ((writer: WbxmlWriter) => void);

const el =
  ({ page, token }: Tag, ...content: readonly Content[]) =>
  (writer: WbxmlWriter): void => {
    writer.startTag(page, token);
    for (const child of content) {
      if (typeof child === 'string') writer.string(child);
      else child(writer);
    }
    writer.endTag();
  };

/** A request as phones build it, with any Query. */
async function asked(...query: readonly Content[]): Promise<SearchQuery> {
  const sink = new BufferSink();
  const writer = new WbxmlWriter(sink);
  el(Search.Search, el(Search.Store, el(Search.Name, 'Mailbox'), el(Search.Query, ...query)))(writer);
  writer.push();
  return (await decode(SearchRequest, sink.toBuffer(), { version: VERSION })).value.Store.Query;
}

const shown = async (value: SearchResponse): Promise<string> =>
  (await encodeToBuffer(SearchResponse, value, { version: VERSION })).toString('latin1');

describe('Search, as phones ask', () => {
  it('in the directory is nothing but text', async () => {
    expect(await asked('anna & co')).toEqual({ text: 'anna & co' });
  });

  it('keeps its criteria whatever their order, with a limit that is no date left open', async () => {
    const query = await asked(
      el(
        Search.And,
        el(Search.FreeText, 'invoice'),
        el(Search.LessThan, el(Search.Value, 'yesterday'), el(Email.DateReceived)),
        el(AirSync.CollectionId, '7'),
        el(Search.GreaterThan, el(Email.DateReceived), el(Search.Value, '2026-11-01T00:00:00.000Z')),
        el(AirSync.CollectionId, '8'),
        el(AirSync.Class, 'Email'),
      ),
    );
    expect(query).toEqual({
      And: [
        {
          Class: ['Email'],
          CollectionId: ['7', '8'],
          FreeText: ['invoice'],
          GreaterThan: [{ DateReceived: true, Value: new Date('2026-11-01') }],
          LessThan: [{ DateReceived: true }],
        },
      ],
    });
  });

  it('may do without And, with white space between the elements', async () => {
    const query = await asked('\n  ', el(AirSync.Class, 'Email'), '\n  ', el(Search.FreeText, 'x'));
    expect(query).toEqual({ Class: ['Email'], FreeText: ['x'] });
  });

  it('nested too deep is seen to be: a part of it must not be taken for the whole', async () => {
    const leaf = el(Search.FreeText, 'x');
    const query = await asked(el(Search.And, el(Search.Or, el(Search.And, leaf), leaf)));
    expect(query).toEqual({ And: [{ Or: [{ And: true, FreeText: ['x'] }] }] });
  });
});

describe('Search, as it is answered', () => {
  it('tells of no hits by an empty Result, which some phones insist on (trap 101)', async () => {
    const value = { Status: 1, Response: { Store: { Status: 1, Result: [{}], Total: 0 } } };
    const bytes = await encodeToBuffer(SearchResponse, value, { version: VERSION });
    expect((await decode(SearchResponse, bytes, { version: VERSION })).value).toEqual(value);
    expect(bytes.includes(Search.Result.token)).toBe(true);
  });

  it('sends photos as base64 text, not as bytes (trap 15)', async () => {
    const Gal = { DisplayName: 'Anna', Picture: { Status: 1, Data: Buffer.from('a photo') } };
    const Store = { Status: 1, Result: [{ Properties: { Gal } }], Range: '0-0', Total: 1 };
    expect(await shown({ Status: 1, Response: { Store } })).toContain(
      `\x03${Buffer.from('a photo').toString('base64')}\0`,
    );
  });
});
