import type { AccountAccess } from '#commands';
import type { WatchHub } from '#watch';
import type { Core } from '../assembly/core.js';

/** Milliseconds over which waiting phones are looked at anew when it may concern all of them. */
const SPREAD = 30_000;
/** Milliseconds after which every host of actors has read the policies again by itself, whatever it did not hear of. */
const CERTAIN = 65_000;

/**
 * Waiting phones hear at once what was decided of them: the wait ends without news, the phone comes back, and its next
 * request meets the decision (trap 42). What may concern all makes each wait ask its actor anew, spread over time: the
 * actor knows whether the device has to provision. Its host may not have heard of the change yet, or not at all: so they
 * ask once more when it must know (`certain` milliseconds later). Returns what ends it.
 */
export function interruptWaits(
  { bus }: Pick<Core, 'bus'>,
  watch: Pick<WatchHub<AccountAccess>, 'end' | 'endAccount' | 'look' | 'lookAgain'>,
  certain = CERTAIN,
): () => void {
  const later = new Set<NodeJS.Timeout>();
  const lookAgain = (tenant: string | null): void => {
    watch.lookAgain(SPREAD, ofTenant(tenant));
    const timer = setTimeout(() => {
      later.delete(timer);
      watch.lookAgain(SPREAD, ofTenant(tenant));
    }, certain).unref();
    later.add(timer);
  };
  const leaves = [
    bus.subscribe('device-changed', ({ tenant, user, device }) =>
      watch.end(`${tenant}/${user}/${device}`, 'interrupted'),
    ),
    bus.subscribe('account-changed', ({ tenant, user }) =>
      watch.endAccount(`${tenant}/${user}`, 'interrupted'),
    ),
    bus.subscribe('answer-lost', ({ tenant, user, device }) => watch.look(`${tenant}/${user}/${device}`)),
    bus.subscribe('policies-changed', ({ tenant }) => lookAgain(tenant)),
    // What was decided while Redis was away, nobody has told.
    bus.onGap(() => watch.lookAgain(SPREAD)),
  ];
  return () => {
    for (const leave of leaves) leave();
    for (const timer of later) clearTimeout(timer);
  };
}

const ofTenant =
  (tenant: string | null) =>
  (account: string): boolean =>
    tenant === null || account.startsWith(`${tenant}/`);
