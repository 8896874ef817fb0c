import type { Horizon } from '#formats';

/** Years of occurrences that phones see of a series they have no words for. */
const yearsBack = 1;
const yearsAhead = 2;

/** Months since year 0: the horizon moves with it, so that ids and listings stay the same for a while. */
export const monthOf = (now: Date): number => now.getUTCFullYear() * 12 + now.getUTCMonth();

/** What is shown of endless series in a month. */
export const horizonOf = (month: number): Horizon => ({
  from: new Date(Date.UTC(Math.floor(month / 12) - yearsBack, month % 12, 1)),
  to: new Date(Date.UTC(Math.floor(month / 12) + yearsAhead, (month % 12) + 1, 1)),
});
