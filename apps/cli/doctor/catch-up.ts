import type { Phone } from '#phone';

/** One day back (MS-ASCMD 2.2.3.68.2): the doctor needs a few mails and the newest one. */
export const ONE_DAY = 1;
const PAGES_LIMIT = 50;

/** Takes everything that is new in the Inbox; returns the last Status. */
export async function catchUp(phone: Phone): Promise<number> {
  const inbox = phone.inbox();
  let result = await inbox.sync({ window: 100, filter: ONE_DAY });
  for (let page = 1; result.more && result.status === 1 && page < PAGES_LIMIT; page++) {
    result = await inbox.sync({ window: 100, filter: ONE_DAY });
  }
  return result.status;
}
