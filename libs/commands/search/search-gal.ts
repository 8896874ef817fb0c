import { BackendError } from '#backend';
import { SearchResponse, SearchStatus, type SearchOptions } from '#eas';
import type { CommandContext } from '../context.js';
import { document, type Reply } from '../reply.js';
import { findInGal, type GalFound } from './gal.js';
import { arePictureOptions } from './pictures.js';
import { rowsAsked, rowsGiven, type Rows } from './rows.js';

/** MS-ASCMD 2.2.3.178.3, Store GAL. Without a directory there is nothing to be found in: Status 6. */
export async function searchGal(
  context: CommandContext,
  text: string,
  options: SearchOptions,
): Promise<Reply> {
  const rows = rowsAsked(options.Range);
  if (!rows || !arePictureOptions(options.Picture ?? {}))
    return store({ Status: SearchStatus.invalidRequest });
  const lease = context.account.lease();
  try {
    const directory = await lease.directory();
    if (!directory) return store({ Status: SearchStatus.notFound });
    return store(
      shown(await findInGal(directory, { text, range: rows, picture: options.Picture }, context), rows),
    );
  } catch (error) {
    if (!(error instanceof BackendError) || error.kind === 'auth') throw error;
    if (error.kind !== 'invalid') context.events.serviceFailed('directory', error.message);
    return store({ Status: SearchStatus.serverError });
  } finally {
    lease.release();
  }
}

const store = (Store: object): Reply =>
  document(SearchResponse, { Status: SearchStatus.success, Response: { Store } });

function shown({ total, entries }: GalFound, rows: Rows): object {
  const isBeyond = entries.length === 0 && rows.first > 0;
  const results = entries.map((Gal) => ({ Properties: { Gal } }));
  return {
    Status: isBeyond || rows.isTooWide ? SearchStatus.endOfRange : SearchStatus.success,
    // Trap 101, as in a mailbox.
    Result: results.length > 0 || isBeyond ? results : [{}],
    Range: rowsGiven(rows, entries.length),
    Total: total,
  };
}
