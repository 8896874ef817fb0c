import { SaxesParser } from 'saxes';
import { BackendError } from '#backend';

/** An element with what is in it. */
export interface XmlElement {
  /** `{namespace}local`. */
  readonly name: string;
  /** Attributes without namespace. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  /** Its own text, without that of its children; empty if it was longer than the limit. */
  readonly text: string;
  readonly overlong: boolean;
}

export interface XmlLimits {
  /** Levels below the root. */
  readonly depth: number;
  /** Elements within one child of the root. */
  readonly elements: number;
  /** UTF-16 units of one text; a longer one is dropped and said to be overlong. */
  readonly text: number;
  /** Bytes in a row without an element's begin or end. */
  readonly silence: number;
  readonly bytes: number;
}

export const xmlLimits: XmlLimits = {
  depth: 32,
  elements: 20_000,
  text: 16 * 1024 * 1024,
  silence: 64 * 1024 * 1024,
  bytes: 1024 * 1024 * 1024,
};

export const garbage = (message: string, cause?: unknown): BackendError =>
  new BackendError('unavailable', `the server's answer makes no sense: ${message}`, {
    reason: 'bad-answer',
    retryAfter: 30,
    cause,
  });

/**
 * Reads a document as it comes and gives each child of its root once it is complete: memory holds one of them at a time.
 * There are no entities but the five of XML itself, and a DOCTYPE is refused, so that nothing grows by being read. Throws
 * BackendError `unavailable`, reason `bad-answer`, for another root, broken XML and whatever passes the limits.
 */
export async function* readXml(
  body: AsyncIterable<Uint8Array>,
  root: string,
  limits: XmlLimits = xmlLimits,
): AsyncGenerator<XmlElement> {
  const tree = new Tree(root, limits);
  const decoder = new TextDecoder('utf-8');
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.byteLength;
    if (bytes > limits.bytes) throw garbage('it is too long');
    tree.write(decoder.decode(chunk, { stream: true }), chunk.byteLength);
    yield* tree.takeComplete();
  }
  tree.end(decoder.decode());
  yield* tree.takeComplete();
}

interface OpenElement {
  readonly name: string;
  readonly attributes: Map<string, string>;
  readonly children: XmlElement[];
  text: string;
  overlong: boolean;
}

class Tree {
  readonly #parser = new SaxesParser({ xmlns: true, position: false });
  readonly #open: OpenElement[] = [];
  #complete: XmlElement[] = [];
  /** Elements of the child of the root that is being read. */
  #elements = 0;
  #silence = 0;

  constructor(
    private readonly root: string,
    private readonly limits: XmlLimits,
  ) {
    const parser = this.#parser;
    parser.on('error', (error) => {
      // Stored texts have control characters that XML does not; servers pass them on. The parser goes on after them.
      if (!error.message.includes('disallowed character.')) throw garbage(error.message);
    });
    parser.on('doctype', () => {
      throw garbage('it has a DOCTYPE');
    });
    parser.on('opentag', ({ uri, local, attributes }) => {
      const plain = Object.values(attributes).filter((each) => each.prefix === '');
      this.#opened(`{${uri}}${local}`, new Map(plain.map((each) => [each.local, each.value])));
    });
    parser.on('text', (text) => this.#text(text));
    parser.on('cdata', (text) => this.#text(text));
    parser.on('closetag', () => this.#closed());
  }

  write(text: string, bytes: number): void {
    this.#silence += bytes;
    this.#parser.write(text);
    if (this.#silence > this.limits.silence) throw garbage('a text in it is too long');
  }

  end(rest: string): void {
    this.#parser.write(rest);
    this.#parser.close();
  }

  takeComplete(): XmlElement[] {
    const complete = this.#complete;
    this.#complete = [];
    return complete;
  }

  #opened(name: string, attributes: Map<string, string>): void {
    this.#silence = 0;
    const depth = this.#open.length;
    if (depth === 0 && name !== this.root) throw garbage(`${this.root} was expected, and it is ${name}`);
    if (depth === 1) this.#elements = 0;
    this.#elements += 1;
    if (depth > this.limits.depth) throw garbage('it is nested too deeply');
    if (this.#elements > this.limits.elements) throw garbage('an element of it has too many others in it');
    this.#open.push({ name, attributes, children: [], text: '', overlong: false });
  }

  #text(text: string): void {
    const element = this.#open.at(-1);
    // The root's own text is white space between its children.
    if (!element || this.#open.length === 1 || element.overlong) return;
    element.overlong = element.text.length + text.length > this.limits.text;
    element.text = element.overlong ? '' : element.text + text;
  }

  #closed(): void {
    this.#silence = 0;
    const element = this.#open.pop();
    if (!element) return;
    if (this.#open.length === 1) this.#complete.push(element);
    else if (this.#open.length > 1) this.#open.at(-1)?.children.push(element);
  }
}

export const childOf = (element: XmlElement | undefined, name: string): XmlElement | undefined =>
  element?.children.find((each) => each.name === name);

export const childrenOf = (element: XmlElement | undefined, name: string): readonly XmlElement[] =>
  element?.children.filter((each) => each.name === name) ?? [];

/** Text of a child, without white space around it; null if there is no such child or nothing in it. */
export const textOf = (element: XmlElement | undefined, name: string): string | null =>
  childOf(element, name)?.text.trim() || null;
