import { BackendError, type Backend } from '#backend';
import type { Metrics } from '#ops';

type Measures = Pick<Metrics, 'feedSeconds' | 'readSeconds' | 'backendErrors'>;

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

  of(name: string | symbol, result: unknown): unknown {
    if (result instanceof Promise) return name === 'changes' ? this.page(result) : this.awaited(result);
    return isIteration(result) ? this.items(result, name === 'read') : result;
  }

  private async awaited(result: Promise<unknown>): Promise<unknown> {
    try {
      return await result;
    } catch (error) {
      countFailure(this.metrics, this.backend, error);
      throw error;
    }
  }

  private async page(result: Promise<unknown>): Promise<unknown> {
    const { metrics, backend } = this;
    const end = metrics.feedSeconds.startTimer({ backend });
    try {
      const page = await this.awaited(result);
      end({ outcome: 'ok' });
      return page;
    } catch (error) {
      end({ outcome: 'failed' });
      throw error;
    }
  }

  /** What the phone's pace costs between two items is not the source's. */
  private async *items(items: AsyncIterable<unknown>, isRead: boolean): AsyncGenerator<unknown> {
    const { metrics, backend } = this;
    let asked = performance.now();
    try {
      for await (const item of items) {
        if (isRead) metrics.readSeconds.observe({ backend }, (performance.now() - asked) / MILLISECONDS);
        yield item;
        asked = performance.now();
      }
    } catch (error) {
      countFailure(metrics, backend, error);
      throw error;
    }
  }
}

/** The backend with all it can do; its pages of changes, its reads and its failures are measured. */
export function measured<B extends Backend>(backend: B, metrics: Measures): B {
  const meter = new Meter(metrics, backend.kind);
  return new Proxy(backend, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== 'function') return member;
      return (...args: unknown[]): unknown => meter.of(name, Reflect.apply(member, target, args));
    },
  });
}
