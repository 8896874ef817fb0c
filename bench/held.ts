import { waitUntil } from '../tests/servers/index.js';
import { pause } from './measured.js';

/** Milliseconds that thousands of phones may take until all of them wait. */
export const RETURN_MS = 120_000;

/** How many Pings a Godwit holds, as its metrics say. */
export async function heldAt(url: string): Promise<number> {
  const answer = await fetch(`${url}/metrics`).catch(() => null);
  const text = answer?.ok === true ? await answer.text() : '';
  return Number(/^godwit_held_requests\{[^}]*command="Ping"[^}]*\} (\d+)/m.exec(text)?.[1] ?? 0);
}

/** Waits until so many are held. Who waits there already is not asked again. */
export const allHeld = (url: string, count: number): Promise<void> =>
  waitUntil(
    `${count} phones to wait`,
    async () => {
      await pause(50);
      return (await heldAt(url)) >= count;
    },
    RETURN_MS,
  );
