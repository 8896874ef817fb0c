import { BufferSink, WbxmlWriter, type ByteSink } from '#wbxml';
import {
  FolderSyncRequest,
  PingRequest,
  SendMailRequest,
  SyncRequest,
  SyncResponse,
} from '../commands/index.js';
import { AirSync, Email } from '../pages/index.js';
import { ProtocolError } from '../protocol-error.js';
import type { Encodable } from '../schema/schema.js';
import { decode } from './decode.js';
import { encode, encodeToBuffer } from './encode.js';

const wbxml = (hex: string): Buffer => Buffer.from(`03016a00${hex.replaceAll(' ', '')}`, 'hex');

async function* each<T = never>(...values: T[]): AsyncGenerator<T> {
  for (const value of values) yield value;
}

async function failure(promise: Promise<unknown>): Promise<{ code: string; path: string }> {
  const error = await promise.then(() => new Error('no error')).catch((caught: unknown) => caught);
  if (!(error instanceof ProtocolError)) throw error;
  return { code: error.code, path: error.path };
}

/** Writes a request by hand, in any order and with any mistake. */
function written(write: (writer: WbxmlWriter) => void): Buffer {
  const sink = new BufferSink();
  const writer = new WbxmlWriter(sink);
  write(writer);
  writer.push();
  return sink.toBuffer();
}

const collection = (fill: (writer: WbxmlWriter) => void): Buffer =>
  written((writer) => {
    for (const tag of [AirSync.Sync, AirSync.Collections, AirSync.Collection])
      writer.startTag(tag.page, tag.token);
    fill(writer);
    for (let i = 0; i < 3; i++) writer.endTag();
  });

const element = (writer: WbxmlWriter, tag: { page: number; token: number }, text?: string): void => {
  writer.startTag(tag.page, tag.token, text !== undefined);
  if (text === undefined) return;
  writer.string(text);
  writer.endTag();
};

describe('decoding', () => {
  it('reads the FolderSync of the specification', async () => {
    expect(
      (await decode(FolderSyncRequest, wbxml('0007 56 52 033000 01 01'), { version: 141 })).value,
    ).toEqual({
      SyncKey: '0',
    });
  });

  it('tells absent, empty and filled apart where that matters (traps 16, 21, 50, 53)', async () => {
    const head = (writer: WbxmlWriter): void => {
      element(writer, AirSync.SyncKey, '1');
      element(writer, AirSync.CollectionId, 'f1');
    };
    const absent = await decode(SyncRequest, collection(head), { version: 141 });
    expect(absent.value.Collections?.Collection).toEqual([{ SyncKey: '1', CollectionId: 'f1' }]);
    const empty = await decode(
      SyncRequest,
      collection((writer) => {
        head(writer);
        for (const tag of [AirSync.Supported, AirSync.DeletesAsMoves, AirSync.GetChanges])
          element(writer, tag);
      }),
      { version: 141 },
    );
    expect(empty.value.Collections?.Collection?.[0]).toMatchObject({
      Supported: [],
      DeletesAsMoves: true,
      GetChanges: true,
    });
    const filled = await decode(
      SyncRequest,
      collection((writer) => {
        head(writer);
        element(writer, AirSync.GetChanges, '0');
        writer.startTag(AirSync.Supported.page, AirSync.Supported.token);
        writer.startTag(1, 0x05, false);
        writer.endTag();
      }),
      { version: 141 },
    );
    expect(filled.value.Collections?.Collection?.[0]).toMatchObject({
      Supported: ['Contacts:Anniversary'],
      GetChanges: false,
    });
  });

  it('takes children in any order, skips unknown tags with all inside, and counts them (trap 18)', async () => {
    const { value, skipped } = await decode(
      SyncRequest,
      collection((writer) => {
        element(writer, AirSync.CollectionId, 'f1');
        writer.startTag(0, 0x3f);
        element(writer, AirSync.SyncKey, 'inside');
        writer.opaque(Buffer.from('x'));
        writer.endTag();
        writer.startTag(254, 0x05, false);
        element(writer, AirSync.SyncKey, '7');
      }),
      { version: 141 },
    );
    expect(value.Collections?.Collection).toEqual([{ SyncKey: '7', CollectionId: 'f1' }]);
    expect(skipped).toEqual({ count: 2, tags: ['AirSync:0x3f', '254:0x05'] });
  });

  it('leaves elements out that the version does not know, in both directions', async () => {
    const request = { Wait: 5, HeartbeatInterval: 300 };
    const bytes = await encodeToBuffer(SyncRequest, request, { version: 141 });
    expect((await decode(SyncRequest, bytes, { version: 141 })).value).toEqual(request);
    expect(await decode(SyncRequest, bytes, { version: 121 })).toMatchObject({
      value: { Wait: 5 },
      skipped: { tags: ['AirSync:HeartbeatInterval'] },
    });
    const older = await encodeToBuffer(SyncRequest, request, { version: 120 });
    expect((await decode(SyncRequest, older, { version: 161 })).value).toEqual({});
  });

  it('names the place of what is wrong', async () => {
    const number = collection((writer) => {
      element(writer, AirSync.SyncKey, '1');
      element(writer, AirSync.CollectionId, '1');
      element(writer, AirSync.WindowSize, 'many');
    });
    expect(await failure(decode(SyncRequest, number, { version: 141 }))).toEqual({
      code: 'invalid-value',
      path: 'Sync/Collections/Collection[0]/WindowSize',
    });
    const missing = collection((writer) => element(writer, AirSync.CollectionId, '1'));
    expect(await failure(decode(SyncRequest, missing, { version: 141 }))).toEqual({
      code: 'missing',
      path: 'Sync/Collections/Collection[0]',
    });
    const long = wbxml(`0007 56 52 03 ${'61'.repeat(65)} 00 01 01`);
    expect((await failure(decode(FolderSyncRequest, long, { version: 141 }))).code).toBe('invalid-value');
    expect((await failure(decode(PingRequest, wbxml('0007 56 01'), { version: 141 }))).code).toBe(
      'unexpected-root',
    );
    expect((await failure(decode(PingRequest, wbxml('000d 45 0019 05'), { version: 141 }))).code).toBe(
      'truncated',
    );
    expect((await failure(decode(PingRequest, wbxml('000d 45 0063 05 01'), { version: 141 }))).code).toBe(
      'unknown-page',
    );
  });

  it('leaves Wait, HeartbeatInterval, WindowSize and FilterType to the Status that answers them (trap 34)', async () => {
    const request: Encodable<typeof SyncRequest> = {
      Wait: 99,
      HeartbeatInterval: 1,
      WindowSize: 100000,
      Collections: {
        Collection: [{ SyncKey: '0', CollectionId: 'x', WindowSize: 0, Options: [{ FilterType: 77 }] }],
      },
    };
    const bytes = await encodeToBuffer(SyncRequest, request, { version: 161 });
    expect((await decode(SyncRequest, bytes, { version: 161 })).value).toEqual(request);
  });

  it('spoils only the item that is malformed, not the request (trap 6)', async () => {
    const bytes = collection((writer) => {
      element(writer, AirSync.SyncKey, '1');
      element(writer, AirSync.CollectionId, '1');
      writer.startTag(0, AirSync.Commands.token);
      for (const read of ['perhaps', '1']) {
        writer.startTag(0, AirSync.Change.token);
        element(writer, AirSync.ServerId, `item ${read}`);
        writer.startTag(0, AirSync.ApplicationData.token);
        element(writer, Email.Read, read);
        element(writer, Email.Subject, 'x');
        writer.endTag();
        writer.endTag();
      }
      writer.endTag();
    });
    const { value, faults } = await decode(SyncRequest, bytes, { version: 141 });
    const [bad, good] = value.Collections?.Collection?.[0]?.Commands ?? [];
    expect(bad).toEqual({ Change: { ServerId: 'item perhaps' } });
    expect(good).toEqual({
      Change: { ServerId: 'item 1', ApplicationData: { Email: { Read: true, Subject: 'x' } } },
    });
    expect(faults.size).toBe(1);
    expect(bad && 'Change' in bad && faults.get(bad.Change)?.path).toBe(
      'Sync/Collections/Collection[0]/Commands/Change[0]/ApplicationData/Read',
    );
  });

  it('never drops a request for a date it cannot read (quirks 4.6)', async () => {
    const bytes = collection((writer) => {
      element(writer, AirSync.SyncKey, '1');
      element(writer, AirSync.CollectionId, '1');
      writer.startTag(0, AirSync.Commands.token);
      writer.startTag(0, AirSync.Change.token);
      element(writer, AirSync.ServerId, 'i');
      writer.startTag(0, AirSync.ApplicationData.token);
      writer.startTag(2, Email.Flag.token);
      element(writer, Email.Status, '2');
      element(writer, Email.CompleteTime, 'yesterday');
      for (let i = 0; i < 4; i++) writer.endTag();
    });
    const { value, faults } = await decode(SyncRequest, bytes, { version: 141 });
    expect(value.Collections?.Collection?.[0]?.Commands).toEqual([
      { Change: { ServerId: 'i', ApplicationData: { Email: { Flag: { Status: 2 } } } } },
    ]);
    expect(faults.size).toBe(0);
  });

  it('hands a blob to whoever keeps it, and gathers it otherwise', async () => {
    const mime = Buffer.alloc(100_000, 'mime ');
    const bytes = await encodeToBuffer(SendMailRequest, { ClientId: 'c', Mime: mime }, { version: 141 });
    const lengths: (number | undefined)[] = [];
    const { value } = await decode(SendMailRequest, each(bytes.subarray(0, 50), bytes.subarray(50)), {
      version: 141,
      limits: { gathered: 100 },
      async blob(content, { length, path }) {
        lengths.push(length);
        expect(path).toBe('SendMail/Mime');
        let total = 0;
        for await (const piece of content) total += piece.length;
        return { length: total, content: each() };
      },
    });
    expect([value.Mime.length, lengths]).toEqual([100_000, [100_000]]);
    const gathered = await decode(SendMailRequest, bytes, { version: 141 });
    for (let turn = 0; turn < 2; turn++) {
      const pieces: Uint8Array[] = [];
      for await (const piece of gathered.value.Mime.content) pieces.push(piece);
      expect(Buffer.concat(pieces).equals(mime)).toBe(true);
    }
    const small = decode(SendMailRequest, bytes, { version: 141, limits: { gathered: 99_999 } });
    expect(await failure(small)).toEqual({ code: 'too-big', path: 'SendMail/Mime' });
  });

  it('reads the rest of a blob that its keeper gave up on', async () => {
    const bytes = await encodeToBuffer(
      SendMailRequest,
      { ClientId: 'c', Mime: Buffer.alloc(5000) },
      { version: 141 },
    );
    const { value } = await decode(SendMailRequest, each(bytes.subarray(0, 2000), bytes.subarray(2000)), {
      version: 141,
      blob: async () => ({ length: 0, content: each() }),
    });
    expect(value.ClientId).toBe('c');
  });

  it('decodes thousands of commands in linear time', async () => {
    const request = (count: number): Promise<Buffer> =>
      encodeToBuffer(
        SyncRequest,
        {
          Collections: {
            Collection: [
              {
                SyncKey: '1',
                CollectionId: '1',
                Commands: Array.from({ length: count }, (_, i) => ({
                  Change: { ServerId: `f1:${i}`, ApplicationData: { Email: { Read: true } } },
                })),
              },
            ],
          },
        },
        { version: 141 },
      );
    const bytes = await request(20_000);
    const { value } = await decode(SyncRequest, bytes, { version: 141 });
    expect(value.Collections?.Collection?.[0]?.Commands).toHaveLength(20_000);
  });
});

describe('encoding', () => {
  it('writes the declared order, whatever the order of the keys (trap 17)', async () => {
    const one = await encodeToBuffer(SyncRequest, { Partial: true, Wait: 1 }, { version: 141 });
    const other = await encodeToBuffer(SyncRequest, { Wait: 1, Partial: true }, { version: 141 });
    expect(one.equals(other)).toBe(true);
    expect(one.toString('hex')).toBe('03016a00' + '45' + '64' + '033100' + '01' + '26' + '01');
  });

  it('streams items, and text within items', async () => {
    const item = (i: number) => ({
      Add: {
        ServerId: `1:${i}`,
        ApplicationData: {
          Email: {
            Subject: `mail ${i}`,
            Body: { Type: 1 as const, Data: each<string | Buffer>('a', Buffer.from('b')) },
          },
        },
      },
    });
    const bytes = await encodeToBuffer(
      SyncResponse,
      {
        Collections: {
          Collection: each({ SyncKey: '2', CollectionId: '1', Status: 1, Commands: each(item(1), item(2)) }),
        },
      },
      { version: 141 },
    );
    const { value } = await decode(SyncResponse, bytes, { version: 141 });
    expect(value.Collections?.Collection?.[0]?.Commands).toEqual(
      [1, 2].map((i) => ({
        Add: {
          ServerId: `1:${i}`,
          ApplicationData: { Email: { Subject: `mail ${i}`, Body: { Type: 1, Data: 'ab' } } },
        },
      })),
    );
  });

  it('leaves Commands and Responses out when nothing comes (quirks 4.4)', async () => {
    const bytes = await encodeToBuffer(
      SyncResponse,
      { Collections: { Collection: [{ SyncKey: '2', Responses: [], Commands: each() }] } },
      { version: 141 },
    );
    expect((await decode(SyncResponse, bytes, { version: 141 })).value).toEqual({
      Collections: { Collection: [{ SyncKey: '2' }] },
    });
  });

  it('leaves a date out that cannot be expressed, rather than failing the answer', async () => {
    const change = { ServerId: 'x', ApplicationData: { Email: { DateReceived: new Date(NaN), Read: true } } };
    const bytes = await encodeToBuffer(
      SyncResponse,
      { Collections: { Collection: [{ Commands: [{ Change: change }] }] } },
      { version: 141 },
    );
    expect(JSON.stringify((await decode(SyncResponse, bytes, { version: 141 })).value)).toContain(
      '{"Read":true}',
    );
  });

  it('lets the first bytes go while the next item is awaited, keeps the line alive, and closes what it iterates', async () => {
    const chunks: Buffer[] = [];
    const sink: ByteSink = {
      write: (chunk) => chunks.push(Buffer.from(chunk)) > 0,
      drained: () => Promise.resolve(),
    };
    let closed = false;
    let finish = (): void => undefined;
    async function* slow(): AsyncGenerator<{ Delete: { ServerId: string } }> {
      try {
        yield { Delete: { ServerId: '1' } };
        await new Promise<void>((resolve) => (finish = resolve));
        yield { Delete: { ServerId: '2' } };
      } finally {
        closed = true;
      }
    }
    const response = { Collections: { Collection: [{ SyncKey: '2', Commands: slow() }] } };
    const encoded = encode(SyncResponse, response, sink, { version: 141, keepAliveAfter: 5 });
    while (chunks.length < 4) await new Promise((resolve) => setTimeout(resolve, 1));
    expect(chunks[0]?.length).toBeGreaterThan(4);
    expect(chunks.slice(1, 4).map((chunk) => chunk.toString('hex'))).toEqual(['0000', '0000', '0000']);
    finish();
    await encoded;
    expect(closed).toBe(true);
    const { value } = await decode(SyncResponse, Buffer.concat(chunks), { version: 141 });
    expect(value.Collections?.Collection?.[0]?.Commands).toHaveLength(2);
  });

  it('waits for a slow phone between items, and fails when it is gone', async () => {
    let held = 0;
    const sink: ByteSink = {
      write: (chunk) => ((held += chunk.length), false),
      drained: () => ((held = 0), Promise.resolve()),
    };
    let most = 0;
    async function* many(): AsyncGenerator<{ Delete: { ServerId: string } }> {
      for (let i = 0; i < 5000; i++) {
        most = Math.max(most, held);
        yield { Delete: { ServerId: 'x'.repeat(60) } };
      }
    }
    const response = { Collections: { Collection: [{ SyncKey: '2', Commands: many() }] } };
    await encode(SyncResponse, response, sink, { version: 141 });
    expect(most).toBeLessThan(17_000);
    const gone: ByteSink = { write: () => false, drained: () => Promise.reject(new Error('gone')) };
    const array = Array.from({ length: 5000 }, () => ({ Delete: { ServerId: 'x'.repeat(60) } }));
    await expect(
      encode(SyncResponse, { Collections: { Collection: [{ Commands: array }] } }, gone, { version: 141 }),
    ).rejects.toThrow('gone');
  });
});

describe('items of several classes', () => {
  const sync = (version: number, ApplicationData: object) => ({
    Collections: {
      Collection: [
        { SyncKey: '1-1', CollectionId: 'p1', Commands: [{ Change: { ServerId: 'p1:1', ApplicationData } }] },
      ],
    },
  });
  const back = async (ApplicationData: object, version = 161): Promise<unknown> => {
    const bytes = await encodeToBuffer(SyncRequest, sync(version, ApplicationData), { version });
    const { value } = await decode(SyncRequest, bytes, { version });
    const [command] = value.Collections?.Collection?.[0]?.Commands ?? [];
    return command && 'Change' in command ? command.Change.ApplicationData : undefined;
  };

  it('gives what classes share to the one that the rest speaks of', async () => {
    const Body = { Type: 1, Data: 'likes tea' };
    expect(await back({ Contacts: { LastName: 'Lovelace', Body } })).toEqual({
      Contacts: { LastName: 'Lovelace', Body },
    });
  });

  it('gives a Body by itself to every class that has one: the folder knows which is meant', async () => {
    expect(Object.keys((await back({ Tasks: { Body: { Type: 1, Data: 'x' } } })) as object).sort()).toEqual([
      'Calendar',
      'Contacts',
      'Email',
      'Notes',
      'Tasks',
    ]);
  });

  it('tells a value that is taken away from one that is not spoken of (trap 95)', async () => {
    expect(await back({ Calendar: { Subject: 'x', Reminder: null } })).toEqual({
      Calendar: { Subject: 'x', Reminder: null },
    });
    expect(await back({ Contacts: { FirstName: '', Picture: null, Birthday: null } })).toEqual({
      Contacts: { FirstName: '', Picture: null, Birthday: null },
    });
  });
});
