import { BackendError, keepsCalendars, type CalendarStore } from '#backend';
import type { Owner } from '#formats';
import { schedulingRule, type SchedulingRule } from '#scheduling';
import type { AccountLease } from '../context.js';

/** What keeps the account's events; null where there is nothing, or nothing that can be scheduled with. */
export async function calendarsOf(lease: AccountLease): Promise<CalendarStore | null> {
  try {
    const backend = await lease.backend('Calendar');
    return keepsCalendars(backend) ? backend : null;
  } catch (error) {
    if (error instanceof BackendError && error.kind === 'unsupported') return null;
    throw error;
  }
}

export const ruleOf = (lease: AccountLease, calendars: CalendarStore | null): Promise<SchedulingRule> =>
  schedulingRule(lease.scheduling, calendars);

export const ownerOf = async (lease: AccountLease): Promise<Owner> => ({
  identities: await lease.identities(),
});
