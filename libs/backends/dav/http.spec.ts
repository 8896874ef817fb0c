import { Connections } from '#connections';
import { settingsOf } from './config.js';
import { Pools } from './http.js';

const url = new URL('https://dav.example/');
const soon = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** How many of ten requests of an account are let in together, and whether another account is then let in. */
async function letIn(maxConnections: number): Promise<{ own: number; other: boolean }> {
  const pools = new Pools(settingsOf({ kind: 'caldav', url: url.href, maxConnections }), new Connections());
  const gate = pools.gateOf(url);
  const cancel = new AbortController();
  const enter = async (account: string): Promise<void> => {
    await gate.enter({ account, signal: cancel.signal });
  };
  let own = 0;
  let other = false;
  const asked = Array.from({ length: 10 }, () => enter('ada').then(() => void own++));
  await soon();
  asked.push(enter('bob').then(() => void (other = true)));
  await soon();
  const now = { own, other };
  cancel.abort();
  await Promise.allSettled(asked);
  return now;
}

it('an account reads several answers side by side, which else would wait for each other; and leaves room for others', async () => {
  expect(await letIn(32)).toEqual({ own: 8, other: true });
  expect(await letIn(8)).toEqual({ own: 4, other: true });
  expect(await letIn(4)).toMatchObject({ own: 4 });
  expect(await letIn(1)).toMatchObject({ own: 1 });
});
