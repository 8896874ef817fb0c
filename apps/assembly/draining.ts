import type { Core } from './core.js';
import type { Stop } from './closers.js';

/**
 * Tells everybody who asks that no more should come, and goes on serving for `limits.drainDelaySeconds`: load balancers and
 * Kubernetes hear of it a moment later. `meanwhile` is given that time in milliseconds.
 */
export async function beginDraining(
  { health, log, configuration }: Pick<Core, 'health' | 'log' | 'configuration'>,
  { signal, left }: Stop,
  meanwhile: { readonly held: number; sendOn(spread: number): Promise<void> } = NOBODY,
): Promise<void> {
  health.drain();
  log.event('process.draining', { signal, held: meanwhile.held });
  const delay = Math.min(configuration.limits.drainDelaySeconds * 1000, left());
  await Promise.all([meanwhile.sendOn(delay), new Promise((resolve) => setTimeout(resolve, delay))]);
}

const NOBODY = { held: 0, sendOn: async () => undefined };
