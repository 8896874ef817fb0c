import type { Configuration, HealthReport } from '#ops';
import { configurationOf, localOrigin } from '../api/connection.js';
import { CommandFailure, exitCodes } from '../exit-codes.js';
import type { HealthOptions } from './probe.js';

/** Milliseconds until an answer: a readiness check may itself take two seconds. */
const PATIENCE = 5000;

/**
 * Where a process of this configuration may stand, whatever its role: phones' address in `serve` and `gateway`,
 * administrators' in `actors` and `admin`.
 */
const originsOf = ({ listen, admin }: Configuration): string[] =>
  [listen, admin].filter(({ port }) => port !== 0).map(localOrigin);

/** What the first of these that answers says of itself; null if none does. */
async function ask(origins: readonly string[], path: string): Promise<Response | null> {
  for (const origin of origins) {
    const answer = await fetch(`${origin}${path}`, { signal: AbortSignal.timeout(PATIENCE) }).catch(
      () => null,
    );
    if (answer) return answer;
  }
  return null;
}

/** `godwit health`: returns the exit code, and prints what is wrong. */
export async function checkHealth({ config, url, probe }: HealthOptions): Promise<number> {
  try {
    const origins = url === undefined ? originsOf(configurationOf(config)) : [url.replace(/\/+$/, '')];
    const answer = await ask(origins, `/health/${probe}`);
    if (!answer)
      throw new CommandFailure(`Nobody answers at ${origins.join(' or ')}.`, exitCodes.unavailable);
    const report = (await answer.json().catch(() => ({ ok: false, checks: {} }))) as HealthReport;
    const checks = Object.entries(report.checks).map(([name, state]) => `${name}: ${state}`);
    process.stdout.write(`${[`${probe}: ${report.ok ? 'yes' : 'no'}`, ...checks].join('\n')}\n`);
    return answer.ok && report.ok ? exitCodes.ok : exitCodes.failed;
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error;
    process.stderr.write(`${error.message}\n`);
    return error.exitCode;
  }
}
