import { BackendError } from '#backend';
import { FindResponse, FindStatus, type FindRequest } from '#eas';
import type { CommandContext } from '../context.js';
import { document, type Reply } from '../reply.js';
import { findInGal } from '../search/gal.js';
import { arePictureOptions } from '../search/pictures.js';
import { rowsGiven } from '../search/rows.js';
import { FindRefused } from './find-refused.js';
import { rowsOf } from './find-rows.js';

type Criterion = NonNullable<FindRequest['ExecuteSearch']['GalSearchCriterion']>;

/** MS-ASCMD 2.2.3.82 GALSearchCriterion. */
export async function findGal(
  context: CommandContext,
  searchId: string,
  { Query, Options = {} }: Criterion,
): Promise<Reply> {
  if (!arePictureOptions(Options.Picture ?? {})) throw new FindRefused('GAL', FindStatus.invalidRequest);
  const rows = await rowsOf(context, 'GAL', searchId, Options.Range);
  const lease = context.account.lease();
  try {
    const directory = await lease.directory();
    if (!directory) throw new BackendError('unsupported', 'there is no directory');
    const { total, entries } = await findInGal(
      directory,
      { text: Query, range: rows, picture: Options.Picture },
      context,
    );
    return document(FindResponse, {
      Status: FindStatus.success,
      Response: {
        Store: 'GAL',
        Status: FindStatus.success,
        Result: entries.map((Gal) => ({ Properties: { Gal } })),
        Range: rowsGiven(rows, entries.length),
        Total: total,
      },
    });
  } finally {
    lease.release();
  }
}
