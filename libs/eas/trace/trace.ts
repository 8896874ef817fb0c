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

interface Open {
  readonly name: string;
  readonly code: number;
  /** Children stand on lines of their own. */
  hasElements: boolean;
  text: string;
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
      if (event === 'more') return this.note('the bytes end here');
      if (event === 'start') this.#start(reader);
      else if (event === 'end') this.#end();
      else this.#content(event, reader);
    }
    this.note('the trace ends here');
  }

  note(message: string): void {
    this.#lines.push(`<!-- ${message} -->`);
  }

  toString(): string {
    return this.#lines.join('\n');
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
      opaque: -1,
    });
  }

  #content(event: 'text' | 'opaque', reader: WbxmlReader): void {
    const top = this.#open.at(-1);
    if (!top) return;
    if (event === 'opaque') top.opaque = Math.max(top.opaque, reader.length);
    else top.text += reader.text;
  }

  #end(): void {
    const { name, code, hasElements, text, opaque } = this.#open.pop() as Open;
    const depth = this.#open.length;
    if (hasElements) this.#line(`</${name}>`, depth);
    else if (opaque >= 0) this.#line(`<${name}>[${opaque} bytes]</${name}>`, depth);
    else if (text !== '') this.#line(`<${name}>${this.#value(code, text)}</${name}>`, depth);
    else this.#line(`<${name}/>`, depth);
  }

  #value(code: number, text: string): string {
    if (this.#redact && !shownTags().has(code)) return `[${text.length} characters]`;
    const rest = text.length - this.#valueLimit;
    const shown = JSON.stringify(rest > 0 ? text.slice(0, this.#valueLimit) : text).slice(1, -1);
    return rest > 0 ? `${shown}[${rest} more characters]` : shown;
  }

  #line(text: string, depth: number): void {
    const line = '  '.repeat(depth) + text;
    this.#length += line.length + 1;
    this.#lines.push(line);
  }
}
