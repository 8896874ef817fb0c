import { BufferSink, WbxmlWriter, type ByteSink } from '#wbxml';
import { tagNamed, type Tag } from '../code-page.js';
import type { Blob, Child, ContainerElement, Element, Encodable, Place } from '../schema/schema.js';
import { inRange } from '../version.js';
import { Idle } from './idle.js';

export interface EncodeOptions {
  /** Protocol version times ten; elements that it does not know are left out. */
  readonly version: number;
  /**
   * Milliseconds of silence, while the next item of an AsyncIterable is awaited, after which a keep-alive is sent (trap
   * 11). Absent: never. From the first one on the answer has begun.
   */
  readonly keepAliveAfter?: number;
}

interface Output {
  readonly writer: WbxmlWriter;
  readonly idle: Idle;
}

/** Undefined unless something had to be waited for. */
type Pending = Promise<void> | undefined;
type Encoder = (value: unknown, out: Output) => Pending;

/** Encodes to a place in a container: `read` finds the value there. */
interface Field {
  /** Null is a value: the element without content. */
  readonly isClearable: boolean;
  readonly read: (container: Record<string, unknown>) => unknown;
  readonly encode: Encoder;
}

/**
 * Encodes a value as one WBXML document and waits for the sink where it asks to. Runs synchronously up to the first
 * AsyncIterable or back-pressure. Errors of the value's iterables and of the sink come out as they are; the document is
 * then incomplete.
 */
export async function encode<S extends Element>(
  schema: S,
  value: Encodable<S>,
  target: ByteSink | WbxmlWriter,
  options: EncodeOptions,
): Promise<void> {
  const writer = target instanceof WbxmlWriter ? target : new WbxmlWriter(target);
  const idle = new Idle(writer, options.keepAliveAfter);
  try {
    await encoderOf(schema, options.version)(value, { writer, idle });
    await writer.flush();
  } finally {
    idle.close();
  }
}

/** Encodes a value into memory: for answers known to be small, and tests. */
export async function encodeToBuffer<S extends Element>(
  schema: S,
  value: Encodable<S>,
  options: EncodeOptions,
): Promise<Buffer> {
  const sink = new BufferSink();
  await encode(schema, value, sink, options);
  return sink.toBuffer();
}

const compiled = new WeakMap<Element, Map<number, Encoder>>();

/** The encoder of a schema in one version, compiled at its first use. */
function encoderOf(element: Element, version: number): Encoder {
  let versions = compiled.get(element);
  if (!versions) compiled.set(element, (versions = new Map<number, Encoder>()));
  let encoder = versions.get(version);
  if (!encoder) versions.set(version, (encoder = compile(element, version)));
  return encoder;
}

function compile(element: Element, version: number): Encoder {
  const { page, token } = element.tag;
  switch (element.kind) {
    case 'value':
      return valueEncoder(element.tag, element.datatype.format);
    case 'flag':
      return (value, { writer }) => (value === true ? void writer.startTag(page, token, false) : undefined);
    case 'bytes':
      return (value, { writer }) => {
        writer.startTag(page, token);
        if ((value as Uint8Array).length > 0) writer.opaque(value as Uint8Array);
        writer.endTag();
        return undefined;
      };
    case 'stream':
      return streamEncoder(element.tag);
    case 'blob':
      return blobEncoder(element.tag);
    case 'tags':
      return tagListEncoder(element.tag);
    case 'container':
      return containerEncoder(element.tag, containerFields(element, version));
    case 'sequence':
      return sequenceEncoder(element.tag, alternativesOf(element.alternatives, version), element.omitEmpty);
  }
}

const valueEncoder =
  ({ page, token }: Tag, format: (value: unknown) => string | undefined): Encoder =>
  (value, { writer }) => {
    const text = format(value);
    if (text === undefined) return undefined;
    writer.startTag(page, token);
    if (text !== '') writer.string(text);
    writer.endTag();
    return undefined;
  };

const streamEncoder =
  ({ page, token }: Tag): Encoder =>
  (value, { writer, idle }) => {
    writer.startTag(page, token);
    if (typeof value !== 'string') {
      const pieces = idle.watch(value as AsyncIterable<string | Uint8Array>, 'inside text');
      return writer.stringStream(pieces).then(() => writer.endTag());
    }
    if (value !== '') writer.string(value);
    writer.endTag();
    return undefined;
  };

const blobEncoder =
  ({ page, token }: Tag): Encoder =>
  (value, { writer, idle }) => {
    writer.startTag(page, token);
    if (!(value instanceof Uint8Array)) {
      const { length, content } = value as Blob;
      return writer.opaqueStream(length, idle.watch(content, 'inside text')).then(() => writer.endTag());
    }
    writer.opaque(value);
    writer.endTag();
    return undefined;
  };

const tagListEncoder =
  ({ page, token }: Tag): Encoder =>
  (value, { writer }) => {
    writer.startTag(page, token);
    for (const name of value as readonly string[]) {
      const tag = tagNamed(name);
      if (!tag) throw new Error(`there is no tag ${name}`);
      writer.startTag(tag.page, tag.token, false);
    }
    writer.endTag();
    return undefined;
  };

function containerEncoder({ page, token }: Tag, fields: readonly Field[]): Encoder {
  const from = (index: number, value: Record<string, unknown>, out: Output): Pending => {
    for (let i = index; i < fields.length; i++) {
      const field = fields[i] as Field;
      const content = field.read(value);
      if (content === undefined || (content === null && !field.isClearable)) continue;
      const pending = field.encode(content, out);
      if (pending) return pending.then(() => from(i + 1, value, out));
    }
    out.writer.endTag();
    return undefined;
  };
  return (value, out) => {
    out.writer.startTag(page, token);
    return from(0, value as Record<string, unknown>, out);
  };
}

/** Text of a mixed container stands before its elements. */
const ownText: Field = {
  isClearable: false,
  read: ({ text }) => (text === '' ? undefined : text),
  encode: (text, { writer }) => void writer.string(text as string),
};

const containerFields = ({ children, mixed }: ContainerElement, version: number): Field[] => [
  ...(mixed ? [ownText] : []),
  ...fieldsOf(children, version),
];

function fieldsOf(children: readonly Child[], version: number, group?: string): Field[] {
  return children.flatMap((child) => {
    if (child.occurs === 'group') return fieldsOf(child.children, version, child.key);
    return inRange(child.versions, version) ? [fieldOf(child, version, group)] : [];
  });
}

function fieldOf({ key, occurs, element }: Place, version: number, group: string | undefined): Field {
  const encodeOne = encoderOf(element, version);
  return {
    isClearable: element.kind === 'value' && element.datatype.empty === null,
    read:
      group === undefined
        ? (container) => container[key]
        : (container) => (container[group] as Record<string, unknown> | undefined)?.[key],
    encode: occurs === 'repeated' ? (value, out) => encodeMany(value as Items, encodeOne, out) : encodeOne,
  };
}

type Items = readonly unknown[] | AsyncIterable<unknown>;

const encodeMany = (items: Items, encodeOne: Encoder, out: Output): Pending =>
  Array.isArray(items)
    ? encodeArray(items, 0, encodeOne, out)
    : encodeStream(items as AsyncIterable<unknown>, encodeOne, out);

function encodeArray(items: readonly unknown[], index: number, encodeOne: Encoder, out: Output): Pending {
  for (let i = index; i < items.length; i++) {
    const pending = encodeOne(items[i], out);
    if (pending) return pending.then(() => encodeArray(items, i + 1, encodeOne, out));
    if (out.writer.congested) return encodeRest(items, i + 1, encodeOne, out);
  }
  return undefined;
}

async function encodeRest(
  items: readonly unknown[],
  index: number,
  encodeOne: Encoder,
  out: Output,
): Promise<void> {
  await out.writer.flush();
  await encodeArray(items, index, encodeOne, out);
}

async function encodeStream(items: AsyncIterable<unknown>, encodeOne: Encoder, out: Output): Promise<void> {
  for await (const item of out.idle.watch(items, 'between elements')) {
    await encodeOne(item, out);
    if (out.writer.congested) await out.writer.flush();
  }
}

function sequenceEncoder(tag: Tag, encodeOne: Encoder, omitEmpty: boolean): Encoder {
  const { page, token } = tag;
  return (value, out) => {
    const items = value as Items;
    if (!Array.isArray(items) && omitEmpty)
      return encodeUnlessEmpty(tag, items as AsyncIterable<unknown>, encodeOne, out);
    if (omitEmpty && (items as readonly unknown[]).length === 0) return undefined;
    out.writer.startTag(page, token);
    const pending = encodeMany(items, encodeOne, out);
    if (pending) return pending.then(() => out.writer.endTag());
    out.writer.endTag();
    return undefined;
  };
}

/** Opens the element only when the first item has come. */
async function encodeUnlessEmpty(
  { page, token }: Tag,
  items: AsyncIterable<unknown>,
  encodeOne: Encoder,
  out: Output,
): Promise<void> {
  let opened = false;
  for await (const item of out.idle.watch(items, 'between elements')) {
    if (!opened) out.writer.startTag(page, token);
    opened = true;
    await encodeOne(item, out);
    if (out.writer.congested) await out.writer.flush();
  }
  if (opened) out.writer.endTag();
}

/** Encodes `{ Add: ... }` by its only key. An alternative that the version does not know is left out. */
function alternativesOf(alternatives: readonly Element[], version: number): Encoder {
  const encoders = new Map(
    alternatives
      .filter(({ versions }) => inRange(versions, version))
      .map((element) => [element.tag.name, encoderOf(element, version)]),
  );
  return (value, out) => {
    for (const name in value as Record<string, unknown>) {
      const content = (value as Record<string, unknown>)[name];
      if (content !== undefined) return encoders.get(name)?.(content, out);
    }
    return undefined;
  };
}
