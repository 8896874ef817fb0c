/** What a process can be asked, by the name of its path below /health/. */
export const PROBES = ['ready', 'live', 'startup'] as const;

export interface HealthOptions {
  readonly config?: string | undefined;
  readonly url?: string | undefined;
  readonly probe: (typeof PROBES)[number];
}
