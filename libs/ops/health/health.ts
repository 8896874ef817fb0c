/** Throws, or resolves to false, if what it checks does not work. Must come to an end by itself. */
export type Check = () => Promise<boolean | void>;

export interface HealthReport {
  readonly ok: boolean;
  /** By name of the check: `ok`, or why not. */
  readonly checks: Readonly<Record<string, string>>;
}

/**
 * Whether this process can serve. Live means the event loop turns; ready means traffic should come: it is not while
 * the process starts, while something it needs is down, and from the moment it drains.
 */
export class Health {
  private readonly checks = new Map<string, Check>();
  private phase: 'starting' | 'serving' | 'draining' = 'starting';

  /** Adds something readiness depends on. */
  require(name: string, check: Check): void {
    this.checks.set(name, check);
  }

  /** The process has started. */
  started(): void {
    if (this.phase === 'starting') this.phase = 'serving';
  }

  /** From now on not ready, for good. */
  drain(): void {
    this.phase = 'draining';
  }

  get draining(): boolean {
    return this.phase === 'draining';
  }

  /** True once started, and from then on, also while it drains: only a start that takes too long is to be broken off. */
  startup(): HealthReport {
    return { ok: this.phase !== 'starting', checks: { process: this.phase } };
  }

  live(): HealthReport {
    return { ok: true, checks: { process: this.phase } };
  }

  /** Asks every check; one that takes longer than `timeout` ms counts as failed. */
  async ready(timeout = 2000): Promise<HealthReport> {
    const checked = await Promise.all(
      [...this.checks].map(async ([name, check]) => [name, await outcome(check, timeout)] as const),
    );
    const ok = this.phase === 'serving' && checked.every(([, result]) => result === 'ok');
    return { ok, checks: { process: this.phase, ...Object.fromEntries(checked) } };
  }
}

async function outcome(check: Check, timeout: number): Promise<string> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve(`no answer within ${timeout} ms`), timeout);
  });
  const asked = check().then(
    (result) => (result === false ? 'failed' : 'ok'),
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
  try {
    return await Promise.race([asked, late]);
  } finally {
    clearTimeout(timer);
  }
}
