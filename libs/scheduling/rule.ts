import { keepsCalendars, type Backend } from '#backend';

/** The configuration word of a tenant. */
export type SchedulingSetting = 'auto' | SchedulingRule;

/**
 * Who sends scheduling mail; exactly one does (trap 89). `server`: the CalDAV server, whoever changes an object. `godwit`:
 * Godwit for phones of 16.0 and later, older phones by themselves. `client`: nobody but the phones, and Godwit only what a
 * phone expressly orders (SendResponse, Forwardees).
 */
export type SchedulingRule = 'client' | 'godwit' | 'server';

/** The rule for an account; `calendars` is what keeps its events, null if nothing does. Throws BackendError. */
export async function schedulingRule(
  setting: SchedulingSetting,
  calendars: Backend | null,
): Promise<SchedulingRule> {
  if (setting !== 'auto') return setting;
  if (!calendars || !keepsCalendars(calendars)) return 'godwit';
  return (await calendars.schedulesItself()) ? 'server' : 'godwit';
}
