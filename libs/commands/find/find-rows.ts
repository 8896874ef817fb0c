import { FindStatus } from '#eas';
import type { CommandContext } from '../context.js';
import { rowsAsked, type Rows } from '../search/rows.js';
import { FindRefused } from './find-refused.js';

/** Where a search is continued (MS-ASCMD 2.2.3.143.1). */
const LAST_ROW = 999;
/** Seconds for which a phone may go on reading what it found. */
const REMEMBERED = 3_600;

/**
 * The rows asked for. A phone begins with row 0 and goes on under the same SearchId (MS-ASCMD 2.2.3.160); one that begins
 * elsewhere is sent back by Status 4. Any node answers the next page, so that the SearchId is noted with the device.
 */
export async function rowsOf(
  { devices, asker }: CommandContext,
  store: 'Mailbox' | 'GAL',
  searchId: string,
  range: string | undefined,
): Promise<Rows> {
  const rows = rowsAsked(range);
  if (!rows || rows.first > LAST_ROW) throw new FindRefused(store, FindStatus.invalidRequest);
  const key = `find ${searchId.slice(0, 100)}`;
  const { recorded } = await devices.ask(asker, { type: 'Claim', key, ttl: REMEMBERED });
  if (rows.first > 0 && recorded === null) {
    await devices.ask(asker, { type: 'Outcome', key });
    throw new FindRefused(store, FindStatus.startWithRangeZero);
  }
  return rows;
}
