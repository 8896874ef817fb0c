import { WbxmlError, WbxmlReader } from '#wbxml';
import { describeTag, tagCode } from '../code-page.js';
import { shownTags } from './redaction.js';

export interface TraceOptions {
  /** Show only the length of what is the user's own. */
  readonly redact: boolean;
  /** Most characters of the trace; default 20,000. */
  readonly limit?: number;
  /** Most characters shown of one value; default 200. */
  readonly valueLimit?: number;
}

const LIMIT = 20_000;
const VALUE_LIMIT = 200;
const ENDS_HERE = 'the bytes end here';
const FULL = 'the trace ends here';

/**
 * Shows a WBXML document, or the beginning of one, as indented XML-like text for a log or a bug report. Never throws: what
 * cannot be read ends the trace with the reason.
 */
export function traceXml(document: Uint8Array, options: TraceOptions): string {
  const trace = new Trace(options);
  try {
    trace.run(new WbxmlReader(document));
  } catch (error) {
    if (!(error instanceof WbxmlError)) throw error;
    trace.note(error.message);
  }
  return trace.toString();
}

/** Whatever a document holds, a trace keeps only what it shows. */
const unlimited = { elements: Infinity, text: Infinity, opaque: Infinity, total: Infinity };

/** Shows a document that is still passing by: `write` what comes, then `end`. Keeps no more of it than it shows. */
export class DocumentTracer {
  readonly #trace: Trace;
  readonly #waiting: Uint8Array[] = [];
  readonly #shown: Promise<void>;
  #wake: () => void = () => undefined;
  #isEnded = false;
  #isFull = false;

  constructor(options: TraceOptions) {
    this.#trace = new Trace(options);
    this.#shown = this.#run();
  }

  /** The bytes must stay as they are. They are read before anything else of the network is. */
  write(chunk: Uint8Array): void {
    if (this.#isFull) return;
    this.#waiting.push(chunk);
    this.#wake();
  }

  /** No more comes. Gives what there was to show; never rejects. */
  async end(): Promise<string> {
    this.#isEnded = true;
    this.#wake();
    await this.#shown;
    return this.#trace.toString();
  }

  async #run(): Promise<void> {
    try {
      await this.#trace.follow(new WbxmlReader(this.#chunks(), unlimited));
    } catch (error) {
      if (!(error instanceof WbxmlError)) throw error;
      this.#trace.note(error.code === 'truncated' ? ENDS_HERE : error.message);
    } finally {
      this.#isFull = true;
      this.#waiting.length = 0;
    }
  }

  async *#chunks(): AsyncGenerator<Uint8Array> {
    for (;;) {
      const chunk = this.#waiting.shift();
      if (chunk) yield chunk;
      else if (this.#isEnded) return;
      else await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }
}

interface Open {
  readonly name: string;
  readonly code: number;
  /** Children stand on lines of their own. */
  hasElements: boolean;
  /** As much of it as is shown. */
  text: string;
  /** Characters in all. */
  length: number;
  /** Bytes of opaque data, of which only the length is shown. */
  opaque: number;
}

class Trace {
  readonly #redact: boolean;
  readonly #limit: number;
  readonly #valueLimit: number;
  readonly #lines: string[] = [];
  readonly #open: Open[] = [];
  #length = 0;

  constructor({ redact, limit = LIMIT, valueLimit = VALUE_LIMIT }: TraceOptions) {
    this.#redact = redact;
    this.#limit = limit;
    this.#valueLimit = valueLimit;
  }

  run(reader: WbxmlReader): void {
    while (this.#length <= this.#limit) {
      const event = reader.read();
      if (event === 'done') return;
      if (event === 'more') return this.note(ENDS_HERE);
      this.#show(event, reader);
    }
    this.note(FULL);
  }

  /** As `run`, for a document that is still coming. */
  async follow(reader: WbxmlReader): Promise<void> {
    while (this.#length <= this.#limit) {
      const event = await reader.next();
      if (event === 'done') return;
      this.#show(event, reader);
    }
    this.note(FULL);
  }

  note(message: string): void {
    this.#lines.push(`<!-- ${message} -->`);
  }

  toString(): string {
    return this.#lines.join('\n');
  }

  #show(event: 'start' | 'end' | 'text' | 'opaque', reader: WbxmlReader): void {
    if (event === 'start') this.#start(reader);
    else if (event === 'end') this.#end();
    else this.#content(event, reader);
  }

  #start(reader: WbxmlReader): void {
    const parent = this.#open.at(-1);
    if (parent && !parent.hasElements) {
      parent.hasElements = true;
      this.#line(`<${parent.name}>`, this.#open.length - 1);
    }
    const code = tagCode(reader.page, reader.token);
    this.#open.push({
      name: describeTag(reader.page, reader.token),
      code,
      hasElements: false,
      text: '',
      length: 0,
      opaque: -1,
    });
  }

  #content(event: 'text' | 'opaque', reader: WbxmlReader): void {
    const top = this.#open.at(-1);
    if (!top) return;
    if (event === 'opaque') {
      top.opaque = Math.max(top.opaque, reader.length);
      return;
    }
    const { text } = reader;
    if (top.text.length < this.#valueLimit) top.text += text.slice(0, this.#valueLimit - top.text.length);
    top.length += text.length;
  }

  #end(): void {
    const { name, code, hasElements, text, length, opaque } = this.#open.pop() as Open;
    const depth = this.#open.length;
    if (hasElements) this.#line(`</${name}>`, depth);
    else if (opaque >= 0) this.#line(`<${name}>[${opaque} bytes]</${name}>`, depth);
    else if (length > 0) this.#line(`<${name}>${this.#value(code, text, length)}</${name}>`, depth);
    else this.#line(`<${name}/>`, depth);
  }

  #value(code: number, text: string, length: number): string {
    if (this.#redact && !shownTags().has(code)) return `[${length} characters]`;
    const rest = length - text.length;
    const shown = JSON.stringify(text).slice(1, -1);
    return rest > 0 ? `${shown}[${rest} more characters]` : shown;
  }

  #line(text: string, depth: number): void {
    const line = '  '.repeat(depth) + text;
    this.#length += line.length + 1;
    this.#lines.push(line);
  }
}
