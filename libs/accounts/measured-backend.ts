import { BackendError, type Backend } from '#backend';
import { errorType, openSpan, type Metrics, type OpenSpan } from '#ops';

type Measures = Pick<Metrics, 'feedSeconds' | 'readSeconds' | 'backendErrors'>;

type SourceSpan = OpenSpan<'source'> | null;

const MILLISECONDS = 1000;

const isIteration = (value: unknown): value is AsyncIterable<unknown> =>
  typeof value === 'object' && value !== null && Symbol.asyncIterator in value;

/** Counts a failure of a source; one that is no BackendError is a bug, and is counted as such elsewhere. */
export function countFailure(metrics: Measures | undefined, backend: string, error: unknown): void {
  if (error instanceof BackendError) metrics?.backendErrors.inc({ backend, kind: error.kind });
}

/** How long a source takes and how often it fails, as operators see it. */
class Meter {
  constructor(
    private readonly metrics: Measures,
    private readonly backend: string,
  ) {}

  of(operation: string, work: () => unknown): unknown {
    const { backend } = this;
    const fields = { 'godwit.backend': backend, 'godwit.operation': operation };
    const span = openSpan('source', `${backend} ${operation}`, fields);
    const result = span === null ? work() : span.within(work);
    if (isIteration(result)) return this.items(result, operation === 'read', span);
    if (!(result instanceof Promise)) return result;
    const awaited = this.awaited(result, span);
    return operation === 'changes' ? this.page(awaited) : awaited;
  }

  private async awaited(result: Promise<unknown>, span: SourceSpan): Promise<unknown> {
    try {
      return await result;
    } catch (error) {
      this.failed(error, span);
      throw error;
    } finally {
      span?.end();
    }
  }

  private async page(result: Promise<unknown>): Promise<unknown> {
    const { metrics, backend } = this;
    const end = metrics.feedSeconds.startTimer({ backend });
    try {
      const page = await result;
      end({ outcome: 'ok' });
      return page;
    } catch (error) {
      end({ outcome: 'failed' });
      throw error;
    }
  }

  /** What the phone's pace costs between two items is not the source's. */
  private async *items(
    items: AsyncIterable<unknown>,
    isRead: boolean,
    span: SourceSpan,
  ): AsyncGenerator<unknown> {
    const { metrics, backend } = this;
    let asked = performance.now();
    try {
      for await (const item of items) {
        if (isRead) metrics.readSeconds.observe({ backend }, (performance.now() - asked) / MILLISECONDS);
        yield item;
        asked = performance.now();
      }
    } catch (error) {
      this.failed(error, span);
      throw error;
    } finally {
      span?.end();
    }
  }

  private failed(error: unknown, span: SourceSpan): void {
    countFailure(this.metrics, this.backend, error);
    span?.failed(errorType(error));
  }
}

/** The backend with all it can do; its pages of changes, its reads and its failures are measured, all it does is traced. */
export function measured<B extends Backend>(backend: B, metrics: Measures): B {
  const meter = new Meter(metrics, backend.kind);
  return new Proxy(backend, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== 'function') return member;
      return (...args: unknown[]): unknown =>
        meter.of(String(name), () => Reflect.apply(member, target, args));
    },
  });
}
