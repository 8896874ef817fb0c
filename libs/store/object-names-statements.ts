import type { Statement } from './statements.js';
import { NAMES_KEPT_DAYS } from './object-names.js';

/** $1 account, $2 folder, $3 ids (text[]). */
export const findNames: Statement = {
  name: 'find_object_names',
  text: `SELECT id, name FROM object_names WHERE account = $1 AND folder = $2 AND id = ANY($3::text[])`,
};

/**
 * Notes names, and sweeps some of the oldest by the way. $1 account, $2 folder, $3 ids, $4 names (parallel arrays, in the
 * order of ids, so that two pages at once wait for each other and do not lock each other out).
 */
export const addNames: Statement = {
  name: 'add_object_names',
  text: `
    WITH swept AS (
      DELETE FROM object_names WHERE ctid = ANY(ARRAY(
        SELECT ctid FROM object_names
         WHERE noted_at < now() - interval '${NAMES_KEPT_DAYS} days'
         ORDER BY noted_at LIMIT 100 FOR UPDATE SKIP LOCKED))
    )
    INSERT INTO object_names (account, folder, id, name)
    SELECT $1, $2, noted.id, noted.name FROM unnest($3::text[], $4::text[]) AS noted(id, name)
    ON CONFLICT (account, folder, id) DO NOTHING`,
};
