import { describeTag, isKnownPage } from '../code-page.js';
import { ProtocolError, type ProtocolErrorCode } from '../protocol-error.js';
import type { Element, ValueElement } from '../schema/schema.js';
import { shapeOf, type Field, type Shape } from './shape.js';

const MAX_TAGS_NAMED = 16;
const SHOWN = 40;

type Bag = Record<string, unknown>;

/** Elements that were read over because nobody knows them here (trap 18). */
export interface Skipped {
  readonly count: number;
  /** Qualified names, each once, at most 16. */
  readonly tags: readonly string[];
}

/** What an isolated element may answer for. Broken bytes and exceeded limits end the whole request. */
const isolatable: ReadonlySet<ProtocolErrorCode> = new Set(['invalid-value', 'missing', 'too-many']);

/** An element that is open. */
interface Frame {
  readonly shape: Shape;
  /** Its place in the frame below; undefined for the root. */
  readonly field: Field | undefined;
  /** How many of its kind (in a sequence: of any kind) came before. */
  readonly index: number;
  /** Object or list being filled; the spooled content of a blob. */
  value: unknown;
  text: string | undefined;
  parts: Uint8Array[] | undefined;
  /** The groups that something stands in: true where that is an element of no other group. */
  groups?: Map<string, boolean>;
}

/**
 * Puts a value together from the events of a document: a stack of open elements, so that decoding needs no recursion and
 * can wait for bytes anywhere.
 */
export class Assembly {
  readonly #schema: Element;
  readonly #version: number;
  readonly #frames: Frame[] = [];
  #top: Frame | undefined;
  /** Depth inside an element that is read over. */
  #skipping = 0;
  #skippedCount = 0;
  readonly #skippedTags = new Set<string>();
  #room: number;
  readonly faults = new Map<object, ProtocolError>();
  root: unknown;

  constructor(schema: Element, version: number, gathered: number) {
    this.#schema = schema;
    this.#version = version;
    this.#room = gathered;
  }

  get skipped(): Skipped {
    return { count: this.#skippedCount, tags: [...this.#skippedTags] };
  }

  /** The open element, as `Sync/Collections/Collection[0]`. */
  get path(): string {
    return this.#frames
      .map(({ shape, field, index }) => (field?.many === true ? `${shape.name}[${index}]` : shape.name))
      .join('/');
  }

  /** The open element's content is a blob. */
  get wantsBlob(): boolean {
    return this.#skipping === 0 && this.#top?.shape.element.kind === 'blob';
  }

  /** The open element's content is text that nothing came before of. */
  get wantsText(): boolean {
    const top = this.#top;
    if (this.#skipping > 0 || top === undefined || top.text !== undefined || top.parts !== undefined)
      return false;
    return top.shape.element.kind === 'value' || top.shape.element.kind === 'stream';
  }

  start(page: number, token: number): void {
    if (this.#skipping > 0) {
      if (!isKnownPage(page)) this.#fail('unknown-page', `there is no code page ${page}`);
      this.#skipping++;
      return;
    }
    const top = this.#top;
    if (top === undefined) return this.#startRoot(page, token);
    const field = top.shape.fields.get((page << 6) | token);
    if (field) this.#open(field.shape, field, indexOf(top, field));
    else this.#skip(top, page, token);
  }

  /** The whole text of an element. */
  text(text: string): void {
    this.#take(text.length);
    if (this.#top) this.#top.text = text;
  }

  /** A piece of text or bytes. */
  piece(piece: Uint8Array): void {
    const top = this.#top;
    if (this.#skipping > 0 || top === undefined || !top.shape.hasText) return;
    this.#take(piece.length);
    if (top.text !== undefined) {
      top.parts = [Buffer.from(top.text)];
      top.text = undefined;
    }
    (top.parts ??= []).push(piece);
  }

  /** What became of the open element's content. */
  blob(value: unknown): void {
    if (this.#top) this.#top.value = value;
  }

  end(): void {
    if (this.#skipping > 0) {
      this.#skipping--;
      return;
    }
    const frame = this.#top;
    if (frame === undefined) return;
    try {
      this.#close(frame);
    } catch (error) {
      this.#isolate(error);
    }
  }

  #close(frame: Frame): void {
    const { field, index } = frame;
    if (field && index >= field.max) this.#fail('too-many', `at most ${field.max} of it`);
    const value = this.#finish(frame);
    this.#pop();
    const parent = this.#top;
    if (!parent) this.root = value;
    else if (value !== undefined && field) put(parent, field, value);
  }

  #pop(): void {
    this.#frames.pop();
    this.#top = this.#frames.at(-1);
  }

  #startRoot(page: number, token: number): void {
    const shape = shapeOf(this.#schema, this.#version);
    const { tag } = shape.element;
    if (tag.page !== page || tag.token !== token) {
      this.#fail('unexpected-root', `expected ${tag.qualifiedName}, got ${describeTag(page, token)}`);
    }
    this.#open(shape, undefined, 0);
  }

  #open(shape: Shape, field: Field | undefined, index: number): void {
    const { kind } = shape.element;
    const value = kind === 'container' ? {} : kind === 'sequence' || kind === 'tags' ? [] : undefined;
    this.#top = { shape, field, index, value, text: undefined, parts: undefined };
    this.#frames.push(this.#top);
  }

  #skip(top: Frame, page: number, token: number): void {
    if (!isKnownPage(page)) this.#fail('unknown-page', `there is no code page ${page}`);
    this.#skipping = 1;
    const name = describeTag(page, token);
    if (top.shape.element.kind === 'tags') {
      (top.value as string[]).push(name);
      return;
    }
    this.#skippedCount++;
    if (this.#skippedTags.size < MAX_TAGS_NAMED) this.#skippedTags.add(name);
  }

  #finish(frame: Frame): unknown {
    const { element } = frame.shape;
    switch (element.kind) {
      case 'value':
        return this.#parse(element, textOf(frame));
      case 'stream':
        return textOf(frame);
      case 'bytes':
        return bytesOf(frame);
      case 'blob':
        return frame.value ?? inMemory(bytesOf(frame));
      case 'flag':
        return true;
      case 'container':
        this.#checkRequired(frame);
        if (element.mixed) keepText(frame);
        keepOwnGroups(frame);
        return frame.value;
      case 'sequence':
      case 'tags':
        return frame.value;
    }
  }

  #parse({ datatype }: ValueElement, text: string): unknown {
    if (text === '' && datatype.empty !== undefined) return datatype.empty;
    const value = datatype.parse(text);
    if (value === undefined && datatype.lenient !== true) {
      const { min, max, maxLength, values } = datatype.range ?? {};
      const range = JSON.stringify({ min, max, maxLength, values });
      const shown =
        datatype.name === 'text' ? `${text.length} characters` : JSON.stringify(text.slice(0, SHOWN));
      this.#fail(
        'invalid-value',
        `${shown} is no ${datatype.name}${range === '{}' ? '' : ` within ${range}`}`,
      );
    }
    return value;
  }

  #checkRequired(frame: Frame): void {
    for (const key of frame.shape.required) {
      if ((frame.value as Bag)[key] === undefined && !this.faults.has(frame.value as object))
        this.#fail('missing', `${key} is missing`);
    }
  }

  /** Drops the innermost isolated element that is open, notes why, and reads over what is left of it. */
  #isolate(error: unknown): void {
    const index = this.#frames.findLastIndex(({ field }) => field?.isolated === true);
    if (index < 0 || !(error instanceof ProtocolError) || !isolatable.has(error.code)) throw error;
    // The innermost open element has just ended on the wire; those around it have not.
    this.#skipping = this.#frames.length - index - 1;
    this.#frames.length = index;
    this.#top = this.#frames.at(-1);
    this.faults.set(this.#top?.value as object, error);
  }

  #take(bytes: number): void {
    this.#room -= bytes;
    if (this.#room < 0) this.#fail('too-big', 'too much to hold in memory');
  }

  #fail(code: ProtocolErrorCode, message: string): never {
    throw new ProtocolError(code, this.path, message);
  }
}

/** How many values stand where the next one of this field would go. */
function indexOf({ shape, value }: Frame, { many, key, groups }: Field): number {
  if (!many) return 0;
  if (shape.element.kind === 'sequence') return (value as unknown[]).length;
  const bag = groups === undefined ? (value as Bag) : (value as Bag)[groups[0] ?? ''];
  const list = (bag as Bag | undefined)?.[key];
  return Array.isArray(list) ? list.length : 0;
}

function put(frame: Frame, field: Field, value: unknown): void {
  const { shape, value: target } = frame;
  if (shape.element.kind === 'sequence') (target as unknown[]).push({ [field.key]: value });
  else if (field.groups === undefined) assign(target as Bag, field, value);
  else {
    const groups = (frame.groups ??= new Map<string, boolean>());
    const isOwn = field.groups.length === 1;
    for (const group of field.groups) {
      assign(((target as Bag)[group] ??= {}) as Bag, field, value);
      groups.set(group, isOwn || groups.get(group) === true);
    }
  }
}

/** A Body beside a LastName is that of a contact alone; only a Body by itself may be that of any class. */
function keepOwnGroups({ groups = new Map<string, boolean>(), value }: Frame): void {
  if (![...groups.values()].includes(true)) return;
  for (const [group, isOwn] of groups) if (!isOwn) delete (value as Bag)[group];
}

function assign(bag: Bag, { many, key }: Field, value: unknown): void {
  if (many) ((bag[key] ??= []) as unknown[]).push(value);
  else bag[key] = value;
}

/** White space between the elements says nothing. */
function keepText(frame: Frame): void {
  const text = textOf(frame);
  if (text.trim() !== '') (frame.value as Bag).text = text;
}

/** Pieces are joined before they are decoded: a character may lie across two of them. */
const textOf = ({ text, parts }: Frame): string =>
  text ?? (parts ? Buffer.concat(parts).toString('utf8') : '');

const bytesOf = ({ text, parts }: Frame): Buffer => (parts ? Buffer.concat(parts) : Buffer.from(text ?? ''));

const inMemory = (bytes: Uint8Array): { length: number; content: AsyncIterable<Uint8Array> } => ({
  length: bytes.length,
  content: {
    async *[Symbol.asyncIterator]() {
      yield bytes;
    },
  },
});
