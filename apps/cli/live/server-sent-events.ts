/** One event of a stream (WHATWG HTML 9.2, server-sent events). */
export interface ServerSentEvent {
  readonly event: string;
  readonly data: string;
}

/** More than this in one event is nothing the API sends. */
const MOST_CHARACTERS = 16 * 1024 * 1024;

/** Takes the stream apart: events as they are complete. Comments, ids and retry times are of no use here. */
export class EventParser {
  private rest = '';
  private event = '';
  private data: string[] = [];
  private size = 0;

  /** Events that this piece of the stream completes. Throws on an event without end. */
  push(text: string): ServerSentEvent[] {
    const lines = (this.rest + text).split(/\r\n|\n|\r(?!$)/);
    this.rest = lines.pop() ?? '';
    if (this.rest.length + this.size > MOST_CHARACTERS)
      throw new Error('An event of the stream is too large.');
    return lines.flatMap((line) => this.line(line));
  }

  private line(line: string): ServerSentEvent[] {
    if (line === '') return this.dispatch();
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'event') this.event = value;
    if (field === 'data') {
      this.data.push(value);
      this.size += value.length;
    }
    return [];
  }

  private dispatch(): ServerSentEvent[] {
    const { event, data } = this;
    this.event = '';
    this.data = [];
    this.size = 0;
    return data.length === 0 ? [] : [{ event: event || 'message', data: data.join('\n') }];
  }
}

/** Events of an answer, as they come. Ends with the answer. */
export async function* eventsOf(answer: Response): AsyncGenerator<ServerSentEvent> {
  const parser = new EventParser();
  const decoder = new TextDecoder();
  for await (const chunk of answer.body ?? []) {
    yield* parser.push(decoder.decode(chunk as Uint8Array, { stream: true }));
  }
}
