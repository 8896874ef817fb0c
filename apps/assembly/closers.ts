import type { Log } from '#ops';

/** Why and how the process ends. */
export interface Stop {
  /** `failure` if the process could not be started. */
  readonly signal: string;
  /** Milliseconds that this part may take yet. */
  readonly left: () => number;
}

/**
 * Says what is to be closed again, in reverse order: when the process is told to stop, or when it fails to start. `part` is
 * how the log calls it.
 */
export type Defer = (part: string, close: (stop: Stop) => Promise<unknown>) => void;

/** What one part may take of what is left: what is closed after it needs some, too. */
const SHARE = 0.8;
/** Milliseconds a part has even if those before it took all. */
const LEAST = 500;
/** A part is told less than it has: it breaks off what is late, and closes all the same. */
const TOLD = 0.9;

interface Closer {
  readonly part: string;
  readonly close: (stop: Stop) => Promise<unknown>;
}

/** What is to be closed. A part that fails or hangs does not keep the others open. */
export class Closers {
  private readonly closers: Closer[] = [];
  /** What is being closed now. */
  private part = 'nothing';

  readonly defer: Defer = (part, close) => void this.closers.push({ part, close });

  get closing(): string {
    return this.part;
  }

  /** Closes everything within about `grace` milliseconds. Returns the parts that could not be closed; never rejects. */
  async run(signal: string, grace: number, log: Log): Promise<readonly string[]> {
    const end = performance.now() + grace;
    const open: string[] = [];
    for (let closer = this.closers.pop(); closer; closer = this.closers.pop()) {
      this.part = closer.part;
      const allowed = Math.max(LEAST, (end - performance.now()) * SHARE);
      try {
        await closeWithin(closer, signal, allowed);
      } catch (error) {
        open.push(closer.part);
        log.event('process.close-failed', { part: closer.part, error });
      }
    }
    this.part = 'nothing';
    return open;
  }
}

async function closeWithin({ close }: Closer, signal: string, allowed: number): Promise<void> {
  const end = performance.now() + allowed * TOLD;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not closed within ${Math.round(allowed)} ms`)), allowed);
  });
  try {
    await Promise.race([close({ signal, left: () => Math.max(0, end - performance.now()) }), late]);
  } finally {
    clearTimeout(timer);
  }
}
