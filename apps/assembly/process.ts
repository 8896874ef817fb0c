import { ConfigurationError, createLog, loadConfiguration, type Configuration } from '#ops';
import { Closers, type Defer } from './closers.js';
import type { Core } from './core.js';
import { version } from './paths.js';

export interface RunOptions {
  /** From `--config`; otherwise GODWIT_CONFIG, otherwise none. */
  readonly config?: string | undefined;
}

/** Reads the configuration; a bad one ends the process with all its problems on standard error. */
export function configurationOrExit(options: RunOptions): {
  configuration: Configuration;
  path: string | null;
  warnings: readonly string[];
} {
  try {
    return loadConfiguration({ path: options.config });
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(78); // EX_CONFIG
  }
}

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/** Milliseconds beyond the grace period after which a process that still has not ended is ended. */
const OVERTIME = 5_000;

/** Ends the process on SIGTERM and SIGINT in good order, on a second one at once. */
function stopOnSignal({ log, configuration }: Serving, closers: Closers): void {
  const grace = configuration.limits.drainSeconds * 1000;
  let stopping = false;
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      if (stopping) process.exit(1);
      stopping = true;
      const began = performance.now();
      setTimeout(() => {
        log.event('process.failed', {
          error: new Error(`the grace period is over, not closed yet: ${closers.closing}`),
        });
        process.exit(1);
      }, grace + OVERTIME).unref();
      void closers.run(signal, grace, log).then((open) => {
        log.event('process.stopped', { ms: Math.round(performance.now() - began) });
        process.exit(open.length === 0 ? 0 : 1);
      });
    });
  }
}

/** What a role has to say of itself once it runs. */
type Serving = Pick<Core, 'log' | 'configuration'>;

/** Milliseconds for closing what was opened by a process that could not be started. */
const GIVING_UP = 5_000;

/**
 * Runs a role until it is told to stop. A failure to start ends the process with what went wrong in one line, and nothing
 * left running behind it.
 */
export async function runUntilSignal(role: string, start: (defer: Defer) => Promise<Serving>): Promise<void> {
  const closers = new Closers();
  try {
    const serving = await start(closers.defer);
    const { log } = serving;
    process.on('uncaughtException', (error) => {
      // What nobody expected leaves nobody knowing the state of things: a fresh process is safer.
      log.event('process.failed', { error });
      process.exit(1);
    });
    stopOnSignal(serving, closers);
    log.event('process.ready', { role, ms: Math.round(performance.now()) });
  } catch (error) {
    const log = createLog();
    log.event('process.failed', { error });
    await closers.run('failure', GIVING_UP, log);
    process.exit(1);
  }
}

/** What is known before anything was opened. */
export function announce(
  { log, configuration }: Pick<Core, 'log' | 'configuration'>,
  role: string,
  loaded: { path: string | null; warnings: readonly string[] },
): void {
  log.event('process.starting', { role, version: version(), node: process.versions.node });
  log.event('config.loaded', { path: loaded.path, tenants: configuration.tenants.length });
  for (const warning of loaded.warnings) log.event('config.warning', { warning });
}
