import { latin1 } from './byte-text.js';
import { decodeCharset } from './charset.js';
import { cleanLine, cleanText } from './clean-text.js';
import { codePageCharset, MapiProperty, readProperties, type MapiProperties } from './tnef-properties.js';

/** A file inside a winmail.dat. */
export interface TnefAttachment {
  readonly name: string;
  /** What the sender said it is, or null. */
  readonly contentType: string | null;
  readonly contentId: string | null;
  /** Where its bytes lie in the winmail.dat. */
  readonly offset: number;
  readonly size: number;
}

/** What a winmail.dat holds. */
export interface TnefContents {
  readonly attachments: readonly TnefAttachment[];
  /** The mail's text in HTML, else in plain text; null if it has neither. */
  readonly text: { readonly type: 1 | 2; readonly text: string } | null;
}

const signature = 0x223e9f78;
const Attribute = {
  body: 0x0002800c,
  oemCodePage: 0x00069007,
  messageProperties: 0x00069003,
  attachmentBegin: 0x00069002,
  attachmentTitle: 0x00018010,
  attachmentData: 0x0006800f,
  attachmentProperties: 0x00069005,
} as const;

const mostAttributes = 10_000;
const mostAttachments = 250;
/** Larger attributes are passed over; only the data of attachments are, and those are not read here. */
const largestRead = 2 * 1024 * 1024;
/** PR_ATTACH_METHOD of a message in the message and of an OLE object: nothing a phone could open. */
const unreadableMethods = new Set([5, 6]);

/**
 * Reads Microsoft's TNEF (MS-OXTNEF) as it comes. Holds one attribute of at most 2 MB, never an attachment. Any bytes give
 * some contents; what is cut off is left out. Throws only what the source throws.
 */
export async function readTnef(source: AsyncIterable<Uint8Array>): Promise<TnefContents> {
  const bytes = new ByteReader(source);
  try {
    const reader = new TnefReader(bytes);
    await reader.read();
    return reader.contents();
  } finally {
    await bytes.close();
  }
}

interface OpenAttachment {
  title: string;
  properties: MapiProperties;
  data: { offset: number; size: number } | null;
}

class TnefReader {
  private readonly attachments: OpenAttachment[] = [];
  private charset = 'windows-1252';
  private properties: MapiProperties = new Map();
  private body = '';

  constructor(private readonly bytes: ByteReader) {}

  async read(): Promise<void> {
    const head = await this.bytes.take(6);
    if (head?.readUInt32LE(0) !== signature) return;
    for (let count = 0; count < mostAttributes; count++) {
      // Level, id, length; behind the data follows a check sum, which nobody fills in reliably.
      const attribute = await this.bytes.take(9);
      if (!attribute) return;
      if (!(await this.attribute(attribute.readUInt32LE(1), attribute.readUInt32LE(5)))) return;
      if (!(await this.bytes.take(2))) return;
    }
  }

  /** False if the bytes ended within it. */
  private async attribute(id: number, length: number): Promise<boolean> {
    if (id === Attribute.attachmentBegin && this.attachments.length < mostAttachments) {
      this.attachments.push({ title: '', properties: new Map(), data: null });
    }
    if (id === Attribute.attachmentData) return this.attachmentData(length);
    const isWanted = Object.values<number>(Attribute).includes(id) && length <= largestRead;
    if (!isWanted) return this.bytes.skip(length);
    const data = await this.bytes.take(length);
    if (data) this.value(id, data);
    return data !== null;
  }

  private async attachmentData(length: number): Promise<boolean> {
    const offset = this.bytes.position;
    const whole = await this.bytes.skip(length);
    const current = this.attachments.at(-1);
    if (whole && current) current.data ??= { offset, size: length };
    return whole;
  }

  private value(id: number, data: Buffer): void {
    const current = this.attachments.at(-1);
    switch (id) {
      case Attribute.oemCodePage:
        if (data.length >= 4) this.charset = codePageCharset(data.readUInt32LE(0));
        break;
      case Attribute.messageProperties:
        this.properties = readProperties(data, this.charset);
        break;
      case Attribute.body:
        this.body = this.text(data);
        break;
      case Attribute.attachmentTitle:
        if (current) current.title = this.text(data);
        break;
      case Attribute.attachmentProperties:
        if (current) current.properties = readProperties(data, this.charset);
        break;
    }
  }

  private text(data: Uint8Array): string {
    return cleanText(decodeCharset(data, this.charset).replace(/\0[^]*$/, ''));
  }

  contents(): TnefContents {
    return { attachments: this.attachments.flatMap(described), text: this.shownText() };
  }

  private shownText(): TnefContents['text'] {
    const html = this.properties.get(MapiProperty.html);
    if (typeof html === 'string' && html.trim() !== '') return { type: 2, text: html };
    if (html instanceof Uint8Array && html.length > 0) return { type: 2, text: this.decodedHtml(html) };
    const body = this.properties.get(MapiProperty.body);
    const text = typeof body === 'string' && body.trim() !== '' ? body : this.body;
    return text.trim() === '' ? null : { type: 1, text };
  }

  private decodedHtml(html: Uint8Array): string {
    const codePage = this.properties.get(MapiProperty.internetCodePage);
    const meta = /<meta[^>]{0,200}charset\s*=\s*["']?\s*([\w.:-]{1,40})/i.exec(
      latin1(html.subarray(0, 2048)),
    )?.[1];
    const charset = typeof codePage === 'number' ? codePageCharset(codePage) : (meta ?? this.charset);
    return cleanText(decodeCharset(html, charset));
  }
}

function described({ title, properties, data }: OpenAttachment): TnefAttachment[] {
  const method = properties.get(MapiProperty.attachMethod);
  if (!data || (typeof method === 'number' && unreadableMethods.has(method))) return [];
  const text = (id: number): string => {
    const value = properties.get(id);
    return typeof value === 'string' ? cleanLine(value) : '';
  };
  const name =
    text(MapiProperty.attachLongFilename) ||
    text(MapiProperty.displayName) ||
    text(MapiProperty.attachFilename) ||
    cleanLine(title);
  return [
    {
      name,
      contentType: text(MapiProperty.attachMimeTag).toLowerCase() || null,
      contentId: text(MapiProperty.attachContentId) || null,
      ...data,
    },
  ];
}

/** Takes bytes out of a stream by count. */
class ByteReader {
  position = 0;
  private readonly iterator: AsyncIterator<Uint8Array>;
  private rest: Uint8Array = new Uint8Array(0);

  constructor(source: AsyncIterable<Uint8Array>) {
    this.iterator = source[Symbol.asyncIterator]();
  }

  /** Null if there are not so many. */
  async take(count: number): Promise<Buffer | null> {
    const pieces: Uint8Array[] = [];
    const whole = await this.pass(count, (piece) => pieces.push(piece));
    return whole ? Buffer.concat(pieces) : null;
  }

  /** False if there are not so many. */
  async skip(count: number): Promise<boolean> {
    return this.pass(count, () => undefined);
  }

  private async pass(count: number, use: (piece: Uint8Array) => void): Promise<boolean> {
    for (let left = count; left > 0;) {
      if (this.rest.length === 0) {
        const next = await this.iterator.next();
        if (next.done) return false;
        this.rest = next.value;
      }
      const piece = this.rest.subarray(0, left);
      this.rest = this.rest.subarray(piece.length);
      this.position += piece.length;
      left -= piece.length;
      use(piece);
    }
    return true;
  }

  async close(): Promise<void> {
    await this.iterator.return?.();
  }
}
