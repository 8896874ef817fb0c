import { waitUntil } from '../servers/index.js';

/** Whatever has gateways: a deployment of a test, or a cluster that somebody started. */
interface Gateways {
  readonly gateways: readonly { readonly url: string }[];
}

/** Requests that the gateways hold now, by their own account. */
async function heldBy({ gateways }: Gateways): Promise<number> {
  const pages = await Promise.all(gateways.map(async ({ url }) => (await fetch(`${url}/metrics`)).text()));
  const counts = pages.flatMap((page) => [...page.matchAll(/^godwit_held_requests\{[^}]*\} (\d+)/gm)]);
  return counts.reduce((sum, [, count]) => sum + Number(count), 0);
}

/** Resolves when exactly `count` phones wait; `patience` in milliseconds. */
export const untilHeld = (deployment: Gateways, count: number, patience = 15_000): Promise<void> =>
  waitUntil(`${count} requests to be held`, async () => (await heldBy(deployment)) === count, patience);
