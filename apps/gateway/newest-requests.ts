import { randomUUID } from 'node:crypto';
import type { AccountAccess } from '#commands';
import { NewestRequests, type WatchHub } from '#watch';
import type { Core } from '../assembly/core.js';

/** What ends the waits of devices that ask anew, on whichever node (trap 40). */
export function openNewestRequests(
  { bus }: Pick<Core, 'bus'>,
  watch: WatchHub<AccountAccess>,
): { readonly requests: NewestRequests; close(): void } {
  const requests = new NewestRequests({
    // A name of this run: what a process of the same name told before it died is not our own.
    node: randomUUID(),
    tell: (message) => bus.publish('request-came', message),
    end: (device, reason) => watch.end(device, reason),
  });
  const leaves = [
    bus.subscribe('request-came', (message) => requests.hear(message)),
    bus.onGap(() => requests.missed()),
  ];
  return {
    requests,
    close: () => {
      for (const leave of leaves) leave();
      requests.close();
    },
  };
}
