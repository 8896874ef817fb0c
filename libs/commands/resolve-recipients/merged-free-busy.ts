import type { BusyPeriod } from '#backend';

/** MergedFreeBusy counts in half hours (MS-ASCMD 2.2.3.108). Milliseconds. */
const SLOT = 1_800_000;
/** What does not fit into 32 KB is asked for anew by the phone. */
const MOST_SLOTS = 32 * 1024;

/**
 * A digit a half hour from `start` on: 0 free, 1 tentative, 2 busy, 3 out of office; of several the highest. The last may be
 * a shorter one. A period's end is not in it: at 12:05:00 a meeting until 12:05 is over.
 */
export function mergedFreeBusy(busy: readonly BusyPeriod[], start: Date, end: Date): string {
  const from = start.getTime();
  const to = Math.min(end.getTime(), from + MOST_SLOTS * SLOT);
  const digits = new Uint8Array(Math.max(0, Math.ceil((to - from) / SLOT)));
  for (const period of busy) {
    const begins = Math.max(period.start.getTime(), from);
    const ends = Math.min(period.end.getTime(), to);
    if (!(begins < ends)) continue;
    const last = Math.ceil((ends - from) / SLOT);
    for (let slot = Math.floor((begins - from) / SLOT); slot < last; slot++) {
      digits[slot] = Math.max(digits[slot]!, period.status);
    }
  }
  return digits.join('');
}
