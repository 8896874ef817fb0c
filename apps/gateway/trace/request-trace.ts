import type { LiveRequest, TraceEntry } from '#bus';
import { DocumentTracer } from '#eas';
import type { RequestBody } from '../request-body.js';
import type { Sent } from '../send-reply.js';

/** Characters of one request or answer. */
const LONGEST = 60_000;

/** The user's own content is told by its length only, whoever looks. */
const options = { redact: true, limit: LONGEST };

const WBXML = /^application\/vnd\.ms-sync(\.wbxml)?\s*(;|$)/i;

type Part = Pick<TraceEntry, 'kind' | 'text' | 'status'>;

/** What one request of a traced device brings and is answered, shown while it passes: nothing is held back or gathered. */
export class RequestTrace {
  private question: DocumentTracer | null = null;
  private answer: DocumentTracer | null = null;
  private isQuestionTold = false;

  constructor(
    private readonly about: LiveRequest,
    private readonly tell: (part: Part) => void,
  ) {}

  /** The body, to be read in place of the original. */
  request(body: RequestBody, contentType: string | null): RequestBody {
    if (!body.isPresent) this.tellQuestion('no body');
    else if (contentType !== null && !WBXML.test(contentType)) this.tellQuestion(`a body of ${contentType}`);
    else return { ...body, content: this.shownWhileRead(body.content) };
    return body;
  }

  /** Is given the answer's document as it leaves. */
  readonly tap = (chunk: Uint8Array): void => {
    this.answer ??= new DocumentTracer(options);
    this.answer.write(chunk);
  };

  /** The answer has left, or never will. Whatever of the request was not read to its end is told now. */
  answered({ status, bytes, whole }: Sent): void {
    void this.finish(status, bytes, whole);
  }

  private async finish(status: number, bytes: number, whole: boolean): Promise<void> {
    await this.questionRead();
    const document = await this.answer?.end();
    const notes = [
      document,
      document === undefined && `<!-- ${bytes === 0 ? 'no body' : `${bytes} bytes that are no document`} -->`,
      !whole && '<!-- the answer broke off -->',
    ];
    this.tell({ kind: 'answer', status, text: notes.filter(Boolean).join('\n') });
  }

  private async *shownWhileRead(content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    this.question = new DocumentTracer(options);
    try {
      for await (const chunk of content) {
        this.question.write(chunk);
        yield chunk;
      }
    } finally {
      void this.questionRead();
    }
  }

  private async questionRead(): Promise<void> {
    if (this.isQuestionTold) return;
    this.isQuestionTold = true;
    const document = await this.question?.end();
    this.tellQuestion('', document ?? '<!-- nobody read the body -->');
  }

  private tellQuestion(note: string, document?: string): void {
    this.isQuestionTold = true;
    const { command, protocol, userAgent } = this.about;
    const head = `<!-- ${command} ${protocol}, ${userAgent} -->`;
    this.tell({ kind: 'request', text: `${head}\n${document ?? `<!-- ${note} -->`}` });
  }
}
