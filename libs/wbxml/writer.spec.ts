import { BufferSink, type ByteSink } from './sink.js';
import { WbxmlWriter } from './writer.js';

const hex = (sink: BufferSink): string => sink.toBuffer().toString('hex');

function written(write: (writer: WbxmlWriter) => void): string {
  const sink = new BufferSink();
  const writer = new WbxmlWriter(sink);
  write(writer);
  writer.push();
  return hex(sink);
}

async function* pieces<T>(...values: T[]): AsyncGenerator<T> {
  for (const value of values) yield value;
}

/** Asks to wait after each chunk until it is released. */
class SlowSink implements ByteSink {
  readonly chunks: Uint8Array[] = [];
  release: () => void = () => undefined;

  write(chunk: Uint8Array): boolean {
    this.chunks.push(chunk);
    return false;
  }

  drained(): Promise<void> {
    return new Promise((resolve) => (this.release = resolve));
  }
}

describe('WbxmlWriter', () => {
  it('writes the only header ActiveSync knows, and switches pages implicitly', () => {
    const bytes = written((writer) => {
      writer.startTag(7, 0x16);
      writer.startTag(7, 0x12);
      writer.string('0');
      writer.endTag();
      writer.startTag(0, 0x0e, false);
      writer.endTag();
    });
    expect(bytes).toBe('03016a00' + '0007' + '56' + '52' + '033000' + '01' + '0000' + '0e' + '01');
  });

  it('turns an element without content into the empty form, whose meaning differs (trap 16)', () => {
    expect(written((writer) => (writer.startTag(0, 0x05), writer.endTag()))).toBe('03016a00' + '05');
  });

  it('closes an empty element properly when its start has already left', () => {
    const bytes = written((writer) => {
      writer.startTag(0, 0x05);
      writer.push();
      writer.endTag();
    });
    expect(bytes).toBe('03016a00' + '45' + '01');
  });

  it('keeps an empty string apart from an opaque block of no bytes', () => {
    const bytes = written((writer) => {
      writer.startTag(0, 0x05);
      writer.string('');
      writer.opaque(new Uint8Array(0));
      writer.endTag();
    });
    expect(bytes).toBe('03016a00' + '45' + '0300' + 'c300' + '01');
  });

  it.each([
    ['a\0b', 'ab'],
    ['\u0001\u0008\u000b\u001f\ufffe\uffffx', 'x'],
    ['tab\tline\r\n', 'tab\tline\r\n'],
    ['\ud83d\ude00', '\ud83d\ude00'],
    ['\ud83d', '\ufffd'],
    ['long '.repeat(50) + '\0.', 'long '.repeat(50) + '.'],
  ])('strips what would end the string or upset a client: %j', (text, expected) => {
    const bytes = written((writer) => writer.string(text));
    expect(Buffer.from(bytes, 'hex').subarray(5, -1).toString()).toBe(expected);
  });

  it('cuts no surrogate pair when it writes a long text in slices', () => {
    for (const shift of ['', 'x', 'xy']) {
      const text = shift + '\ud83d\ude00'.repeat(20_000);
      expect(
        Buffer.from(
          written((writer) => writer.string(text)),
          'hex',
        )
          .subarray(5, -1)
          .toString(),
      ).toBe(text);
    }
  });

  it('streams a string whose pieces split a pair or hold NULs', async () => {
    const sink = new BufferSink();
    const writer = new WbxmlWriter(sink);
    const big = Buffer.alloc(10_000, 'y');
    await writer.stringStream(
      pieces<string | Uint8Array>('a\ud83d', '\ude00', Buffer.from('b\0\0c\0'), big, '\ud83d'),
    );
    writer.push();
    expect(sink.toBuffer().subarray(5, -1).toString()).toBe(`a\ud83d\ude00bc${big.toString()}\ufffd`);
  });

  it('streams an opaque block, and refuses one of another length than announced', async () => {
    const sink = new BufferSink();
    const writer = new WbxmlWriter(sink);
    await writer.opaqueStream(300, pieces(Buffer.alloc(100, 1), Buffer.alloc(200, 2)));
    writer.push();
    expect(hex(sink).slice(8, 14)).toBe('c3822c');
    expect(sink.toBuffer()).toHaveLength(4 + 3 + 300);
    await expect(writer.opaqueStream(3, pieces(Buffer.alloc(2)))).rejects.toThrow('announced 3');
    await expect(writer.opaqueStream(1, pieces(Buffer.alloc(2)))).rejects.toThrow('announced 1');
  });

  it('keeps a connection alive with a switch to the current page (trap 11)', () => {
    const bytes = written((writer) => {
      writer.startTag(2, 0x05);
      writer.keepAlive();
      writer.endTag();
    });
    expect(bytes).toBe('03016a00' + '0002' + '45' + '0002' + '01');
  });

  it('waits for a slow reader in flush, and only then', async () => {
    const sink = new SlowSink();
    const writer = new WbxmlWriter(sink);
    writer.startTag(0, 5);
    expect(writer.congested).toBe(false);
    const flushed = writer.flush();
    expect(writer.congested).toBe(true);
    expect(flushed).toBeInstanceOf(Promise);
    sink.release();
    await flushed;
    expect(writer.congested).toBe(false);
    expect(writer.flush()).toBeUndefined();
  });

  it('never touches a byte again that it gave away', () => {
    const sink = new SlowSink();
    const writer = new WbxmlWriter(sink);
    writer.startTag(0, 5);
    writer.push();
    const before = Buffer.concat(sink.chunks).toString('hex');
    for (let i = 0; i < 10_000; i++) writer.string('something else');
    expect(Buffer.concat(sink.chunks).toString('hex').startsWith(before)).toBe(true);
  });
});
