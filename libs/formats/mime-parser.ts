import { isAscii } from 'node:buffer';
import { latin1 } from './byte-text.js';
import { HeaderFields } from './header-fields.js';
import { LineScanner, type ScannedLine } from './line-scanner.js';
import { mimePart, type MimePart } from './mime-part.js';
import { parseStructuredHeader } from './structured-header.js';

export interface MimeLimits {
  /** Nesting beyond this is not looked into. */
  readonly depth: number;
  /** Parts beyond this many are left out. */
  readonly parts: number;
  /** Bytes of one header beyond this are not looked at. */
  readonly header: number;
}

const defaultLimits: MimeLimits = { depth: 30, parts: 1000, header: 256 * 1024 };

/** Where the content of a part lies in its message, in bytes: `first` inclusive, `end` exclusive. */
export interface PartExtent {
  readonly first: number;
  readonly end: number;
}

/** What a message is made of, and where. */
export interface ParsedMime {
  readonly structure: MimePart;
  /** The header of the message as it stands, at most as long as the limit. */
  readonly header: Uint8Array;
  /** Where the content behind that header begins. */
  readonly bodyAt: number;
  /** Bytes of the message as stored. */
  readonly size: number;
  /** Line feeds without a carriage return before: how many bytes longer the message is on the wire. */
  readonly bareLineFeeds: number;
  /** Content of every part that is no multipart, still in its transfer encoding. */
  readonly extents: ReadonlyMap<MimePart, PartExtent>;
  /** Every part with its header, as it stands between the delimiters. */
  readonly spans: ReadonlyMap<MimePart, PartExtent>;
  /** Parts, no multiparts, with a line that is longer than mail may carry (RFC 5322 2.1.1). */
  readonly longLined: ReadonlySet<MimePart>;
  /** Parts, no multiparts, that are not encoded and have a byte above 127: 8BITMIME content (RFC 6152). */
  readonly eightBit: ReadonlySet<MimePart>;
  /** False if the limits kept parts from being looked at. */
  readonly complete: boolean;
}

/** Characters of a line, its end not counted. */
export const longestMailLine = 998;

/**
 * Reads a message as it comes and tells its structure. Holds one header at a time, never content. Any bytes give some
 * tree: what cannot be understood is text. Throws only what the source throws.
 */
export async function parseMime(
  source: AsyncIterable<Uint8Array>,
  limits: Partial<MimeLimits> = {},
): Promise<ParsedMime> {
  const builder = new TreeBuilder({ ...defaultLimits, ...limits });
  const scanner = new LineScanner((line) => builder.line(line));
  for await (const piece of source) scanner.write(piece);
  scanner.end();
  return { ...builder.finish(scanner.size), size: scanner.size, bareLineFeeds: scanner.bareLineFeeds };
}

/** A part that is being read. */
class Entity {
  readonly children: Entity[] = [];
  headerLines: Uint8Array[] = [];
  headerSize = 0;
  header: Uint8Array = new Uint8Array(0);
  headers = new HeaderFields();
  contentType = '';
  parameters: Readonly<Record<string, string>> = {};
  /** The line that separates children, or null. */
  delimiter: string | null = null;
  first = 0;
  end = 0;
  /** Bytes of line ends in the content. */
  lineEnds = 0;
  hasLongLine = false;
  hasEightBit = false;
  /** Encodings of nothing but ASCII; whatever else such a part holds, its encoding cannot be changed. */
  isEncoded = false;

  constructor(
    readonly parent: Entity | null,
    readonly depth: number,
    readonly defaultType: string,
    /** Where its header begins. */
    readonly start: number,
  ) {}
}

type Reading = 'header' | 'content' | 'skipped';

class TreeBuilder {
  private readonly root = new Entity(null, 0, 'text/plain', 0);
  private current = this.root;
  private reading: Reading = 'header';
  private count = 1;
  /** End of the content seen so far, without the line end that would belong to a delimiter. */
  private contentEnd = 0;
  private openLineEnd = 0;
  private complete = true;

  constructor(private readonly limits: MimeLimits) {}

  line(line: ScannedLine): void {
    const delimited = line.bytes[0] === dash && line.bytes[1] === dash ? this.findDelimiter(line) : null;
    if (delimited) this.delimiter(delimited.entity, delimited.last, line);
    else if (this.reading === 'header') this.headerLine(line);
    else if (this.reading === 'content')
      this.contentLine(line.contentEnd - line.start, line.end - line.contentEnd, line.bytes);
    this.contentEnd = line.contentEnd;
  }

  /** The line end before a delimiter belongs to the delimiter, so one is counted when another line follows. */
  private contentLine(length: number, lineEnd: number, bytes: Uint8Array): void {
    const { current } = this;
    if (length > longestMailLine) current.hasLongLine = true;
    if (!current.isEncoded && !current.hasEightBit && !isAscii(bytes)) current.hasEightBit = true;
    current.lineEnds += this.openLineEnd;
    this.openLineEnd = lineEnd;
  }

  private findDelimiter(line: ScannedLine): { entity: Entity; last: boolean } | null {
    const text = latin1(line.bytes).trimEnd();
    for (let entity: Entity | null = this.current; entity; entity = entity.parent) {
      if (entity.delimiter === null) continue;
      if (text === entity.delimiter) return { entity, last: false };
      if (text === `${entity.delimiter}--`) return { entity, last: true };
    }
    return null;
  }

  private delimiter(entity: Entity, last: boolean, line: ScannedLine): void {
    this.closeUpTo(entity, Math.min(this.contentEnd, line.start), line.start);
    this.current = entity;
    if (last || this.count >= this.limits.parts) {
      this.reading = 'skipped';
      if (!last) this.complete = false;
      if (last) entity.delimiter = null;
      return;
    }
    this.open(entity, entity.contentType === 'multipart/digest' ? 'message/rfc822' : 'text/plain', line.end);
  }

  private open(parent: Entity, defaultType: string, start: number): void {
    const child = new Entity(parent, parent.depth + 1, defaultType, start);
    parent.children.push(child);
    this.count++;
    this.current = child;
    this.reading = 'header';
  }

  /** Ends all entities inside `outer`. One whose header never ended has no content. */
  private closeUpTo(outer: Entity | null, end: number, position: number): void {
    for (let entity: Entity | null = this.current; entity && entity !== outer; entity = entity.parent) {
      if (entity === this.current && this.reading === 'header') this.endHeader(position, false);
      entity.end = Math.max(entity.first, end);
    }
  }

  private headerLine(line: ScannedLine): void {
    const entity = this.current;
    if (line.bytes.length === 0) return this.endHeader(line.end, true);
    if (!isHeaderLine(line.bytes, entity.headerLines.length > 0)) {
      if (entity.headerLines.length === 0 && isEnvelopeLine(line.bytes)) return;
      this.endHeader(line.start, true);
      // What made the header end is the first line of the content.
      if (this.reading === 'header') this.headerLine(line);
      return;
    }
    if (entity.headerSize + line.bytes.length > this.limits.header) return;
    entity.headerLines.push(line.bytes, crlf);
    entity.headerSize += line.bytes.length + crlf.length;
  }

  private endHeader(contentStart: number, mayNest: boolean): void {
    const entity = this.current;
    entity.header = Buffer.concat(entity.headerLines);
    entity.headerLines = [];
    entity.headers = HeaderFields.parse(entity.header);
    const { value, parameters } = parseStructuredHeader(
      entity.headers.raw('content-type') || entity.defaultType,
    );
    entity.contentType = value.includes('/') ? value : 'text/plain';
    entity.parameters = parameters;
    entity.isEncoded = /base64|quoted/i.test(entity.headers.raw('content-transfer-encoding'));
    entity.first = contentStart;
    entity.end = contentStart;
    this.reading = 'content';
    this.openLineEnd = 0;
    if (!mayNest) return;
    if (entity.depth >= this.limits.depth) {
      this.complete &&= !entity.contentType.startsWith('multipart/');
      return;
    }
    const boundary = entity.parameters['boundary']?.trimEnd();
    if (entity.contentType.startsWith('multipart/') && boundary)
      entity.delimiter = `--${boundary.slice(0, 200)}`;
    else if (isPlainMessage(entity) && this.count < this.limits.parts)
      this.open(entity, 'text/plain', contentStart);
  }

  finish(size: number): Omit<ParsedMime, 'size' | 'bareLineFeeds'> {
    if (this.reading === 'content') this.contentLine(0, 0, new Uint8Array(0));
    this.closeUpTo(null, size, size);
    const found: Found = { extents: new Map(), spans: new Map(), longLined: new Set(), eightBit: new Set() };
    const structure = toPart(this.root, isMultipart(this.root) ? '' : '1', found);
    const { header, first: bodyAt } = this.root;
    return { structure, header, bodyAt, ...found, complete: this.complete };
  }
}

/** Where the parts lie, gathered while they are made. */
interface Found {
  readonly extents: Map<MimePart, PartExtent>;
  readonly spans: Map<MimePart, PartExtent>;
  readonly longLined: Set<MimePart>;
  readonly eightBit: Set<MimePart>;
}

const dash = 0x2d;
const crlf = Buffer.from('\r\n');

/** A multipart in which no delimiter was found is shown as the text it is. */
const isMultipart = (entity: Entity): boolean =>
  entity.contentType.startsWith('multipart/') && entity.children.length > 0;

const isPlainMessage = (entity: Entity): boolean =>
  /^message\/(?:rfc822|global)$/.test(entity.contentType) && !entity.isEncoded;

function isHeaderLine(bytes: Uint8Array, mayContinue: boolean): boolean {
  if (bytes[0] === 0x20 || bytes[0] === 0x09) return mayContinue;
  const colon = bytes.indexOf(0x3a);
  return colon > 0 && !bytes.subarray(0, colon).includes(0x20, 1);
}

/** The "From " line of an mbox, which some programs leave on top of a message. */
const isEnvelopeLine = (bytes: Uint8Array): boolean => /^>?From /.test(latin1(bytes.subarray(0, 6)));

function toPart(entity: Entity, part: string, found: Found): MimePart {
  const prefix = part === '' ? '' : `${part}.`;
  const multipart = isMultipart(entity);
  const children = entity.children.map((child, index) => {
    const own = multipart ? `${prefix}${index + 1}` : isMultipart(child) ? part : `${prefix}1`;
    return toPart(child, own, found);
  });
  const disposition = parseStructuredHeader(entity.headers.raw('content-disposition'));
  const inner = isPlainMessage(entity) ? entity.children[0] : undefined;
  const broken = !multipart && entity.contentType.startsWith('multipart/');
  const size = entity.end - entity.first;
  const encoding = parseStructuredHeader(entity.headers.raw('content-transfer-encoding')).value;
  const made = mimePart({
    part,
    contentType: broken ? 'text/plain' : entity.contentType,
    parameters: broken ? {} : entity.parameters,
    disposition: disposition.value,
    dispositionParameters: disposition.parameters,
    contentId: entity.headers.raw('content-id'),
    contentLocation: entity.headers.text('content-location'),
    encoding,
    size,
    ...(encoding === 'base64' ? { decodedSize: Math.floor(((size - entity.lineEnds) * 3) / 4) } : {}),
    children,
    subject: inner ? inner.headers.text('subject') : null,
  });
  if (!multipart) found.extents.set(made, { first: entity.first, end: entity.end });
  if (!multipart && entity.hasLongLine) found.longLined.add(made);
  if (!multipart && entity.hasEightBit) found.eightBit.add(made);
  found.spans.set(made, { first: entity.start, end: entity.end });
  return made;
}
