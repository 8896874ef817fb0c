import type { Pool } from './pool.js';
import { readMails } from './read.js';
import type { Session } from './session.js';
import { itemId } from './item-id.js';

it('each batch is read from a view that is new: another connection may not have seen the mail yet', async () => {
  const refreshed: string[] = [];
  let lent = 0;
  const pool = {
    settings: {},
    use: async (path: string, _kind: string, work: (session: Session) => Promise<unknown>) => {
      const name = `connection ${(lent += 1)}`;
      const session = {
        has: () => false,
        refresh: async () => {
          refreshed.push(`${name}: ${path}`);
          return { uidValidity: 7 };
        },
        fetch: async () => undefined,
      };
      return work(session as unknown as Session);
    },
  } as unknown as Pool;
  const ids = Array.from({ length: 60 }, (_, index) => itemId(7, index + 1));
  const view = { detail: 'full', bodyPreferences: [], mimeSupport: 0 };
  const read: string[] = [];
  for await (const { id } of readMails(pool, 'INBOX', ids, view as never)) read.push(id);
  expect(read).toEqual(ids);
  expect(refreshed).toEqual(['connection 1: INBOX', 'connection 2: INBOX', 'connection 3: INBOX']);
});
