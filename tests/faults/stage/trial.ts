import type { Fleet } from './fleet.js';
import { report, type Finding } from './report.js';
import type { Site } from './site.js';

/** Milliseconds of life before a fault. */
const BEFORE = 1_500;

/** After as many milliseconds an actor host that says nothing is taken for dead: `lockDuration` of libs/actors. */
export const LEASE = 10_000;

/** How a fault goes. */
export interface Fault {
  readonly name: string;
  /** What goes wrong. */
  begin(): Promise<void> | void;
  /** How long it lasts, in milliseconds; absent: it is over as soon as it has begun. */
  readonly lasts?: number;
  /** What somebody does against it. Absent: the others have to do without. */
  end?(): Promise<void> | void;
  /** The others have to do without what failed, from the fault on; else phones are served again from its end on. */
  readonly isSurvived?: boolean;
  /** Puts everything as it was, when all has been looked at. */
  repair?(): Promise<void> | void;
}

/**
 * Plays a fault under the load of the fleet: the phones get through again in less than a lease, and when everybody rests
 * nothing is lost, nothing doubled, and nobody has met a bug.
 */
export async function play(site: Site, fleet: Fleet, fault: Fault): Promise<Finding> {
  const before = fleet.troubles;
  fleet.begin();
  await fleet.live(BEFORE);
  let recovery = 0;
  try {
    const began = performance.now();
    await fault.begin();
    if (fault.isSurvived === true) recovery = await fleet.recovered(began);
    await fleet.live(Math.max(0, (fault.lasts ?? 0) - (performance.now() - began)));
    await fault.end?.();
    const ended = performance.now();
    if (fault.isSurvived !== true) recovery = await fleet.recovered(ended);
    // Whoever comes back meets what went on without it.
    await fleet.live(BEFORE);
  } finally {
    await fault.repair?.();
    await fleet.stop();
  }
  const finding: Finding = {
    fault: fault.name,
    shape: site.shape,
    recovery,
    from: fault.isSurvived === true ? 'the fault' : 'its end',
    exchanges: fleet.exchanges,
    troubles: fleet.troubles - before,
  };
  report(finding);
  await fleet.expectExact();
  const isQuick = recovery < LEASE;
  expect({ fault: fault.name, isQuick, recovery }).toMatchObject({ isQuick: true });
  return finding;
}
