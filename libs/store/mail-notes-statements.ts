import type { Statement } from './statements.js';
import { TOUCH_DAYS, UNTOUCHED_DAYS } from './mail-notes.js';

/** $1 account, $2 folder, $3 items (text[]). `stale`: its use is to be written down. */
export const findNotes: Statement = {
  name: 'find_notes',
  text: `
    SELECT item, stable, follow_up, last_verb, revision, gone,
           NOT gone AND touched_at < now() - interval '${TOUCH_DAYS} days' AS stale
      FROM mail_notes
     WHERE account = $1 AND folder = $2 AND (item = ANY($3::text[]) OR stable IS NOT NULL)`,
};

/** $1 account, $2 folder, $3 items (text[]). */
export const touchNotes: Statement = {
  name: 'touch_notes',
  text: `UPDATE mail_notes SET touched_at = now() WHERE account = $1 AND folder = $2 AND item = ANY($3::text[])`,
};

/**
 * Writes parts of a note, and sweeps the account's forgotten ones.
 * $1 account, $2 folder, $3 item, $4 whether to set the follow-up, $5 follow-up, $6 whether to set the verb, $7 verb.
 */
export const putNote: Statement = {
  name: 'put_note',
  text: `
    WITH swept AS (
      DELETE FROM mail_notes
       WHERE account = $1 AND touched_at < now() - interval '${UNTOUCHED_DAYS} days'
         AND NOT (folder = $2 AND item = $3)
    )
    INSERT INTO mail_notes AS kept (account, folder, item, follow_up, last_verb)
    VALUES ($1, $2, $3, $5::jsonb, $7::jsonb)
    ON CONFLICT (account, folder, item) DO UPDATE SET
      follow_up = CASE WHEN $4::bool THEN EXCLUDED.follow_up ELSE kept.follow_up END,
      last_verb = CASE WHEN $6::bool THEN EXCLUDED.last_verb ELSE kept.last_verb END,
      revision = DEFAULT, gone = false, touched_at = now()
    RETURNING revision, num_nulls(follow_up, last_verb, stable) = 3 AS empty`,
};

/** Another one may have written it meanwhile: it must still be empty. $1 account, $2 folder, $3 item. */
export const dropEmptyNote: Statement = {
  name: 'drop_empty_note',
  text: `
    DELETE FROM mail_notes
     WHERE account = $1 AND folder = $2 AND item = $3 AND num_nulls(follow_up, last_verb, stable) = 3`,
};

/** $1 account, $2 folder, $3 stable, $4 from, $5 to. */
export const replaceNoted: Statement = {
  name: 'replace_noted',
  text: `
    UPDATE mail_notes SET item = $5, stable = $3, revision = DEFAULT, touched_at = now()
     WHERE account = $1 AND folder = $2 AND item = $4 AND coalesce(stable, item) = $3 AND NOT gone
    RETURNING revision`,
};

/** The first replacement of a mail without a note. $1 account, $2 folder, $3 stable, $4 to. */
export const replaceUnnoted: Statement = {
  name: 'replace_unnoted',
  text: `
    WITH swept AS (
      DELETE FROM mail_notes WHERE account = $1 AND touched_at < now() - interval '${UNTOUCHED_DAYS} days'
    )
    INSERT INTO mail_notes (account, folder, item, stable) VALUES ($1, $2, $4, $3)
    ON CONFLICT DO NOTHING RETURNING revision`,
};

/** $1 account, $2 folder, $3 target, $4 old ids, $5 new ids (parallel arrays). */
export const copyNotes: Statement = {
  name: 'copy_notes',
  text: `
    INSERT INTO mail_notes (account, folder, item, follow_up, last_verb)
    SELECT account, $3, moved.new, follow_up, last_verb
      FROM mail_notes JOIN unnest($4::text[], $5::text[]) AS moved(old, new) ON item = moved.old
     WHERE account = $1 AND folder = $2 AND num_nulls(follow_up, last_verb) < 2
    ON CONFLICT (account, folder, item) DO UPDATE SET
      follow_up = EXCLUDED.follow_up, last_verb = EXCLUDED.last_verb, revision = DEFAULT
    RETURNING item, revision`,
};

/** Ids that phones know beside the source's are kept: others of the phones still have to hear. $1 account, $2 folder, $3 items or null. */
export const forgetNotes: Statement = {
  name: 'forget_notes',
  text: `
    WITH doomed AS (
      SELECT item, stable FROM mail_notes
       WHERE account = $1 AND folder = $2 AND ($3::text[] IS NULL OR item = ANY($3)) AND NOT gone
    ), dropped AS (
      DELETE FROM mail_notes
       WHERE account = $1 AND folder = $2 AND item IN (SELECT item FROM doomed WHERE stable IS NULL)
    )
    UPDATE mail_notes SET gone = true
     WHERE account = $1 AND folder = $2 AND item IN (SELECT item FROM doomed WHERE stable IS NOT NULL)`,
};

/** $1 account, $2 old paths, $3 new paths (parallel arrays). */
export const renameFolders: Statement = {
  name: 'rename_note_folders',
  text: `
    UPDATE mail_notes SET folder = paths.new
      FROM unnest($2::text[], $3::text[]) AS paths(old, new)
     WHERE account = $1 AND folder = paths.old`,
};

/** $1 account, $2 paths (text[]). */
export const forgetFolders: Statement = {
  name: 'forget_note_folders',
  text: `DELETE FROM mail_notes WHERE account = $1 AND folder = ANY($2::text[])`,
};

/** $1 account, $2 keyword, $3 name. */
export const addCategory: Statement = {
  name: 'add_category',
  text: `
    INSERT INTO mail_categories (account, keyword, name) VALUES ($1, $2, $3)
    ON CONFLICT DO NOTHING RETURNING keyword`,
};
